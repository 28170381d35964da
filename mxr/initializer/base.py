"""What every initializer shares: dispatch by name, registry, JSON, and the two that hold others."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from .. import ndarray as nd
from .. import random, registry
from ..base import MXNetAssertionError, MXNetTypeError, MXNetValueError, Registry

_registry = Registry("initializer")
alias = _registry.alias


class InitDesc(str):
    """The name of a parameter with what the graph knows about it.

    Parameters
    ----------
    name : name of the variable.
    attrs : its attributes; ``attrs["__init__"]`` names or dumps its own initializer.
    global_init : initializer to fall back on, for initializers that split an array into several.
    """

    attrs: dict[str, str]
    global_init: Any

    def __new__(cls, name: str, attrs: Mapping[str, str] | None = None, global_init: Any = None) -> InitDesc:
        desc = super().__new__(cls, name)
        desc.attrs = dict(attrs or {})
        desc.global_init = global_init
        return desc


class Initializer:
    """Base of all initializers. Subclasses override `_init_weight(name, array)`.

    Keyword arguments given to this constructor are what `dumps` writes, and what `create` gets back.
    """

    def __init__(self, **kwargs: Any) -> None:
        self._kwargs = kwargs
        self._verbose = False
        self._print_func: Callable[[Any], Any] | None = None

    def set_verbosity(self, verbose: bool = False, print_func: Callable | None = None) -> Initializer:
        """Log each initialised array; `print_func` condenses it (default: norm / sqrt(size))."""
        self._verbose = verbose
        self._print_func = print_func
        return self

    def __eq__(self, other: object) -> bool:
        """Whether both fill arrays alike: one class, equal arguments."""
        if not isinstance(other, Initializer):
            return NotImplemented
        return type(self) is type(other) and self.dumps() == other.dumps()

    def __hash__(self) -> int:
        return hash(type(self))

    def dumps(self) -> str:
        """The initializer as JSON ``["name", {arguments}]``, as it is stored in symbol files."""
        return json.dumps([type(self).__name__.lower(), self._kwargs])

    def __call__(self, desc: InitDesc | str, arr: Any) -> None:
        """Fills `arr` by the rules of its name `desc` (an `InitDesc`, or a plain string as before MXNet 0.9)."""
        if not isinstance(desc, InitDesc):
            self._init_by_plain_name(desc, arr)
            return
        if desc.global_init is None:
            desc.global_init = self
        own = desc.attrs.get("__init__", "")
        if own:
            create(own)._init_weight(desc, arr)
            self._report(desc, own, arr)
            return
        self._by_suffix(desc, arr)

    def _report(self, desc: str, how: str, arr: Any) -> None:
        if self._verbose:
            shown = self._print_func(arr) if self._print_func else (nd.norm(arr) / sqrt(arr.size)).asscalar()
            logging.info("Initialized %s as %s: %s", desc, how, shown)

    # Suffix -> (word in the log, method). First match wins. moving_* goes beyond MXNet, which insists on the
    # `__init__` attribute there; symbol files older than that attribute then load without trouble.
    _SUFFIXES = (
        ("weight", "weight", "_init_weight"),
        ("bias", "bias", "_init_bias"),
        ("gamma", "gamma", "_init_gamma"),
        ("beta", "beta", "_init_beta"),
        ("min", "min", "_init_zero"),
        ("max", "max", "_init_one"),
        ("weight_quantize", "weight_quantize", "_init_quantized_weight"),
        ("bias_quantize", "bias_quantize", "_init_quantized_bias"),
        ("moving_mean", "moving_mean", "_init_zero"),
        ("moving_var", "moving_var", "_init_one"),
        ("moving_inv_var", "moving_inv_var", "_init_zero"),
        ("moving_avg", "moving_avg", "_init_zero"),
    )

    def _by_suffix(self, name: str, arr: Any) -> None:
        for suffix, word, method in self._SUFFIXES:
            if name.endswith(suffix):
                getattr(self, method)(name, arr)
                self._report(name, word, arr)
                return
        self._init_default(name, arr)

    def _init_by_plain_name(self, name: str, arr: Any) -> None:
        warnings.warn(
            "Calling initializer with init(str, NDArray) has been deprecated. "
            "Please use init(mx.init.InitDesc(...), NDArray) instead.",
            DeprecationWarning,
            stacklevel=3,
        )
        if not isinstance(name, str):
            raise MXNetTypeError(f"name must be string, got {type(name).__name__}")
        if not isinstance(arr, nd.NDArray):
            raise MXNetTypeError(f"arr must be NDArray, got {type(arr).__name__}")
        if name.startswith("upsampling"):
            self._init_bilinear(name, arr)
        elif name.startswith("stn_loc") and name.endswith("weight"):
            self._init_zero(name, arr)
        elif name.startswith("stn_loc") and name.endswith("bias"):
            self._init_loc_bias(name, arr)
        else:
            self._by_suffix(name, arr)

    def _init_bilinear(self, _: str, arr: Any) -> None:
        """Weights of a deconvolution that interpolates linearly; `arr` is (out, in, height, width)."""
        if len(arr.shape) != 4:
            raise MXNetValueError(f"Bilinear needs a weight of 4 dimensions, got shape {arr.shape}")
        # One hat function per axis; MXNet takes both from the width.
        half = np.ceil(arr.shape[3] / 2.0)
        centre = (2 * half - 1 - half % 2) / (2.0 * half)
        across = 1 - np.abs(np.arange(arr.shape[3]) / half - centre)
        down = 1 - np.abs(np.arange(arr.shape[2]) / half - centre)
        arr[:] = np.broadcast_to(np.outer(down, across), arr.shape).astype("float32")

    def _init_loc_bias(self, _: str, arr: Any) -> None:
        if arr.shape[0] != 6:
            raise MXNetValueError(f"the bias of an affine localisation has 6 elements, got shape {arr.shape}")
        arr[:] = np.array([1.0, 0, 0, 0, 1.0, 0])

    def _init_zero(self, _: str, arr: Any) -> None:
        arr[:] = 0.0

    def _init_one(self, _: str, arr: Any) -> None:
        arr[:] = 1.0

    def _init_bias(self, _: str, arr: Any) -> None:
        arr[:] = 0.0

    def _init_gamma(self, _: str, arr: Any) -> None:
        arr[:] = 1.0

    def _init_beta(self, _: str, arr: Any) -> None:
        arr[:] = 0.0

    def _init_quantized_bias(self, _: str, arr: Any) -> None:
        arr[:] = 0

    def _init_quantized_weight(self, _: str, arr: Any) -> None:
        arr[:] = random.randint(-127, 127, dtype="int32").asnumpy().astype("int8")  # one number for all, as in MXNet

    def _init_weight(self, name: str, arr: Any) -> None:
        raise NotImplementedError("Must override it")

    def _init_default(self, name: str, _: Any) -> None:
        raise MXNetValueError(
            f"Unknown initialization pattern for {name}. "
            'Default initialization is now limited to "weight", "bias", "gamma" (1.0), and "beta" (0.0).'
            "Please use mx.sym.Variable(init=mx.init.*) to set initialization pattern"
        )


registry.adopt(Initializer, _registry)
_register = registry.get_register_func(Initializer, "initializer")


def register(klass: type) -> type:
    """Makes an `Initializer` subclass known by its lower-case name, also inside symbol files."""
    return _register(klass)


def create(initializer: Any = None, *args: Any, **kwargs: Any) -> Initializer:
    """An initializer from an instance, a name (``"xavier"``), or what `Initializer.dumps` wrote."""
    if isinstance(initializer, (Load, Mixed)):
        return initializer  # type: ignore[return-value]
    if isinstance(initializer, dict):
        return create(**initializer)
    return _registry.create(initializer, *args, base=Initializer, **kwargs)


class Load:
    """Values from saved parameters, by name; `default_init` fills what is not among them.

    Parameters
    ----------
    param : dict of name to NDArray, or the name of a ``.params`` file (``arg:``/``aux:`` prefixes are dropped).
    """

    def __init__(self, param: str | Mapping[str, Any], default_init: Any = None, verbose: bool = False) -> None:
        values = nd.load(param) if isinstance(param, str) else param
        if not isinstance(values, Mapping):
            raise MXNetTypeError(f"param must be a dict of NDArrays or a file of named arrays, got {param!r}")
        self.param = {name[4:] if name.startswith(("arg:", "aux:")) else name: array for name, array in values.items()}
        self.default_init = default_init
        self.verbose = verbose

    def __call__(self, name: str, arr: Any) -> None:
        if name in self.param:
            if arr.shape != self.param[name].shape:
                raise MXNetAssertionError(
                    f"Parameter {name} cannot be initialized from loading. "
                    f"Shape mismatch, target {arr.shape} vs loaded {self.param[name].shape}"
                )
            arr[:] = self.param[name]
            how = "loading"
        else:
            if self.default_init is None:
                raise MXNetAssertionError(
                    f"Cannot Initialize {name}. Not found in loaded param and no default Initializer is provided."
                )
            self.default_init(name, arr)
            how = "default"
        if self.verbose:
            logging.info("Initialized %s by " + how, name)


class Mixed:
    """The first initializer whose regular expression matches (from its start) the parameter's name."""

    def __init__(self, patterns: Sequence[str], initializers: Sequence[Any]) -> None:
        if len(patterns) != len(initializers):
            raise MXNetAssertionError(f"{len(patterns)} patterns but {len(initializers)} initializers were given")
        self.map = [(re.compile(pattern), init) for pattern, init in zip(patterns, initializers)]

    def __call__(self, name: str, arr: Any) -> None:
        for pattern, init in self.map:
            if pattern.match(name):
                init(name, arr)
                return
        raise MXNetValueError(
            f"Parameter name {name} did not match any pattern. "
            'Consider adding a ".*" pattern at the end with default Initializer.'
        )
