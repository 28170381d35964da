"""Programs in the manner of GluonCV's and GluonNLP's blocks, in mxr and in MXNet."""

import pytest


def test_feature_expander(both, rng):
    """A network's inner outputs, with layers made of symbols behind them, as one block (SSD)."""
    both(
        """
        net = gluon.nn.HybridSequential(prefix="base_")
        with net.name_scope():
            net.add(gluon.nn.Conv2D(4, 3, padding=1, use_bias=False), gluon.nn.BatchNorm(), gluon.nn.Activation("relu"))
            net.add(gluon.nn.MaxPool2D(2), gluon.nn.Conv2D(6, 3, padding=1), gluon.nn.Activation("relu"))
        data = sym.var("data")
        inner = net(data).get_internals()
        names = [n for n in inner.list_outputs() if n.endswith("relu0_fwd_output") or n.endswith("relu1_fwd_output")]
        outputs = [inner[n] for n in names]
        y, init = outputs[-1], mx.init.Xavier(rnd_type="gaussian", factor_type="out", magnitude=2)
        for i, filters in enumerate((5, 3)):
            y = sym.Convolution(y, num_filter=2, kernel=(1, 1), no_bias=True, name="trans%d" % i,
                                attr={"__init__": init})
            y = sym.Activation(sym.BatchNorm(y, name="bn%d" % i), act_type="relu", name="r%d" % i)
            y = sym.Convolution(y, num_filter=filters, kernel=(3, 3), pad=(1, 1), stride=(2, 2), name="conv%d" % i,
                                attr={"__init__": init})
            outputs.append(y)
        block = gluon.SymbolBlock(outputs, [data], params=net.collect_params())
        block.initialize(mx.init.Uniform(0.5))
        z = nd.array(x)
        block(z)
        for name, p in block.collect_params(".*moving_var").items():
            p.set_data(nd.ones(p.shape))  # drawn as any other
        result = {"names": names, "params": list(block.collect_params())}
        result["outputs"] = block(z)
        trainer = gluon.Trainer(block.collect_params(), "sgd", {"learning_rate": 0.1})
        with autograd.record():
            loss = sum((o * o).mean() for o in block(z))
        loss.backward()
        trainer.step(1)
        result["loss"], result["after"] = loss, block(z)
        """,
        x=rng.normal(size=(2, 3, 8, 8)).astype("f"), rtol=1e-3, atol=1e-4,
    )  # fmt: skip


@pytest.mark.parametrize("hybridize", [False, True])
def test_masked_attention(both, rng, hybridize):
    """Positions by arange_like, masks by lengths, heads by reshape codes (BERT)."""
    both(
        f"""
        class Attention(gluon.HybridBlock):
            def __init__(self, units, heads):
                super().__init__()
                self._heads, self._units = heads, units
                with self.name_scope():
                    self.query, self.key, self.value = (
                        gluon.nn.Dense(units, flatten=False, use_bias=False, prefix=p) for p in ("q_", "k_", "v_"))
                    self.place = self.params.get("place", shape=(9, units), init=mx.init.Normal(0.1))
            def split(self, F, x):
                x = F.transpose(F.reshape(x, shape=(0, 0, self._heads, -1)), axes=(0, 2, 1, 3))
                return F.reshape(x, shape=(-1, 0, 0), reverse=True)
            def hybrid_forward(self, F, x, length, place):
                steps = F.contrib.arange_like(x, axis=1)
                x = F.broadcast_add(x, F.expand_dims(F.Embedding(steps, place, input_dim=9, output_dim=8), axis=0))
                mask = F.broadcast_lesser(F.reshape(steps, shape=(1, -1)), F.reshape(length, shape=(-1, 1)))
                mask = F.broadcast_axes(F.expand_dims(mask, axis=1), axis=1, size=self._heads)
                mask = F.expand_dims(F.reshape(mask, shape=(-3, 0)), axis=1)
                q, k, v = (self.split(F, f(x)) for f in (self.query, self.key, self.value))
                score = F.batch_dot(F.contrib.div_sqrt_dim(q), k, transpose_b=True)
                mask = F.broadcast_like(mask, score)
                score = F.where(mask, score, -1e18 * F.ones_like(score))
                out = F.batch_dot(F.softmax(score, axis=-1) * mask, v)
                out = F.transpose(F.reshape(out, shape=(-1, self._heads, 0, 0), reverse=True), axes=(0, 2, 1, 3))
                out = F.reshape(out, shape=(0, 0, -1))
                return F.SequenceMask(out, sequence_length=length, use_sequence_length=True, axis=1)
        net = Attention(8, 2)
        net.initialize(mx.init.Uniform(0.5))
        if {hybridize}:
            net.hybridize(static_alloc=True)
        a, n = nd.array(x), nd.array([5, 3])
        a.attach_grad()
        with autograd.record():
            y = net(a, n)
        y.backward()
        result = {{"y": y, "dx": a.grad, "grads": [p.grad() for p in net.collect_params().values()],
                   "names": list(net.collect_params())}}
        """,
        x=rng.normal(size=(2, 5, 8)).astype("f"), rtol=1e-4, atol=1e-5,
    )  # fmt: skip


def test_heatmap_decoder(both, rng):
    """The best places of a heatmap, with offsets gathered there (CenterNet)."""
    both(
        """
        h, o = nd.array(heat), nd.array(offset)
        keep = nd.broadcast_equal(nd.Pooling(h, kernel=(3, 3), stride=(1, 1), pad=(1, 1)), h)
        scores, places = nd.topk((keep * h).reshape((0, -1)), k=4, ret_typ="both", dtype="int64")
        rest = nd.broadcast_mod(places, nd.array([36], dtype="int64"))
        ys = nd.floor(rest.astype("float32") / 6)
        xs = rest.astype("float32") - ys * 6
        first = nd.zeros_like(places, dtype="int64")
        rows = nd.arange(2).astype("int64").expand_dims(-1) * nd.ones((1, 9), dtype="int64")
        rows = nd.slice_like(rows, first, axes=1)
        at = nd.concat(rows.expand_dims(0), first.expand_dims(0), ys.astype("int64").expand_dims(0),
                       xs.astype("int64").expand_dims(0), dim=0)
        result = {"scores": scores, "places": places, "offsets": nd.gather_nd(o, at), "first": first}
        """,
        heat=rng.permutation(2 * 3 * 36).reshape(2, 3, 6, 6).astype("f"),
        offset=rng.normal(size=(2, 2, 6, 6)).astype("f"),
    )  # fmt: skip
