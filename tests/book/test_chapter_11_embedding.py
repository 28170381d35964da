"""Chapter 11, words and sentiment: word2vec, subwords, similarity, reviews by LSTM and by convolutions."""

import zipfile

import numpy as np
import pytest

GOOD, BAD = "great wonderful superb touching brilliant".split(), "awful boring terrible dull stupid".split()
PLAIN = "this movie is so the a film plot actor and was it i in with story scene of".split()


@pytest.fixture(scope="module")
def sentences(data_dir, tmp_path_factory) -> str:
    """A part of the Penn Tree Bank; without it sentences of pairs of words that belong together."""
    path = tmp_path_factory.mktemp("ptb") / "ptb.train.txt"
    archive = data_dir and data_dir / "book" / "ptb.zip"
    if archive and archive.exists():
        with zipfile.ZipFile(archive) as file:
            lines = file.read("ptb/ptb.train.txt").decode().splitlines()
        path.write_text("\n".join(lines[:400]))
    else:
        rng = np.random.default_rng(0)
        words = [[f"w{i}" for i in 2 * rng.permutation(40)[:6]] for _ in range(400)]
        path.write_text("\n".join(" ".join(w + f" w{int(w[1:]) + 1}" for w in row) for row in words))
    return str(path)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory) -> str:
    """Folders as in aclImdb: {train,test}/{pos,neg}/*.txt, short reviews with words that give them away."""
    rng, root = np.random.default_rng(0), tmp_path_factory.mktemp("aclImdb")
    for name, n in (("train", 24), ("test", 8)):
        for label, words in (("pos", GOOD), ("neg", BAD)):
            folder = root / name / label
            folder.mkdir(parents=True)
            for i in range(n):
                review = rng.permutation([*rng.choice(PLAIN, 12), *rng.choice(words, 5)])
                (folder / f"{i}_7.txt").write_text(" ".join(review))
    return str(root)


@pytest.fixture(scope="module")
def glove(tmp_path_factory) -> str:
    """An embedding's root with glove/glove.6B.50d.txt: directions for good, bad, and noise; and a grid of analogies."""
    rng, root = np.random.default_rng(0), tmp_path_factory.mktemp("embedding")
    base = rng.normal(size=(6, 50))
    vectors = {w: base[0] + 0.3 * rng.normal(size=50) for w in GOOD}
    vectors |= {w: base[1] + 0.3 * rng.normal(size=50) for w in BAD}
    vectors |= {w: rng.normal(size=50) for w in PLAIN}
    for k, (one, other) in enumerate([("man", "woman"), ("son", "daughter"), ("king", "queen")]):
        vectors[one], vectors[other] = base[2 + k], base[2 + k] + base[5]
    (root / "glove").mkdir()
    text = "".join(f"{w} " + " ".join(f"{x:.5f}" for x in v) + "\n" for w, v in vectors.items())
    (root / "glove" / "glove.6B.50d.txt").write_text(text)
    return str(root)


def test_loss_with_a_mask(book) -> None:
    """11.3: the binary cross entropy with weights, by the book's numbers."""
    got = book(
        """
        import d2l_embedding as words
        embed = nn.Embedding(input_dim=20, output_dim=4, prefix='embedding0_')
        embed.initialize()
        print(embed.weight)
        x = embed(nd.array([[1, 2, 3], [4, 5, 6]]))
        print(x.shape, nd.batch_dot(nd.ones((2, 1, 4)), nd.ones((2, 4, 6))).shape)
        loss = gloss.SigmoidBinaryCrossEntropyLoss()
        pred = nd.array([[1.5, 0.3, -1, 2], [1.1, -0.6, 2.2, 0.4]])
        label = nd.array([[1, 0, 0, 0], [1, 1, 0, 0]])
        mask = nd.array([[1, 1, 1, 1], [1, 1, 1, 0]])
        l = loss(pred, label, mask) * mask.shape[1] / mask.sum(axis=1)
        a = [sum(words.sigmd(v) for v in vs) / len(vs) for vs in ((1.5, -0.3, 1, -2), (1.1, -0.6, -2.2))]
        """,
        result="x, l, a",
    ).ours
    np.testing.assert_allclose(got["l"], [0.8739896, 1.2099689], rtol=1e-6)
    np.testing.assert_allclose(got["l"], got["a"], rtol=1e-6)


@pytest.mark.parametrize("workers", [0, 2])
def test_word2vec(book, sentences, workers) -> None:
    """11.3: skip-gram with negative sampling; batches of lists of several lengths, padded and masked."""
    got = book(
        """
        import math
        import d2l_embedding as words
        with open(path) as f:
            raw_dataset = [st.split() for st in f]
        counter, idx_to_token, token_to_idx = words.vocabulary(raw_dataset)
        dataset = [[token_to_idx[tk] for tk in st if tk in token_to_idx] for st in raw_dataset]
        num_tokens = sum([len(st) for st in dataset])

        def discard(idx):
            return random.uniform(0, 1) < 1 - math.sqrt(1e-3 / counter[idx_to_token[idx]] * num_tokens)

        subsampled = [[tk for tk in st if not discard(tk)] for st in dataset]
        print(len(raw_dataset), num_tokens, sum([len(st) for st in subsampled]))
        tiny_dataset = [list(range(7)), list(range(7, 10))]
        for center, context in zip(*words.get_centers_and_contexts(tiny_dataset, 2)):
            print('center', center, 'has contexts', context)
        centers, contexts = words.get_centers_and_contexts(subsampled, 5)
        negatives = words.get_negatives(contexts, [counter[w] ** 0.75 for w in idx_to_token], 5)
        batch_size = 256
        data_iter = gdata.DataLoader(gdata.ArrayDataset(centers, contexts, negatives), batch_size, shuffle=True,
                                     batchify_fn=words.batchify, num_workers=workers)
        loss = gloss.SigmoidBinaryCrossEntropyLoss()
        net = nn.Sequential()
        net.add(nn.Embedding(input_dim=len(idx_to_token), output_dim=20),
                nn.Embedding(input_dim=len(idx_to_token), output_dim=20))
        net.initialize(ctx=d2l.try_gpu(), force_reinit=True)
        trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.02})
        losses = []
        for epoch in range(2):
            for batch in data_iter:
                center, context_negative, mask, label = [data.as_in_context(d2l.try_gpu()) for data in batch]
                with autograd.record():
                    pred = words.skip_gram(center, context_negative, net[0], net[1])
                    l = loss(pred.reshape(label.shape), label, mask) * mask.shape[1] / mask.sum(axis=1)
                l.backward()
                trainer.step(batch_size)
                losses.append(l.mean().asscalar())
        W = net[0].weight.data()
        x = W[3]
        cos = nd.dot(W, x) / (nd.sum(W * W, axis=1) * nd.sum(x * x) + 1e-9).sqrt()
        top = nd.topk(cos, k=4, ret_typ='indices')
        """,
        result="losses, W, cos, top",
        path=sentences,
        workers=workers,
        rtol=1e-3,
        atol=1e-4,
    ).ours
    assert got["losses"][-1] < 0.95 * got["losses"][0]
    assert got["top"][0] == 3


def test_subwords(book) -> None:
    """11.4: a word as the sum of the vectors of its n-grams."""
    got = book(
        """
        import d2l_embedding as words
        names = words.subwords('where', 3)
        print(names)
        table = {tk: i for i, tk in enumerate(sorted(set(names)))}
        embed = nn.Embedding(len(table), 5)
        embed.initialize()
        with autograd.record():
            v = embed(nd.array([table[tk] for tk in names])).sum(axis=0)
        v.backward()
        grad = embed.weight.grad()
        """,
        result="v, grad",
    ).ours
    assert "['<wh', 'whe', 'her', 'ere', 're>', '<where>']" in got["printed"]
    np.testing.assert_array_equal(got["grad"], np.ones((6, 5)))


def test_similar_words_and_analogies(book, glove) -> None:
    """11.6: nearest by cosine; a - b + c."""
    got = book(
        """
        import d2l_embedding as words
        from mxnet.contrib import text
        print(sorted(text.embedding.get_pretrained_file_names().keys()))
        print(text.embedding.get_pretrained_file_names('glove'))
        embed = words.glove(root)
        print(len(embed), embed.token_to_idx['great'], embed.idx_to_token[3])
        similar = words.get_similar_tokens('great', 4, embed)
        analogy = words.get_analogy('man', 'woman', 'son', embed)
        vectors = embed.idx_to_vec
        """,
        result="similar, analogy, vectors",
        root=glove,
    ).ours
    assert {w for w, _ in got["similar"]} <= set(GOOD) and got["analogy"] == "daughter"


SENTIMENT = """
import d2l_embedding as words
import d2l_vision as vision
train_data, test_data = words.read_imdb(path, 'train'), words.read_imdb(path, 'test')
vocab = words.get_vocab_imdb(train_data)
print('# words in vocab:', len(vocab), vocab.idx_to_token[:4])
batch_size = 8
train_iter = gdata.DataLoader(gdata.ArrayDataset(*words.preprocess_imdb(train_data, vocab, 20)), batch_size,
                              shuffle=True)
test_iter = gdata.DataLoader(gdata.ArrayDataset(*words.preprocess_imdb(test_data, vocab, 20)), batch_size)
for X, y in train_iter:
    print('X', X.shape, 'y', y.shape)
    break
ctx = d2l.try_all_gpus()
glove_embedding = words.glove(root, vocabulary=vocab)
loss = gloss.SoftmaxCrossEntropyLoss()
"""
ANSWERS = """
for word in ('great', 'boring'):
    print(words.predict_sentiment(net, vocab, ['this', 'movie', 'is', 'so', word] + [word] * 5))
"""


def test_sentiment_by_lstm(book, reviews, glove) -> None:
    """11.7: two layers in both directions on word vectors that stay as they are."""
    got = book(
        SENTIMENT
        + """
net = words.BiRNN(vocab, 50, 16, 2)
net.initialize(init.Xavier(), ctx=ctx)
net.embedding.weight.set_data(glove_embedding.idx_to_vec)
net.embedding.collect_params().setattr('grad_req', 'null')
trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.01})
losses, accuracies = vision.train(train_iter, test_iter, net, loss, trainer, ctx, 3)
vectors = net.embedding.weight.data()
"""
        + ANSWERS,
        result="losses, accuracies, vectors",
        path=reviews,
        root=glove,
        rtol=1e-2,
        atol=1e-4,
    ).ours
    assert got["accuracies"][-1][1] > 0.8 and got["printed"].endswith("positive\nnegative\n")


def test_sentiment_by_convolutions(book, reviews, glove) -> None:
    """11.8: kernels of several widths over time, the largest of each channel, dropout."""
    got = book(
        SENTIMENT
        + """
X, K = nd.array([0, 1, 2, 3, 4, 5, 6]), nd.array([1, 2])
print(words.corr1d(X, K))
X = nd.array([[0, 1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6, 7], [2, 3, 4, 5, 6, 7, 8]])
K = nd.array([[1, 2], [3, 4], [-1, -3]])
print(words.corr1d_multi_in(X, K))
net = words.TextCNN(vocab, 50, [3, 4, 5], [10, 10, 10])
net.initialize(init.Xavier(), ctx=ctx)
net.embedding.weight.set_data(glove_embedding.idx_to_vec)
net.constant_embedding.weight.set_data(glove_embedding.idx_to_vec)
net.constant_embedding.collect_params().setattr('grad_req', 'null')
trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.005})
losses, accuracies = vision.train(train_iter, test_iter, net, loss, trainer, ctx, 3)
"""
        + ANSWERS,
        result="losses, accuracies",
        path=reviews,
        root=glove,
        rtol=1e-2,
        atol=1e-4,
    ).ours
    assert "[ 2.  5.  8. 11. 14. 17.]" in got["printed"] and "[ 2.  8. 14. 20. 26. 32.]" in got["printed"]
    assert got["accuracies"][-1][1] > 0.8 and got["printed"].endswith("positive\nnegative\n")
