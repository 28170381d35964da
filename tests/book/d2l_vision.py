"""Chapters 9 and 10 of the book: networks and training loops on several devices and for pictures. Run by both sides."""

from d2l import Residual
from mxnet import autograd, cpu, nd
from mxnet.gluon import nn
from mxnet.gluon import utils as gutils


def lenet(X, params):
    """Chapter 9's LeNet, by operators only."""
    h1 = nd.relu(nd.Convolution(data=X, weight=params[0], bias=params[1], kernel=(3, 3), num_filter=20))
    h1 = nd.Pooling(data=h1, pool_type="avg", kernel=(2, 2), stride=(2, 2))
    h2 = nd.relu(nd.Convolution(data=h1, weight=params[2], bias=params[3], kernel=(5, 5), num_filter=50))
    h2 = nd.flatten(nd.Pooling(data=h2, pool_type="avg", kernel=(2, 2), stride=(2, 2)))
    h3 = nd.relu(nd.dot(h2, params[4]) + params[5])
    return nd.dot(h3, params[6]) + params[7]


def lenet_params(scale):
    shapes = [(20, 1, 3, 3), 20, (50, 20, 5, 5), 50, (800, 128), 128, (128, 10), 10]
    return [nd.zeros(s) if isinstance(s, int) else nd.random.normal(scale=scale, shape=s) for s in shapes]


def get_params(params, ctx):
    new_params = [p.copyto(ctx) for p in params]
    for p in new_params:
        p.attach_grad()
    return new_params


def allreduce(data):
    for i in range(1, len(data)):
        data[0][:] += data[i].copyto(data[0].context)
    for i in range(1, len(data)):
        data[0].copyto(data[i])


def split_and_load(data, ctx):
    n, k = data.shape[0], len(ctx)
    m = n // k
    assert m * k == n, "# examples is not divided by # devices."
    return [data[i * m : (i + 1) * m].as_in_context(ctx[i]) for i in range(k)]


class HybridResidual(nn.HybridBlock):
    def __init__(self, num_channels, use_1x1conv=False, strides=1, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = nn.Conv2D(num_channels, kernel_size=3, padding=1, strides=strides)
        self.conv2 = nn.Conv2D(num_channels, kernel_size=3, padding=1)
        if use_1x1conv:
            self.conv3 = nn.Conv2D(num_channels, kernel_size=1, strides=strides)
        else:
            self.conv3 = None
        self.bn1 = nn.BatchNorm()
        self.bn2 = nn.BatchNorm()

    def hybrid_forward(self, F, X):
        Y = F.relu(self.bn1(self.conv1(X)))
        Y = self.bn2(self.conv2(Y))
        if self.conv3:
            X = self.conv3(X)
        return F.relu(Y + X)


def resnet18(num_classes, width=64, hybrid=False):
    """The book's; `width` makes it narrow enough for a test."""
    sequential, residual = (nn.HybridSequential, HybridResidual) if hybrid else (nn.Sequential, Residual)

    def resnet_block(num_channels, num_residuals, first_block=False):
        blk = sequential()
        for i in range(num_residuals):
            if i == 0 and not first_block:
                blk.add(residual(num_channels, use_1x1conv=True, strides=2))
            else:
                blk.add(residual(num_channels))
        return blk

    net = sequential()
    net.add(nn.Conv2D(width, kernel_size=3, strides=1, padding=1), nn.BatchNorm(), nn.Activation("relu"))
    net.add(resnet_block(width, 2, first_block=True), resnet_block(2 * width, 2))
    net.add(resnet_block(4 * width, 2), resnet_block(8 * width, 2))
    net.add(nn.GlobalAvgPool2D(), nn.Dense(num_classes))
    return net


def _get_batch(batch, ctx):
    features, labels = batch
    if labels.dtype != features.dtype:
        labels = labels.astype(features.dtype)
    return gutils.split_and_load(features, ctx), gutils.split_and_load(labels, ctx), features.shape[0]


def evaluate_accuracy(data_iter, net, ctx):
    acc_sum, n = nd.array([0]), 0
    for batch in data_iter:
        features, labels, _ = _get_batch(batch, ctx)
        for X, y in zip(features, labels):
            y = y.astype(X.dtype)
            acc_sum += (net(X).argmax(axis=1) == y).sum().astype("float32").copyto(cpu())
            n += y.size
        acc_sum.wait_to_read()
    return acc_sum.asscalar() / n


def train(train_iter, test_iter, net, loss, trainer, ctx, num_epochs):
    """The loop on several devices; gives the loss of each batch, and accuracies at each end of an epoch."""
    losses, accuracies = [], []
    for _ in range(num_epochs):
        train_acc_sum, m = 0.0, 0
        for batch in train_iter:
            Xs, ys, batch_size = _get_batch(batch, ctx)
            with autograd.record():
                y_hats = [net(X) for X in Xs]
                ls = [loss(y_hat, y) for y_hat, y in zip(y_hats, ys)]
            for l in ls:
                l.backward()
            trainer.step(batch_size)
            losses.append(sum([l.sum().asscalar() for l in ls]) / batch_size)
            train_acc_sum += sum([(y_hat.argmax(axis=1) == y).sum().asscalar() for y_hat, y in zip(y_hats, ys)])
            m += sum([y.size for y in ys])
        accuracies.append((float(train_acc_sum / m), float(evaluate_accuracy(test_iter, net, ctx))))
    return losses, accuracies
