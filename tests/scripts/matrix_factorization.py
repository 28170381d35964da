"""Ratings by the product of two embeddings: several inputs, custom metric, custom DataIter, RMSE."""

import mxnet as mx
import numpy as np

np.random.seed(7)
mx.random.seed(7)
USERS, ITEMS, K = 30, 20, 5
left, right = np.random.randn(USERS, K) * 0.7, np.random.randn(ITEMS, K) * 0.7


class Ratings(mx.io.DataIter):
    def __init__(self, batches, batch_size):
        super(Ratings, self).__init__(batch_size)
        rng = np.random.RandomState(1)
        n = batches * batch_size
        self.user, self.item = rng.randint(0, USERS, n), rng.randint(0, ITEMS, n)
        self.score = (left[self.user] * right[self.item]).sum(1)
        self.at = 0
        self.provide_data = [("user", (batch_size,)), ("item", (batch_size,))]
        self.provide_label = [("score", (batch_size,))]

    def reset(self):
        self.at = 0

    def next(self):
        if self.at >= len(self.user):
            raise StopIteration
        part = slice(self.at, self.at + self.batch_size)
        self.at += self.batch_size
        return mx.io.DataBatch(
            data=[mx.nd.array(self.user[part]), mx.nd.array(self.item[part])],
            label=[mx.nd.array(self.score[part])],
            pad=0,
            index=None,
        )


def rmse(label, pred):
    pred = pred.flatten()
    return np.sqrt(((label - pred) ** 2).mean())


class Largest(mx.metric.EvalMetric):
    def __init__(self):
        super(Largest, self).__init__("largest")

    def update(self, labels, preds):
        for l, p in zip(labels, preds):
            self.sum_metric += float(np.abs(l.asnumpy() - p.asnumpy().ravel()).max())
            self.num_inst += 1


user, item, score = mx.sym.Variable("user"), mx.sym.Variable("item"), mx.sym.Variable("score")
u = mx.sym.Embedding(data=user, input_dim=USERS, output_dim=K, name="user_e")
v = mx.sym.Embedding(data=item, input_dim=ITEMS, output_dim=K, name="item_e")
pred = mx.sym.Flatten(mx.sym.sum_axis(data=u * v, axis=1))
net = mx.sym.LinearRegressionOutput(data=pred, label=score, name="lro")
print(net.list_arguments())
train = Ratings(20, 30)
mod = mx.mod.Module(net, data_names=("user", "item"), label_names=("score",), context=mx.cpu())
log = []
mod.fit(
    train,
    eval_metric=mx.metric.CompositeEvalMetric(
        [mx.metric.CustomMetric(rmse, name="mine"), Largest(), mx.metric.np(rmse)]
    ),
    num_epoch=4,
    optimizer="adam",
    optimizer_params={"learning_rate": 0.05},
    initializer=mx.init.Normal(0.1),
    epoch_end_callback=lambda epoch, sym, arg, aux: log.append(
        (epoch, sorted(arg), float(arg["user_e_weight"].norm().asscalar()))
    ),
    batch_end_callback=lambda p: print(p.epoch, p.nbatch, p.eval_metric.get()) if p.nbatch == 19 else None,
)
print(log)
print(mod.score(train, mx.metric.Loss()))
pre = mx.io.PrefetchingIter(mx.io.ResizeIter(Ratings(4, 10), 6))
print(sum(b.data[0].sum().asscalar() for b in pre))
print(mx.metric.create("rmse"), mx.metric.create(rmse).name, Largest().get_config())
