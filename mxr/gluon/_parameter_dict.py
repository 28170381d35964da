"""ParameterDict: the parameters of a block by name."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Any

import numpy as np

from .. import initializer
from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetKeyError, MXNetValueError, suggest
from ..context import Context
from ._parameter import Constant, Parameter

__all__ = ["ParameterDict"]


def _same(name: str, wanted: Any, held: Any) -> bool:
    if name == "dtype":
        return np.dtype(wanted) == np.dtype(held)
    return wanted == held


class ParameterDict:
    """Parameters by full name, in the order in which they were made.

    Parameters
    ----------
    prefix : put before the names given to `get`.
    shared : another dict in which `get` looks for parameters of the same name first.
    """

    def __init__(self, prefix: str = "", shared: ParameterDict | None = None) -> None:
        self._prefix = prefix
        self._params: dict[str, Parameter] = {}
        self._shared = shared

    def __repr__(self) -> str:
        name = self._prefix + " " if self._prefix else ""
        return f"{name}(\n{chr(10).join(f'  {p!r}' for p in self.values())}\n)"

    def __getitem__(self, key: str) -> Parameter:
        found = self._params.get(key)
        if found is None:
            raise MXNetKeyError(f"there is no parameter {key!r}.{suggest(key, self._params)}")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._params)

    def __len__(self) -> int:
        return len(self._params)

    def __bool__(self) -> bool:
        return True  # without parameters too: MXNet's has no length, so ``if params:`` asks for None

    def __contains__(self, key: object) -> bool:
        return key in self._params

    def items(self) -> ItemsView[str, Parameter]:
        return self._params.items()

    def keys(self) -> KeysView[str]:
        return self._params.keys()

    def values(self) -> ValuesView[Parameter]:
        return self._params.values()

    @property
    def prefix(self) -> str:
        """What `get` puts before names."""
        return self._prefix

    def _find(self, name: str) -> Parameter | None:
        if name not in self._params and self._shared is not None and name in self._shared._params:
            self._params[name] = self._shared._params[name]
        return self._params.get(name)

    def get(self, name: str, **kwargs: Any) -> Parameter:
        """The parameter `prefix + name`, made with `kwargs` (see `Parameter`) where there is none yet.

        An existing one must agree with `kwargs`; dimensions that it does not know are filled in from them.
        """
        name = self.prefix + name
        held = self._find(name)
        if held is None:
            held = self._params[name] = Parameter(name, **kwargs)
            return held
        for key, wanted in kwargs.items():
            current = getattr(held, key, None)
            if current is None:
                setattr(held, key, wanted)
            elif key == "shape" and wanted is not None and self._merge_shape(held, wanted):
                continue
            elif wanted is not None and not _same(key, wanted, current):
                raise MXNetAssertionError(
                    f"Cannot retrieve Parameter '{name}' because desired attribute does not match with stored for "
                    f"attribute '{key}': desired '{wanted}' vs stored '{current}'."
                )
        return held

    @staticmethod
    def _merge_shape(held: Parameter, wanted: Any) -> bool:
        wanted = (wanted,) if isinstance(wanted, int) else tuple(wanted)
        current = held.shape
        assert current is not None
        if len(wanted) != len(current) or any(a > 0 and b > 0 and a != b for a, b in zip(wanted, current)):
            return False
        held._shape = tuple(b if a in (0, -1) else a for a, b in zip(wanted, current))
        return True

    def get_constant(self, name: str, value: Any = None) -> Constant:
        """The constant `prefix + name`, made with `value` where there is none yet."""
        name = self.prefix + name
        held = self._find(name)
        if held is None:
            if value is None:
                raise MXNetKeyError(
                    f"No constant named '{name}'. Please specify value if you want to create a new constant."
                )
            constant = self._params[name] = Constant(name, value)
            return constant
        if not isinstance(held, Constant):
            raise MXNetAssertionError(f"Parameter '{name}' already exists but it is not a constant.")
        if value is not None:
            given = value.asnumpy() if isinstance(value, nd.NDArray) else np.asarray(value)
            if given.shape != held.value.shape or not (given == held.value.asnumpy()).all():
                raise MXNetAssertionError(f"Constant '{name}' already exists but it's value doesn't match new value")
        return held

    def update(self, other: ParameterDict, select: Any = None) -> None:
        """Takes over all parameters of `other`."""
        for name, p in other.items():
            if select is not None and not select.match(name):
                continue
            if self._params.setdefault(name, p) is not p:
                raise MXNetAssertionError(
                    f"Cannot update self with other because they have different Parameters with the same name '{name}'"
                )

    # ---- on all of them
    def initialize(
        self, init: Any = "uniform", ctx: Any = None, verbose: bool = False, force_reinit: bool = False
    ) -> None:
        """Initialises all parameters on `ctx`; those with an initializer of their own use that one."""
        init = initializer.Uniform() if init is None else initializer.create(init)
        if verbose:
            init.set_verbosity(verbose=verbose)
        for p in self.values():
            p.initialize(None, ctx, init, force_reinit=force_reinit)

    def zero_grad(self) -> None:
        """Sets all gradients to 0."""
        for p in self.values():
            p.zero_grad()

    def reset_ctx(self, ctx: Any) -> None:
        """Moves all parameters to other devices."""
        for p in self.values():
            p.reset_ctx(ctx)

    def list_ctx(self) -> list[Context]:
        """All devices that the parameters are on."""
        return list(dict.fromkeys(c for p in self.values() for c in p.list_ctx()))

    def setattr(self, name: str, value: Any) -> None:
        """Sets an attribute of all parameters: ``params.setattr('grad_req', 'null')``."""
        for p in self.values():
            setattr(p, name, value)

    # ---- files
    def save(self, filename: str, strip_prefix: str = "") -> None:
        """Writes all values by full name, less `strip_prefix`."""
        values = {}
        for p in self.values():
            if not p.name.startswith(strip_prefix):
                raise MXNetValueError(
                    f"Prefix '{strip_prefix}' is to be striped before saving, but Parameter's name '{p.name}' does not "
                    f"start with '{strip_prefix}'. this may be due to your Block shares parameters from other Blocks "
                    "or you forgot to use 'with name_scope()' when creating child blocks."
                )
            values[p.name[len(strip_prefix) :]] = p._reduce()
        nd.save(filename, values)

    def load(
        self,
        filename: str,
        ctx: Any = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Reads what `save` wrote; `restore_prefix` goes before the names in the file."""
        loaded = nd.load(filename)
        if not isinstance(loaded, dict):
            if not loaded:  # a block without parameters
                return self.load_dict({}, ctx, allow_missing, ignore_extra, restore_prefix, filename)
            raise MXNetValueError(f"{filename!r} holds arrays without names; parameters are loaded by name")
        self.load_dict(loaded, ctx, allow_missing, ignore_extra, restore_prefix, filename, cast_dtype, dtype_source)

    def load_dict(
        self,
        param_dict: Mapping[str, Any],
        ctx: Any = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        restore_prefix: str = "",
        filename: str | None = None,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Values from a dict of names to arrays; names may carry ``arg:`` or ``aux:``."""
        source = f"file: {filename}" if filename else "param_dict"
        loaded = {restore_prefix + k.removeprefix("arg:").removeprefix("aux:"): v for k, v in param_dict.items()}
        for name in self.keys():
            if not name.startswith(restore_prefix):
                raise MXNetAssertionError(
                    f"restore_prefix is '{restore_prefix}' but Parameters name '{name}' does not start with "
                    f"'{restore_prefix}'."
                )
            if name not in loaded and not allow_missing:
                raise MXNetAssertionError(
                    f"Parameter '{name}' is missing in {source}, which contains parameters: {_brief(loaded)}. Please "
                    "make sure source and target networks have the same prefix."
                )
        for name, value in loaded.items():
            held = self._params.get(name)
            if held is not None:
                held._load_init(value, ctx, cast_dtype=cast_dtype, dtype_source=dtype_source)
            elif not ignore_extra:
                raise MXNetAssertionError(
                    f"Parameter '{name}' loaded from {source} is not present in ParameterDict, choices are: "
                    f"{_brief(self.keys())}. Set ignore_extra to True to ignore. Please make sure source and target "
                    "networks have the same prefix."
                )


def _brief(names: Any, limit: int = 7) -> str:
    names = [f"'{n}'" for n in names]
    if len(names) > limit:
        names = [*names[: limit // 2], "...", *names[-limit // 2 :]]
    return ", ".join(names)


ParameterDict.__module__ = "mxr.gluon.parameter"
