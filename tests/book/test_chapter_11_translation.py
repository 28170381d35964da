"""Chapter 11, sequences to sequences: encoder, decoder, attention, a small French-English translator and its score."""

import numpy as np
import pytest

PAIRS = """elle est vieille .\tshe is old .
elle est tranquille .\tshe is quiet .
ils regardent .\tthey are watching .
ils sont canadiens .\tthey are canadian .
il est bon .\the is good .
je suis fatigue .\ti am tired .
nous sommes ici .\twe are here .
vous etes grands .\tyou are tall .
il est vieux .\the is old .
elle est bonne .\tshe is good .
elles regardent .\tthey are watching .
je suis ici .\ti am here .
nous sommes canadiens .\twe are canadian .
ils sont ici .\tthey are here .
je suis vieux .\ti am old .
tu es bon .\tyou are good .
elle est ici .\tshe is here .
nous regardons .\twe are watching .
tu es grand mais tu n' es pas encore tres fort .\tyou are tall .
"""


@pytest.fixture(scope="module")
def corpus(data_dir, tmp_path_factory) -> str:
    """The book's twenty sentences; without them a few of our own."""
    if data_dir is not None and (data_dir / "book" / "fr-en-small.txt").exists():
        return str(data_dir / "book" / "fr-en-small.txt")
    path = tmp_path_factory.mktemp("fr-en") / "fr-en-small.txt"
    path.write_text(PAIRS)
    return str(path)


def test_parts(book, corpus) -> None:
    """11.9 to 11.12: the data set, and the shapes and numbers of encoder, attention and decoder."""
    got = book(
        """
        import d2l_translation as seq
        in_vocab, out_vocab, dataset = seq.read_data(path, 7)
        print(dataset[0], len(dataset), in_vocab.idx_to_token[:6], out_vocab.idx_to_token[:6])
        encoder = seq.Encoder(vocab_size=10, embed_size=8, num_hiddens=16, num_layers=2)
        encoder.initialize()
        output, state = encoder(nd.arange(28).reshape((4, 7)) % 10, encoder.begin_state(batch_size=4))
        print(output.shape, state[0].shape)
        dense = nn.Dense(2, flatten=False)
        dense.initialize()
        print(dense(nd.zeros((3, 5, 7))).shape)
        model = seq.attention_model(10)
        model.initialize()
        context = seq.attention_forward(model, output, state[0][-1])
        decoder = seq.Decoder(10, 8, 16, 2, 10)
        decoder.initialize()
        y, dec_state = decoder(nd.array([1, 2, 3, 4]), decoder.begin_state(state), output)
        print(context.shape, y.shape, dec_state[0].shape)
        """,
        result="output, state, context, y, dec_state",
        path=corpus,
        rtol=1e-4,
    ).ours
    assert "(7, 4, 16) (2, 4, 16)" in got["printed"] and "['<unk>', '<pad>', '<bos>', '<eos>', '.'" in got["printed"]


@pytest.mark.parametrize("drop_prob", [0, 0.5])
def test_translate(book, corpus, drop_prob) -> None:
    """11.12: trained with teacher forcing; then translations, with their BLEU.

    MXNet's GRU in float32 drops nothing out, ours does: with dropout only that both learn is compared.
    """
    got = book(
        """
        import d2l_translation as seq
        max_seq_len = 7
        in_vocab, out_vocab, dataset = seq.read_data(path, max_seq_len)
        embed_size, num_hiddens, num_layers, attention_size = 32, 32, 2, 10
        encoder = seq.Encoder(len(in_vocab), embed_size, num_hiddens, num_layers, drop_prob)
        decoder = seq.Decoder(len(out_vocab), embed_size, num_hiddens, num_layers, attention_size, drop_prob)
        losses = seq.train(encoder, decoder, dataset, out_vocab, 0.01, 4, 10)
        scores = []
        wanted = [('ils regardent .', 'they are watching .'), ('ils sont canadiens .', 'they are canadian .')]
        for source, label in wanted:
            tokens = seq.translate(encoder, decoder, in_vocab, out_vocab, source, max_seq_len)
            scores.append(seq.bleu(tokens, label.split(' '), k=2))
            if not drop_prob:
                print('bleu %.3f, predict: %s' % (scores[-1], ' '.join(tokens)))
        first = losses[: 0 if drop_prob else 10]
        falls = float(np.mean(losses[-10:]) / np.mean(losses[:10])) < 0.6
        """,
        result="first, falls",
        path=corpus,
        drop_prob=drop_prob,
        rtol=1e-3,
        atol=1e-4,
        print_rtol=0.2,
    ).ours
    assert got["falls"]


def test_bleu(book) -> None:
    """11.12: the book's example; k = 2 and a prediction of two of six words."""
    got = book(
        """
        import d2l_translation as seq
        label = ['A', 'B', 'C', 'D', 'E', 'F']
        scores = [seq.bleu(['A', 'B', 'B', 'C', 'D'], label, k) for k in (1, 2, 3)] + [seq.bleu(['A', 'B'], label, 2)]
        """,
        result="scores",
    ).ours["scores"]
    p, penalty = [4 / 5, 3 / 4, 1 / 3], np.exp(1 - 6 / 5)
    p[0] = 1  # "A B B C D": each of its words occurs in the label
    expected = [penalty * np.prod([p[n] ** 0.5 ** (n + 1) for n in range(k)]) for k in (1, 2, 3)]
    np.testing.assert_allclose(got, [*expected, np.exp(-2)], rtol=1e-6)
