# %% [markdown]
# # Clothes: convolutional networks with mxr in Python
#
# In `mnist.py` a small network read handwritten digits. Here the images are harder, and the network gets better.
# `fashion_mnist.Rmd` tells the same in R.
#
#     python fashion_mnist.py
#
# runs it all in about a minute and writes pictures into `fashion_mnist_py_files/` beside this file.

# %%
import logging
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import matplotlib

matplotlib.use("Agg")  # pictures go into files
import matplotlib.pyplot as plt
import numpy as np

import mxr as mx

logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
logging.getLogger("silent").setLevel(logging.WARNING)
ROUNDS = int(os.environ.get("MXR_VIGNETTE_ROUNDS", "10"))
PICTURES = Path(os.environ.get("MXR_VIGNETTE_OUTPUT") or Path(__file__).with_name("fashion_mnist_py_files"))
PICTURES.mkdir(parents=True, exist_ok=True)


def save_picture(name: str) -> None:
    plt.savefig(PICTURES / f"{name}.png", dpi=150, bbox_inches="tight")
    plt.close()
    print("picture:", name + ".png")


# %% [markdown]
# ## The data
#
# Fashion-MNIST was made to replace MNIST. It has the same size and form, 28 by 28 pixels in grey and ten classes, but
# it shows clothes.

# %%
CLASSES = ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
fashion = mx.datasets.fashion_mnist(as_uint8=True)
x, y = fashion["train_data"], fashion["train_label"]
x_test, y_test = fashion["test_data"], fashion["test_label"]
print(fashion.source)
print("training", x.shape, "test", x_test.shape)


# %%
def show_images(images, titles, rows: int = 4, columns: int = 8) -> None:
    _, axes = plt.subplots(rows, columns, figsize=(1.2 * columns, 1.55 * rows))
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, title in zip(axes.flat, images, titles):
        ax.imshow(image.reshape(28, 28), cmap="gray")
        ax.set_title(title, fontsize=9)


show_images(x[:32], [CLASSES[label] for label in y[:32]])
save_picture("clothes")


# %% [markdown]
# ## First, the network we have
#
# One hidden layer of 256 units, raw pixels, learning rate 0.01. `train` gives the model, its accuracy on the test
# images after each round, and its predictions for them.


# %%
def train(network, train_images, train_labels, test_images, test_labels, rate, initializer, quiet=False, ctx=None):
    np.random.seed(0)  # shuffles
    mx.random.seed(0)  # initial weights
    train_iter = mx.io.NDArrayIter(train_images, train_labels, batch_size=128, shuffle=True)
    test_iter = mx.io.NDArrayIter(test_images, test_labels, batch_size=128)
    history: list[float] = []

    def after_check(param):
        history.append(param.eval_metric.get()[1])
        if not quiet:
            print(f"  round {param.epoch + 1}: test accuracy {history[-1]:.4f}")

    model = mx.model.FeedForward(
        network, ctx=ctx or mx.cpu(), num_epoch=ROUNDS, learning_rate=rate, initializer=initializer
    )
    model.fit(train_iter, eval_data=test_iter, logger=logging.getLogger("silent"), eval_end_callback=after_check)
    return model, history, model.predict(test_iter)


def accuracy(prob, labels) -> float:
    return float((prob.argmax(axis=1) == labels).mean())


net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=256, name="fc1")
net = mx.sym.Activation(net, act_type="tanh", name="act1")
net = mx.sym.FullyConnected(net, num_hidden=10, name="out")
mlp = mx.sym.SoftmaxOutput(net, name="softmax")

print("one hidden layer, raw pixels, rate 0.01")
_, _, prob = train(mlp, x.reshape(-1, 784), y, x_test.reshape(-1, 784), y_test, 0.01, mx.init.Uniform(0.01))
results = {"one hidden layer, raw pixels, rate 0.01": accuracy(prob, y_test)}

# %% [markdown]
# In `mnist.py` we saw that a network learns better from pixels between 0 and 1, with weights that start at a fitting
# size (Xavier). We do the same here, so that the next network is compared with a good one.

# %%
images, images_test = x / np.float32(255), x_test / np.float32(255)
print("one hidden layer, scaled pixels, rate 0.1")
_, _, prob = train(mlp, images.reshape(-1, 784), y, images_test.reshape(-1, 784), y_test, 0.1, mx.init.Xavier())
results["one hidden layer, scaled pixels, rate 0.1"] = accuracy(prob, y_test)


# %% [markdown]
# ## LeNet
#
# A fully connected layer does not know that two pixels are neighbours. Two other layers make use of the shape of
# images. Convolution slides a small window of weights over the image; the same few weights serve all places, so that a
# pattern found in one place is found everywhere. Pooling keeps the largest of every 2 by 2 values.
#
# Images keep their form now: their number, channels (one, for grey), height, width.


# %%
def get_lenet() -> mx.sym.Symbol:
    net = mx.sym.Variable("data")
    for i, (kernel, filters) in enumerate([((5, 5), 6), ((3, 3), 16)], 1):
        net = mx.sym.Convolution(net, kernel=kernel, num_filter=filters, name=f"conv{i}")
        net = mx.sym.Activation(net, act_type="relu", name=f"relu{i}")
        net = mx.sym.Pooling(net, pool_type="max", kernel=(2, 2), stride=(2, 2), name=f"pool{i}")
    net = mx.sym.Flatten(net)
    for i, units in enumerate([120, 84], 1):
        net = mx.sym.FullyConnected(net, num_hidden=units, name=f"fc{i}")
        net = mx.sym.Activation(net, act_type="relu", name=f"relu{i + 2}")
    net = mx.sym.FullyConnected(net, num_hidden=10, name="out")
    return mx.sym.SoftmaxOutput(net, name="softmax")


lenet = get_lenet()
mx.viz.print_summary(lenet, shape={"data": (128, 1, 28, 28)}, line_length=90)
graph = mx.viz.plot_network(
    lenet, shape={"data": (128, 1, 28, 28)}, save_format="png", node_attrs={"fixedsize": "false"}
)  # fmt: skip
if shutil.which("dot"):
    graph.render(PICTURES / "lenet", cleanup=True)
    print("picture: lenet.png")
else:
    print("no picture of the network: the program 'dot' of Graphviz is not installed")

# %% [markdown]
# ## Tuning
#
# The learning rate is a guess. Too small, and training takes forever. Too large, and it jumps past the goal. The only
# way to find out is to try.

# %%
runs = {}
for rate in (0.01, 0.1, 0.3):
    print("LeNet, rate", rate)
    start = time.perf_counter()
    runs[rate] = train(lenet, images, y, images_test, y_test, rate, mx.init.Xavier())
    seconds = time.perf_counter() - start
    print(f"  {seconds:.0f} seconds, {ROUNDS * len(x) / seconds:,.0f} images a second")
    results[f"LeNet, scaled pixels, rate {rate}"] = accuracy(runs[rate][2], y_test)
    plt.plot(range(1, ROUNDS + 1), [100 * value for value in runs[rate][1]], "o-", label=f"rate {rate}")
plt.xlabel("round")
plt.ylabel("test accuracy, %")
plt.legend()
save_picture("tuning")
best = max(runs, key=lambda rate: accuracy(runs[rate][2], y_test))
model, _, prob = runs[best]
print(f"best rate: {best}, test accuracy {accuracy(prob, y_test):.4f}")

# %% [markdown]
# A word of caution. We picked the rate by the test images, so the best score is a little too good. For a fair number,
# set some training images aside, pick the rate with these, and look at the test images once, at the end.
#
# ## Where it errs
#
# One number hides a lot. A confusion matrix shows, for each class (row), what the model took it for (column).

# %%
answer = prob.argmax(axis=1)
confusion = np.zeros((10, 10), int)
np.add.at(confusion, (y_test, answer), 1)
share = confusion / np.maximum(1, confusion.sum(axis=1, keepdims=True))
_, ax = plt.subplots(figsize=(7, 6))
ax.imshow(share, cmap="Blues")
ax.set_xticks(range(10), CLASSES, rotation=90)
ax.set_yticks(range(10), CLASSES)
ax.xaxis.tick_top()
for i, j in zip(*np.nonzero(confusion)):
    ax.text(j, i, confusion[i, j], ha="center", va="center", fontsize=8, color="white" if share[i, j] > 0.5 else "0.25")
save_picture("confusion")

recall = share.diagonal()
print(f"hardest: {CLASSES[recall.argmin()]} ({recall.min():.1%})")
print(f"easiest: {CLASSES[recall.argmax()]} ({recall.max():.1%})")
off = share - np.diag(recall)
i, j = np.unravel_index(off.argmax(), off.shape)
print(f"most common mix-up: {off.max():.1%} of class {CLASSES[i]} are taken for {CLASSES[j]}")

# %% [markdown]
# The mistakes it was surest of. First the label, then the model's answer and its probability. Some labels look
# doubtful.

# %%
sure = prob.max(axis=1)
wrong = np.flatnonzero(answer != y_test)
surest = wrong[np.argsort(-sure[wrong])][:24]
show_images(
    x_test[surest],
    [f"{CLASSES[y_test[k]]}?\n{CLASSES[answer[k]]}, {int(100 * sure[k])} %" for k in surest],
    rows=3,
)
save_picture("mistakes")

# %% [markdown]
# ## What the filters see
#
# The first layer has six filters of 5 by 5 weights. Below each filter stands what it makes of one image.

# %%
filters = model.arg_params["conv1_weight"].asnumpy()
inner = model.symbol.get_internals()["relu1_output"]
part = mx.model.FeedForward(inner, arg_params=model.arg_params, aux_params={}, allow_extra_params=True)
seen = part.predict(images_test[:1])
print(filters.shape, seen.shape)
_, axes = plt.subplots(2, 6, figsize=(9, 3.2))
for k in range(6):
    axes[0, k].imshow(filters[k, 0], cmap="gray")
    axes[1, k].imshow(seen[0, k], cmap="gray")
for ax in axes.flat:
    ax.axis("off")
save_picture("filters")

# %% [markdown]
# ## Why MNIST is too simple
#
# The same LeNet, on digits. When nearly everything is right, there is little left to compare: two ideas that differ by
# much on harder images look the same on MNIST.

# %%
digits = mx.datasets.mnist()  # pixels from 0 to 1
print("LeNet on digits, rate 0.1")
_, _, digit_prob = train(
    lenet, digits["train_data"], digits["train_label"], digits["test_data"], digits["test_label"], 0.1, mx.init.Xavier()
)
results["LeNet on digits, rate 0.1"] = accuracy(digit_prob, digits["test_label"])

# %% [markdown]
# ## The graphics card
#
# On a machine with an NVIDIA card and mxr's GPU extra, one argument changes: `ctx=mx.gpu()`.

# %%
if mx.context.num_gpus():
    for ctx in (mx.cpu(), mx.gpu()):
        start = time.perf_counter()
        train(lenet, images, y, images_test, y_test, 0.1, mx.init.Xavier(), quiet=True, ctx=ctx)
        print(f"LeNet on {ctx}: {time.perf_counter() - start:.1f} seconds")
else:
    print("no graphics card that mxr can use on this machine")

# %% [markdown]
# ## Keeping the model
#
# Two files in MXNet's format, for R and the old MXNet, too.

# %%
with tempfile.TemporaryDirectory() as folder:
    prefix = os.path.join(folder, "clothes")
    model.save(prefix, ROUNDS)
    print(sorted(os.listdir(folder)))
    again = mx.model.FeedForward.load(prefix, ROUNDS)
    print("same predictions:", np.array_equal(again.predict(images_test), prob))

# %% [markdown]
# ## Lessons
#
# * Convolution helps: compare LeNet with the networks without it.
# * Tuning helps: compare LeNet's learning rates.
# * Scaling helps, and costs one division.
# * Look at the mistakes. They say more than the accuracy does.
# * Prefer a data set that is hard enough to tell ideas apart.
# * A graphics card helps as soon as the network is large.

# %%
for name, value in results.items():
    print(f"{name:45s} {value:.4f}")
