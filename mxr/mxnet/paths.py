"""Which module of mxr answers to which module path of MXNet: one table.

A path that mxr has under the same name needs no line here. What is neither here nor there does not exist, and
`why_missing` says why.
"""

from __future__ import annotations

from .modules import MODULES

__all__ = ["ELSEWHERE", "children_of", "target_of", "why_missing"]

# MXNet's path -> ours, both below the top package. A module of the same name, where there is one, goes first.
ELSEWHERE = {
    "_ctypes": "mxnet.c_names",
    "_ctypes.ndarray": "mxnet.c_names",
    "_ctypes.symbol": "mxnet.c_names",
    "contrib.ndarray": "ndarray.contrib",
    "contrib.symbol": "symbol.contrib",
    "gluon.contrib.data._constants": "gluon.contrib.data.text",
    "gluon.contrib.nn.basic_layers": "gluon.contrib.nn",
    "gluon.contrib.cnn.conv_layers": "gluon.contrib.cnn",
    "gluon.contrib.rnn.conv_rnn_cell": "gluon.contrib.rnn",
    "gluon.contrib.rnn.rnn_cell": "gluon.contrib.rnn",
    "gluon.rnn.rnn_cell": "gluon.rnn",
    "gluon.rnn.rnn_layer": "gluon.rnn",
    "image.image": "image",
    "image.detection": "image",
    "io.io": "io",
    "io.utils": "io",
    "kvstore.kvstore": "kvstore",
    "ndarray.ndarray": "ndarray",
    "ndarray.utils": "ndarray",
    "ndarray.op": "ndarray",
    "ndarray._internal": "ndarray",
    "ndarray.gen_op": "ndarray.op",
    "ndarray.gen__internal": "ndarray._internal",
    "ndarray.gen_contrib": "ndarray.contrib",
    "ndarray.gen_image": "ndarray.image",
    "ndarray.gen_linalg": "ndarray.linalg",
    "ndarray.gen_random": "ndarray.random",
    "ndarray.gen_sparse": "ndarray.sparse",
    "optimizer.optimizer": "optimizer",
    "rnn.io": "rnn",
    "rnn.rnn": "rnn",
    "rnn.rnn_cell": "rnn",
    "symbol.symbol": "symbol",
    "symbol.op": "symbol",
    "symbol._internal": "symbol",
    "symbol.gen_op": "symbol.op",
    "symbol.gen__internal": "symbol._internal",
    "symbol.gen_contrib": "symbol.contrib",
    "symbol.gen_image": "symbol.image",
    "symbol.gen_linalg": "symbol.linalg",
    "symbol.gen_random": "symbol.random",
    "symbol.gen_sparse": "symbol.sparse",
}  # fmt: skip

# Beginning of a path (whole parts, or of the last part where it ends in "_") -> why mxr will not have it.
_NUMPY = (
    "mx.np and mx.npx, MXNet's second array interface, are out of scope: mxr is the NDArray and Symbol interface of "
    "MXNet 1.x. Use mx.nd, or NumPy itself"
)
_NATIVE = "it belongs to MXNet's C++ library, and mxr has none"
_NEVER = {
    "np": _NUMPY,
    "npx": _NUMPY,
    "np_symbol": _NUMPY,
    "numpy": _NUMPY,
    "numpy_": _NUMPY,
    "_numpy_op_doc": _NUMPY,
    "_api_internal": _NUMPY,
    "ndarray.numpy": _NUMPY,
    "ndarray.numpy_": _NUMPY,
    "symbol.numpy": _NUMPY,
    "symbol.numpy_": _NUMPY,
    "ndarray.register": _NATIVE,
    "symbol.register": _NATIVE,
    "_ffi": _NATIVE,
    "_cy3": _NATIVE,
    "_ctypes.space": _NATIVE,
    "_global_var": _NATIVE,
    "api": _NATIVE,
    "cython": _NATIVE,
    "libmxnet": _NATIVE,
    "library": _NATIVE + ", so it cannot load extensions of it; write operators with mx.operator.CustomOp",
    "space": _NATIVE,
    "tvmop": _NATIVE,
    "torch": "it is a bridge to Lua Torch",
    "th": "it is a bridge to Lua Torch",
    "ndarray_doc": "it holds texts only",
    "symbol_doc": "it holds texts only",
}


def target_of(path: str) -> str | None:
    """Our path for one of MXNet's that has another name here."""
    return ELSEWHERE.get(path)


def children_of(path: str) -> dict[str, str]:
    """{name: our path} of the modules directly below `path` that have another name here."""
    prefix = f"{path}."
    return {
        name[len(prefix) :]: target
        for name, target in ELSEWHERE.items()
        if name.startswith(prefix) and "." not in name[len(prefix) :]
    }


def why_missing(path: str) -> str | None:
    """Why mxr has no module `path` of MXNet; None if MXNet has none either."""
    parts = path.split(".")
    for n in range(len(parts), 0, -1):
        head = ".".join(parts[:n])
        for beginning, why in _NEVER.items():
            if head == beginning or (beginning.endswith("_") and head.startswith(beginning)):
                return f"mxr does not have MXNet's {path}: {why}"
    return f"mxr does not have MXNet's {path} yet" if path in MODULES else None
