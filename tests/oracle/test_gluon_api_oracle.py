"""Every public name of all modules of ``mxnet.gluon``, with members and signatures, found by walking the package."""

import importlib
import os

import pytest

from mxr.mxnet.finder import find_target

# Run on both sides. A signature is a list of (name, kind, default); objects as defaults by their class.
DESCRIBE = """
import inspect, os

def default(value):
    if value is inspect.Parameter.empty:
        return "-"
    if isinstance(value, str):
        return repr(os.path.expanduser(value))
    if value is None or isinstance(value, (bool, int, float, tuple)):
        return repr(value)
    return getattr(value, "__name__", None) or type(value).__name__

def signature(f):
    if f is object.__init__:
        return [("self", 1, "-")]
    try:
        return [(p.name, int(p.kind), default(p.default)) for p in inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):
        return None

def members(cls):
    found = {"__init__": ("function", signature(cls.__init__))}
    for name in dir(cls):
        held = inspect.getattr_static(cls, name)
        special = name.startswith("__") and any(name in c.__dict__ for c in cls.__mro__[:-1])
        public = special or not name.startswith("_")
        if name in SKIP or not public or name == "__init__" or held is object.__dict__.get(name):
            continue
        if isinstance(held, property):
            found[name] = ("property", "set" if held.fset else "read")
        elif callable(getattr(cls, name)):
            found[name] = ("function", signature(getattr(cls, name)))
        else:
            found[name] = ("value", None)
    return found

def describe(module, package):
    found = {}
    for name, value in vars(module).items():
        home = getattr(value, "__module__", None)
        if name.startswith("_") or not isinstance(home, str) or home.split(".")[0] != package:
            continue
        if inspect.isclass(value):
            found[name] = {"kind": "class", "home": home, "members": members(value) if ".gluon" in home else {}}
        elif inspect.isfunction(value):
            found[name] = {"kind": "function", "home": home, "signature": signature(value)}
    return found

SKIP = ("__class__", "__dict__", "__doc__", "__module__", "__weakref__", "__annotations__", "__abstractmethods__",
        "__slots__", "__parameters__", "__orig_bases__", "__static_attributes__", "__firstlineno__",
        "__init_subclass__", "__subclasshook__", "__dir__")
"""

WALK = (
    DESCRIBE
    + """
import importlib, pkgutil
top = importlib.import_module("mxnet.gluon")
paths = ["gluon"] + [m.name[len("mxnet."):] for m in pkgutil.walk_packages(top.__path__, "mxnet.gluon.")]
result = {path: describe(importlib.import_module("mxnet." + path), "mxnet") for path in paths}
"""
)

MODULES = """
gluon gluon.block gluon.contrib gluon.contrib.cnn gluon.contrib.cnn.conv_layers gluon.contrib.data
gluon.contrib.data._constants gluon.contrib.data.sampler gluon.contrib.data.text gluon.contrib.estimator
gluon.contrib.estimator.batch_processor gluon.contrib.estimator.estimator gluon.contrib.estimator.event_handler
gluon.contrib.estimator.utils gluon.contrib.nn gluon.contrib.nn.basic_layers gluon.contrib.rnn
gluon.contrib.rnn.conv_rnn_cell gluon.contrib.rnn.rnn_cell gluon.data gluon.data.dataloader gluon.data.dataset
gluon.data.sampler gluon.data.vision gluon.data.vision.datasets gluon.data.vision.transforms gluon.loss
gluon.model_zoo gluon.model_zoo.model_store gluon.model_zoo.vision gluon.model_zoo.vision.alexnet
gluon.model_zoo.vision.densenet gluon.model_zoo.vision.inception gluon.model_zoo.vision.mobilenet
gluon.model_zoo.vision.resnet gluon.model_zoo.vision.squeezenet gluon.model_zoo.vision.vgg gluon.nn
gluon.nn.activations gluon.nn.basic_layers gluon.nn.conv_layers gluon.parameter gluon.rnn gluon.rnn.rnn_cell
gluon.rnn.rnn_layer gluon.trainer gluon.utils
""".split()

# Switches of the interface mx.np, which mxr does not have.
NUMPY_INTERFACE = {"is_np_array", "is_np_shape", "np_array", "np_shape", "set_np"}
# Not here, and why.
LEFT_OUT = {
    # how MXNet's arrays travel between processes; ours do so by another way
    "gluon.data.dataloader": {
        "ConnectionWrapper", "Queue", "SimpleQueue", "fetcher_loop_v1", "rebuild_ndarray", "rebuild_np_ndarray",
        "reduce_ndarray", "reduce_np_ndarray", "worker_loop_v1",
    },
    "gluon.model_zoo.vision.inception": {"make_aux"},  # of a head that no model has
}  # fmt: skip
# Names that a module imports from elsewhere and does not stand for: they are where they come from.
BORROWED = {
    "gluon.contrib.data.text", "gluon.contrib.estimator.estimator", "gluon.contrib.estimator.event_handler",
    "gluon.contrib.rnn.rnn_cell", "gluon.data.vision.datasets", "gluon.model_zoo.model_store",
    *(m for m in MODULES if m.startswith("gluon.model_zoo.vision.")),
}  # fmt: skip

# Defaults that differ: (function, parameter) or, for all, (parameter, None) -> (theirs, ours), with the reasons.
DIFFERENT = {
    # an initializer by its name, so that nobody changes the one that all share
    ("initialize", "init"): ("Uniform", "'uniform'"),
    ("initialize", "default_init"): ("Uniform", "'uniform'"),
    # MXNET_HOME is read when it is needed, not at import
    ("root", None): (os.path.join(".mxnet", "models"), "None"),
    # None is cpu() there; the function is made without importing contexts
    ("ctx", None): ("Context", "None"),
    # the class's own
    ("__init__", "op_name"): ("DeformableConvolution", "None"),
}
# Further parameters of ours, all optional.
MORE = {
    "Sequential.forward": {"args"}, "HybridSequential.hybrid_forward": {"args"}, "Compose.forward": {"args"},
    "Cast.hybrid_forward": {"args"}, "Concurrent.__init__": {"concat_dim"}, "HybridConcurrent.__init__": {"concat_dim"},
    "TripletLoss.hybrid_forward": {"sample_weight"}, "ParameterDict.update": {"select"},
}  # fmt: skip
BLOCK = {"kwargs", "prefix", "params"}


_walked: dict = {}


@pytest.fixture
def theirs(oracle):
    if not _walked:
        _walked.update(oracle.run(WALK))
    return _walked


def test_the_list_of_modules_is_complete(theirs):
    assert sorted(theirs) == sorted(MODULES)


def ours_of(path):
    module = importlib.import_module(find_target(path))
    scope = {"__name__": "describe"}
    exec(DESCRIBE, scope)
    return scope["describe"](module, "mxr")


def same_default(function, name, wanted, held):
    if wanted == held:
        return True
    for key in ((function, name), (name, None)):
        allowed = DIFFERENT.get(key)
        if allowed is not None and allowed[0] in wanted and held == allowed[1]:
            return True
    return False


def difference(cls, function, wanted, held):
    """What is wrong with a signature; None if nothing is."""
    if wanted is None or wanted == held:
        return None
    if held is None:
        return f"has no signature, MXNet's is {wanted}"
    more = MORE.get(f"{cls}.{function}", set())
    keywords = function == "__init__" and {"kwargs"} & {n for n, _, _ in wanted}
    drop = BLOCK if function == "__init__" and not keywords else BLOCK if keywords else set()
    a = [p for p in wanted if p[0] not in drop]
    b = [p for p in held if p[0] not in drop and p[0] not in more]
    if keywords and not BLOCK & {n for n, _, _ in held}:
        return "takes no keywords of Block"
    if [p[:2] for p in a] != [p[:2] for p in b]:
        return f"({', '.join(p[0] for p in held)}), MXNet's is ({', '.join(p[0] for p in wanted)})"
    wrong = [(p, q) for p, q in zip(a, b) if not same_default(function, p[0], p[2], q[2])]
    return f"defaults differ: {wrong}" if wrong else None


@pytest.mark.parametrize("path", MODULES)
def test_names_and_signatures(theirs, path):
    ours, wrong = ours_of(path), []
    for name, wanted in theirs[path].items():
        if name in NUMPY_INTERFACE or name in LEFT_OUT.get(path, ()):
            continue
        held = ours.get(name)
        if held is None:
            if not (path in BORROWED and wanted["home"] != f"mxnet.{path}"):
                wrong.append(f"{name} is missing")
        elif held["kind"] != wanted["kind"]:
            wrong.append(f"{name} is a {held['kind']}")
        elif wanted["kind"] == "function":
            if ".gluon" in wanted["home"]:
                wrong.append((name, difference("", name, wanted["signature"], held["signature"])))
        else:
            wrong += members_that_differ(name, wanted["members"], held["members"])
    wrong = [w for w in wrong if isinstance(w, str) or w[-1] is not None]
    assert not wrong, "\n".join(map(str, wrong))


def members_that_differ(cls, wanted, held):
    for name, (kind, facts) in wanted.items():
        if name not in held:
            yield f"{cls}.{name} is missing"
        elif held[name][0] != kind:
            yield f"{cls}.{name} is a {held[name][0]}, not a {kind}"
        elif kind == "property":
            if facts == "set" and held[name][1] != "set":
                yield f"{cls}.{name} cannot be set"
        elif kind == "function":
            yield f"{cls}.{name}", difference(cls, name, facts, held[name][1])


# What gluoncv and gluonnlp import besides: names that begin with "_", and what is no class and no function.
@pytest.mark.parametrize(
    "name",
    [
        "contrib.data._constants.EOS_TOKEN", "data.dataloader.ForkingPickler", "data.dataloader._as_in_context",
        "loss._apply_weighting", "loss._reshape_like", "model_zoo.model_store._model_sha1", "rnn.rnn_cell.tensor_types",
        "parameter.tensor_types", "tensor_types", "utils._get_repo_file_url", "utils._get_repo_url",
        "utils._brief_print_list",
    ],
)  # fmt: skip
def test_names_that_packages_import(oracle, name):
    path, _, attribute = f"gluon.{name}".rpartition(".")
    code = f"import importlib; kind = type(importlib.import_module('mxnet.{path}').{attribute}).__name__"
    ours = getattr(importlib.import_module(find_target(path)), attribute)
    assert type(ours).__name__ == oracle.run(code, result="kind")["kind"]


def test_helpers_that_packages_call(both):
    both(
        """
        import os
        d, u = gluon.data.dataloader, gluon.utils
        os.environ.pop("MXNET_GLUON_REPO", None)
        result = {"home": u._get_repo_file_url("gluon/models", "a.zip")}
        os.environ["MXNET_GLUON_REPO"] = "http://mirror"
        result["mirror"] = u._get_repo_url(), u._get_repo_file_url("a", "b")
        del os.environ["MXNET_GLUON_REPO"]
        result["sha1"] = dict(gluon.model_zoo.model_store._model_sha1)["vgg16"]
        moved = d._as_in_context((nd.ones((2,)), [nd.ones((1,)), 3]), mx.cpu(1))
        result["moved"] = [type(moved).__name__, str(moved[0].context), str(moved[1][0].context), moved[1][1]]
        result["known"] = [u.shape_is_known(s) for s in (None, (), (0, 3), (2, 3))]
        result["v1"] = [b for b in d.DataLoaderV1(list(range(5)), 2)]
        """
    )
