# %% [markdown]
# # Handwritten digits: first steps with mxr in Python
#
# Trains a small neural network to read handwritten digits, from the beginning. `mnist.Rmd` tells the same in R.
#
#     python mnist.py
#
# runs it all in well under a minute and writes pictures into `mnist_py_files/` beside this file. The `# %%` lines are
# cells, for editors that can run them one by one.

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
ROUNDS = int(os.environ.get("MXR_VIGNETTE_ROUNDS", "10"))
PICTURES = Path(os.environ.get("MXR_VIGNETTE_OUTPUT") or Path(__file__).with_name("mnist_py_files"))
PICTURES.mkdir(parents=True, exist_ok=True)


def save_picture(name: str) -> None:
    plt.savefig(PICTURES / f"{name}.png", dpi=150, bbox_inches="tight")
    plt.close()
    print("picture:", name + ".png")


# %% [markdown]
# ## Arrays
#
# mxr computes with arrays of its own, called NDArray. Arithmetic works element by element.

# %%
a = mx.nd.ones((2, 3))
b = a * 2 + 1
print(b)

# %%
a = mx.nd.array([1, 2, 3, 4, 5])
print(a + 1 / a)
print(mx.nd.log(a + 10))

# %% [markdown]
# The same seed gives the same random numbers, here, in R, and in the old MXNet.

# %%
mx.random.seed(0)
print(mx.nd.random.normal(0, 1, shape=10))

# %% [markdown]
# `asnumpy` gives a NumPy array back.

# %%
print(type(b.asnumpy()))

# %% [markdown]
# Why another kind of array? Because of the graphics card (`ctx=mx.gpu()`), and because work is asynchronous: a large
# product returns before it is done, and Python waits only where it needs the numbers.

# %%
m = mx.nd.random.uniform(shape=(1500, 1500))
mx.nd.dot(m, m).wait_to_read()  # the first call also sets things up
start = time.perf_counter()
product = mx.nd.dot(m, m)
returned = time.perf_counter()
product.wait_to_read()
print(f"returned after {1000 * (returned - start):.1f} ms, done after {1000 * (time.perf_counter() - start):.1f} ms")

# %% [markdown]
# ## The data
#
# MNIST is a collection of handwritten digits, 28 by 28 pixels each, with their labels. The first axis counts images.

# %%
mnist = mx.datasets.mnist(as_uint8=True)
x = mnist["train_data"].reshape(-1, 784)
y = mnist["train_label"]
x_test = mnist["test_data"].reshape(-1, 784)
y_test = mnist["test_label"]
print(mnist.source)
print("training", x.shape, "test", x_test.shape, "pixels from", x.min(), "to", x.max())


# %%
def show_images(images, titles, rows: int = 4, columns: int = 10) -> None:
    _, axes = plt.subplots(rows, columns, figsize=(columns, 1.25 * rows))
    for ax in axes.flat:
        ax.axis("off")
    for ax, image, title in zip(axes.flat, images, titles):
        ax.imshow(image.reshape(28, 28), cmap="gray")
        ax.set_title(title, fontsize=9)


show_images(x[:40], y[:40])
save_picture("digits")


# %% [markdown]
# A network takes the images in batches, here of 128. An iterator hands them out.


# %%
def iterators(train, test):
    np.random.seed(0)  # shuffles
    mx.random.seed(0)  # initial weights
    return (
        mx.io.NDArrayIter(train, y, batch_size=128, shuffle=True),
        mx.io.NDArrayIter(test, y_test, batch_size=128),
    )


train_iter, test_iter = iterators(x, x_test)


# %% [markdown]
# ## The network
#
# In a fully connected layer every output is a weighted sum of all inputs plus a constant. Between two such layers
# stands an activation, a simple curve; without it two layers would be no more than one. Ours has 784 pixels at its
# input, 256 hidden units, and 10 outputs, one for each digit. Softmax turns these into probabilities.
#
# Nothing is computed yet: `net` is only a description, a symbol.


# %%
def mlp(*hidden: int) -> mx.sym.Symbol:
    net = mx.sym.Variable("data")
    for i, units in enumerate(hidden, 1):
        net = mx.sym.FullyConnected(net, num_hidden=units, name=f"fc{i}")
        net = mx.sym.Activation(net, act_type="tanh", name=f"act{i}")
    net = mx.sym.FullyConnected(net, num_hidden=10, name="out")
    return mx.sym.SoftmaxOutput(net, name="softmax")


net = mlp(256)
print(net.list_arguments())
mx.viz.print_summary(net, shape={"data": (128, 784)}, line_length=90)

# %% [markdown]
# It can be drawn where Graphviz is installed.

# %%
graph = mx.viz.plot_network(
    net, shape={"data": (128, 784)}, save_format="png", node_attrs={"fixedsize": "false"}
)  # fmt: skip
if shutil.which("dot"):
    graph.render(PICTURES / "network", cleanup=True)
    print("picture: network.png")
else:
    print("no picture of the network: the program 'dot' of Graphviz is not installed")

# %% [markdown]
# ## Training
#
# Training goes through the data again and again. For each batch it compares the output with the labels and moves all
# weights a little so that the error shrinks. How little is the learning rate.
#
# "Train" is the accuracy on the images it learns from, "Validation" that on the test images, which it never learns
# from. Only the second one tells how well it will do on new digits.

# %%
model = mx.model.FeedForward(net, ctx=mx.cpu(), num_epoch=ROUNDS, learning_rate=0.01)
start = time.perf_counter()
model.fit(train_iter, eval_data=test_iter)
seconds = time.perf_counter() - start
print(f"{seconds:.1f} seconds, {ROUNDS * len(x) / seconds:,.0f} images a second")

# %% [markdown]
# ## Predictions
#
# `predict` gives one row for each image: ten probabilities. The largest one is the answer.

# %%
prob = model.predict(test_iter)
print(prob.shape, prob[0].round(3))
answer = prob.argmax(axis=1)
accuracy = (answer == y_test).mean()
print(f"accuracy {accuracy:.4f}, {np.sum(answer != y_test)} of {len(y_test)} wrong")

wrong = np.flatnonzero(answer != y_test)[:30]
show_images(x_test[wrong], [f"{t} → {p}" for t, p in zip(y_test[wrong], answer[wrong])], rows=3)
save_picture("mistakes")

# %% [markdown]
# ## What it has learned
#
# Each hidden unit has one weight for every pixel. Drawn as images, they show what helped to tell the digits apart. The
# border stays at its random start: there the images are always black, so these weights never matter.

# %%
weights = model.arg_params["fc1_weight"].asnumpy()
strongest = np.argsort(-weights.std(axis=1))[:30]
show_images(weights[strongest], [""] * 30, rows=3)
save_picture("filters")


# %% [markdown]
# ## More layers
#
# Are more layers better? We try three, of 256, 100 and 50 units, and a larger learning rate of 0.1. A callback collects
# the accuracy on the test images after each round.


# %%
def train(network, train_images, test_images, rate: float, initializer):
    history: list[float] = []
    train_iter, test_iter = iterators(train_images, test_images)
    model = mx.model.FeedForward(network, ctx=mx.cpu(), num_epoch=ROUNDS, learning_rate=rate, initializer=initializer)
    model.fit(
        train_iter, eval_data=test_iter, logger=logging.getLogger("silent"),
        eval_end_callback=lambda param: history.append(param.eval_metric.get()[1]),
    )  # fmt: skip
    return model, history


logging.getLogger("silent").setLevel(logging.WARNING)
_, one = train(mlp(256), x, x_test, 0.01, mx.init.Uniform(0.01))
three_raw, raw = train(mlp(256, 100, 50), x, x_test, 0.1, mx.init.Uniform(0.01))

# %% [markdown]
# What goes wrong? The inputs are too large. Pixels go up to 255, so the sums in the first layer are large too, and tanh
# of a large number is 1 or -1, nearly whatever the image. There the curve is flat: a small change of a weight changes
# nothing, and the unit cannot learn. Also, each step is proportional to the input, and 0.1 times 255 is a leap.
#
# The remedy: divide the pixels by 255, and start with weights that fit the size of each layer (Xavier).

# %%
scaled, scaled_test = x / np.float32(255), x_test / np.float32(255)
three_scaled, fine = train(mlp(256, 100, 50), scaled, scaled_test, 0.1, mx.init.Xavier())

results = {
    "one layer, raw pixels, rate 0.01": one,
    "three layers, raw pixels, rate 0.1": raw,
    "three layers, scaled pixels, Xavier, rate 0.1": fine,
}
for name, history in results.items():
    print(f"{name:48s} {history[-1]:.3f}")
    plt.plot(range(1, ROUNDS + 1), [100 * value for value in history], "o-", label=name)
plt.xlabel("round")
plt.ylabel("test accuracy, %")
plt.legend()
save_picture("history")


# %% [markdown]
# We can check the explanation. A symbol knows all inner outputs; a model made of one of these, with the trained
# weights, shows what the first hidden layer does.


# %%
def first_layer(model, images):
    inner = model.symbol.get_internals()["act1_output"]
    part = mx.model.FeedForward(inner, arg_params=model.arg_params, aux_params={}, allow_extra_params=True)
    return part.predict(images)


hidden_raw = first_layer(three_raw, x_test[:500].astype("float32"))
hidden_scaled = first_layer(three_scaled, scaled_test[:500])
_, axes = plt.subplots(1, 2, figsize=(8, 2.8))
for ax, values, title in zip(axes, (hidden_raw, hidden_scaled), ("raw pixels", "scaled pixels")):
    ax.hist(values.ravel(), bins=20, range=(-1, 1))
    ax.set_title(title)
    ax.set_xlabel("output of a unit")
    ax.set_yticks([])
    print(f"{title}: {(abs(values) > 0.99).mean():.1%} of the outputs are stuck beyond 0.99")
save_picture("saturation")

# %% [markdown]
# ## Keeping a model
#
# A model is saved in two files: the network as text, and the weights. R and the old MXNet read them too.

# %%
with tempfile.TemporaryDirectory() as folder:
    prefix = os.path.join(folder, "digits")
    model.save(prefix, ROUNDS)
    print(sorted(os.listdir(folder)))
    again = mx.model.FeedForward.load(prefix, ROUNDS)
    print("same predictions:", np.array_equal(again.predict(test_iter), prob))

# %% [markdown]
# `fashion_mnist.py` goes on with harder images and a better network.
