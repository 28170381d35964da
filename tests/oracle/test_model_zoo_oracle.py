"""gluon.model_zoo.vision against MXNet: names and reprs of all networks; its parameter files give its outputs, and one
training step its gradients and weights."""

import os

import numpy as np
import pytest

from mxr.gluon.model_zoo import vision
from tests.oracle.harness import run_ours

NAMES = sorted(vision._models)

DESCRIBE = """
net = gluon.model_zoo.vision.get_model(name, **kwargs)
parameters = [(k, p.shape, p.grad_req, str(p.dtype)) for k, p in net.collect_params().items()]
result = [repr(net), repr(parameters), sorted(net._collect_params_with_prefix())]
"""

SAVE = """
net = gluon.model_zoo.vision.get_model(name, classes=7)
net.initialize(mx.init.Xavier(magnitude=2))
with autograd.predict_mode():
    net(nd.array(x)).asnumpy()
net.save_parameters(path)
result = net.name
"""

STEP = """
net = gluon.model_zoo.vision.get_model(name, classes=7)
net.load_parameters(path)
if hybridize:
    net.hybridize()
x = nd.array(x)
result = {"before": net(x)}
# In float32 rounding flips a ReLU here and there, and normalised by two images the gradients of deep networks are
# chaotic: the step is compared in float64.
net.cast("float64")
x = x.astype("float64")
loss_of = gluon.loss.SoftmaxCrossEntropyLoss()
y = nd.array(y, dtype="float64")
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01, "wd": 1e-4})
mx.random.seed(3)
with autograd.record():
    loss = loss_of(net(x), y)
loss.backward()
trainer.step(x.shape[0])
params = net._collect_params_with_prefix().items()
trained = [(k, p) for k, p in params if p.grad_req != "null"]
states = [(k, p) for k, p in params if p.grad_req == "null"]
result["loss"] = loss
for k, p in trained[:2] + trained[-2:]:
    result["gradient of " + k] = p.grad()
    result[k] = p.data()
for k, p in states[:1] + states[-1:]:
    result[k] = p.data()
"""


def image_size(name):
    """Small images where the network has a global pooling or none."""
    if name.startswith(("densenet", "squeezenet")):
        return 224
    return 299 if name.startswith("inception") else 32 if name.startswith("vgg") else 96


@pytest.mark.parametrize("name", NAMES)
def test_names_and_repr(both, name):
    both(DESCRIBE, name=name, kwargs={})


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("resnet18_v1", {"thumbnail": True, "classes": 10}),
        ("resnet50_v2", {"thumbnail": True, "prefix": "net_"}),
        ("densenet121", {"dropout": 0.3, "bn_size": 2}),
        ("vgg16_bn", {"classes": 3}),
        ("VGG11", {}),
    ],
)
def test_arguments(both, name, kwargs):
    both(DESCRIBE, name=name, kwargs=kwargs)


# The large ones of a family differ from the small ones in numbers of layers only.
QUICK = {
    "alexnet", "densenet121", "inceptionv3", "mobilenet0.25", "mobilenetv2_0.25", "resnet18_v1", "resnet18_v2",
    "resnet50_v1", "resnet50_v2", "squeezenet1.1", "vgg11", "vgg11_bn",
}  # fmt: skip


LONG = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("MXR_SLOW"), reason="MXR_SLOW=1 runs all 34 networks (6 minutes)"),
]


@pytest.mark.parametrize("hybridize", [False, True], ids=["imperative", "hybrid"])
@pytest.mark.parametrize("name", [pytest.param(n, marks=() if n in QUICK else LONG) for n in NAMES])
def test_outputs_and_step(oracle, rng, tmp_path, name, hybridize):
    size, path = image_size(name), str(tmp_path / "oracle.params")
    x = rng.uniform(-1, 1, size=(2, 3, size, size)).astype("f")
    oracle.run(SAVE, name=name, x=x, path=path)
    arguments = {"name": name, "x": x, "y": np.array([1.0, 4.0], "f"), "path": path, "hybridize": hybridize}
    want, got = oracle.run(STEP, **arguments), run_ours(STEP, **arguments)
    assert list(got) == list(want)
    for key, ours in got.items():
        theirs = want[key]
        assert ours.shape == theirs.shape
        assert np.linalg.norm(ours - theirs) <= (1e-4 if key == "before" else 1e-6) * np.linalg.norm(theirs) + 1e-12, (
            key
        )
