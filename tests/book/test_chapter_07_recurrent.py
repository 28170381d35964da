"""Chapter 7, recurrent neural networks: sequences, text, RNN, GRU and LSTM from scratch and by Gluon's layers."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def text(data_dir, tmp_path_factory) -> str:
    """The Time Machine; without it lines of words of its own first sentence."""
    if data_dir is not None and (data_dir / "book" / "timemachine.txt").exists():
        return str(data_dir / "book" / "timemachine.txt")
    some = "the time traveller for so it will be convenient to speak of him was expounding a recondite matter".split()
    chosen = np.random.default_rng(0).choice(some, size=(800, 8))
    path = tmp_path_factory.mktemp("book") / "timemachine.txt"
    path.write_text("\n".join(" ".join(row).capitalize() + "." for row in chosen))
    return str(path)


def test_sequence_models(book) -> None:
    """7.1: an autoregressive network on a noisy sine; one step ahead it follows, many steps ahead it decays."""
    got = book(
        """
        embedding, T = 4, 400
        time = nd.arange(0, T)
        x = nd.sin(0.01 * time) + 0.2 * nd.random.normal(shape=(T))
        features = nd.zeros((T - embedding, embedding))
        for i in range(embedding):
            features[:, i] = x[i : T - embedding + i]
        labels = x[embedding:]
        ntrain = 250
        train_data = gluon.data.ArrayDataset(features[:ntrain, :], labels[:ntrain])
        test_data = gluon.data.ArrayDataset(features[ntrain:, :], labels[ntrain:])
        net = gluon.nn.Sequential()
        net.add(gluon.nn.Dense(10, activation="relu"))
        net.add(gluon.nn.Dense(10, activation="relu"))
        net.add(gluon.nn.Dense(1))
        net.initialize(init.Xavier())
        loss = gluon.loss.L2Loss()
        trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
        data_iter = gluon.data.DataLoader(train_data, 16, shuffle=True)
        losses = []
        for epoch in range(3):
            for X, y in data_iter:
                with autograd.record():
                    l = loss(net(X), y)
                l.backward()
                trainer.step(16)
            l = loss(net(train_data[:][0]), nd.array(train_data[:][1]))
            losses.append(l.mean().asscalar())
            print("epoch %d, loss: %f" % (epoch, l.mean().asnumpy()[0]))
        l = loss(net(test_data[:][0]), nd.array(test_data[:][1]))
        print("test loss: %f" % l.mean().asscalar())
        estimates = net(features)
        predictions = nd.zeros_like(estimates)
        predictions[: (ntrain - embedding)] = estimates[: (ntrain - embedding)]
        for i in range(ntrain - embedding, ntrain + 30):
            predictions[i] = net(predictions[(i - embedding) : i].reshape(1, -1)).reshape(1)
        k = 33
        ahead = nd.zeros((T - k, k))
        for i in range(embedding):
            ahead[:, i] = x[i : T - k + i]
        for i in range(embedding, k):
            ahead[:, i] = net(ahead[:, (i - embedding) : i]).reshape((-1))
        """,
        result="losses, estimates, predictions, ahead",
        rtol=1e-3,
        atol=1e-4,
    )
    losses = got.ours["losses"]
    assert losses[-1] < losses[0]


def test_language_models(book, text) -> None:
    """7.2 and 7.4: counts of words, pairs and triples; batches at random and consecutive."""
    got = book(
        """
        import d2l_text
        raw_dataset = [st.split() for st in d2l.read_time_machine(path)]
        counter = d2l_text.counter_of(raw_dataset)
        wseq = [tk for st in raw_dataset for tk in st]
        pairs = d2l_text.counter_of([zip(wseq[:-1], wseq[1:])])
        triples = d2l_text.counter_of([zip(wseq[:-2], wseq[1:-1], wseq[2:])])
        print(counter.most_common(3), pairs.most_common(2), triples.most_common(1))
        my_seq = list(range(30))
        batches = []
        for X, Y in d2l.data_iter_random(my_seq, batch_size=2, num_steps=5):
            print("X: ", X, "\\nY:", Y)
            batches += [(X, Y)]
        for X, Y in d2l.data_iter_consecutive(my_seq, batch_size=2, num_steps=6):
            print("X: ", X, "\\nY:", Y)
            batches += [(X, Y)]
        """,
        result="batches",
        path=text,
    )
    for X, Y in got.ours["batches"]:
        np.testing.assert_array_equal(X + 1, Y)


def test_hidden_state_by_blocks(book) -> None:
    """7.3: X W_xh + H W_hh is [X H] [W_xh; W_hh]."""
    got = book(
        """
        X, W_xh = nd.random.normal(shape=(3, 1)), nd.random.normal(shape=(1, 4))
        H, W_hh = nd.random.normal(shape=(3, 2)), nd.random.normal(shape=(2, 4))
        a = nd.dot(X, W_xh) + nd.dot(H, W_hh)
        b = nd.dot(nd.concat(X, H, dim=1), nd.concat(W_xh, W_hh, dim=0))
        """,
        result="a, b",
    ).ours
    np.testing.assert_allclose(got["a"], got["b"], rtol=1e-5)


@pytest.mark.parametrize("random_iter", [True, False])
@pytest.mark.parametrize(
    "step, gates, states", [("rnn", 1, "one_state"), ("gru", 3, "one_state"), ("lstm", 4, "two_states")]
)
def test_from_scratch(book, text, step, gates, states, random_iter) -> None:
    """7.5, 7.8, 7.9: trained through time, with clipped gradients, then asked to go on with a prefix."""
    got = book(
        """
        import d2l_text as text
        ctx, num_hiddens = d2l.try_gpu(), 16
        corpus, char_to_idx, idx_to_char, size = d2l.load_data_time_machine(path, 1200)
        X = nd.arange(10).reshape((2, 5))
        params = text.gate_params(gates, size, num_hiddens, size, ctx)
        step, init_state = getattr(text, step), getattr(text, states)
        outputs, state = step(d2l.to_onehot(X.as_in_context(ctx), size), init_state(2, num_hiddens, ctx), params)
        print(len(outputs), outputs[0].shape, state[0].shape)
        perplexity = d2l.train_and_predict_rnn(
            step, lambda: params, init_state, num_hiddens, size, ctx, corpus, idx_to_char, char_to_idx, random_iter,
            3, 10, 1.0, 0.2, 8, 1, 10, ["t", "time"])
        """,
        result="perplexity, params",
        path=text, step=step, gates=gates, states=states, random_iter=random_iter, rtol=1e-3, atol=1e-4,
    )  # fmt: skip
    assert got.ours["perplexity"][-1] < 0.9 * got.ours["perplexity"][0]


@pytest.mark.parametrize("layer", ["RNN(16)", "GRU(16)", "LSTM(16)", "RNN(16, 2)", "LSTM(8, 2, bidirectional=True)"])
def test_by_gluon(book, text, layer) -> None:
    """7.6, 7.8 to 7.11: the same by `gluon.rnn`, deep and in both directions too."""
    got = book(
        """
        ctx = d2l.try_gpu()
        corpus, char_to_idx, idx_to_char, size = d2l.load_data_time_machine(path, 1200)
        rnn_layer = eval("rnn." + layer)
        rnn_layer.initialize()
        state = rnn_layer.begin_state(batch_size=2)
        Y, state_new = rnn_layer(nd.random.uniform(shape=(35, 2, size)), state)
        print(Y.shape, len(state_new), state_new[0].shape)
        model = d2l.RNNModel(rnn_layer, size)
        model.initialize(force_reinit=True, ctx=ctx)
        print(d2l.predict_rnn_gluon("time", 10, model, size, ctx, idx_to_char, char_to_idx))
        perplexity = d2l.train_and_predict_rnn_gluon(
            model, 16, size, ctx, corpus, idx_to_char, char_to_idx, 4, 10, 2.0, 0.2, 8, 1, 10, ["time"])
        params = [p.data() for p in model.collect_params().values()]
        """,
        result="Y, perplexity, params",
        path=text, layer=layer, rtol=1e-3, atol=1e-4,
    )  # fmt: skip
    assert got.ours["perplexity"][-1] < 0.95 * got.ours["perplexity"][0]
