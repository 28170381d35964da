"""Block: layers and models that run imperatively."""

from __future__ import annotations

import re
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetTypeError, MXNetValueError
from ._parameter import Parameter
from ._parameter_dict import ParameterDict, _brief
from .hooks import HookHandle
from .mistakes import hide_unknown, missing_attribute, refuse_arguments
from .naming import BlockScope, new_prefix

__all__ = ["Block", "indent"]


def indent(text: str, spaces: int) -> str:
    """All lines after the first moved to the right."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(" " * spaces + line for line in rest)])


def _blocks_in(value: Any) -> Iterator[Block]:
    """The blocks in nested lists, tuples and dicts."""
    if isinstance(value, Block):
        yield value
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _blocks_in(part)


class Block:
    """Base of all layers and models: subclass, make children and parameters in ``__init__``, write ``forward``.

    Children and Parameters that are assigned as attributes are registered, so that `collect_params`, `initialize`,
    `save_parameters` and kin reach them.

    Parameters
    ----------
    prefix : start of the names of all parameters inside; by default the class name and a number (``dense0_``).
    params : ParameterDict to share parameters with: ``Dense(20, params=other.collect_params())``.
    """

    def __init__(self, prefix: str | None = None, params: ParameterDict | None = None, **unknown: Any) -> None:
        if unknown or not (prefix is None or isinstance(prefix, str)):
            refuse_arguments(self, prefix, unknown)
        self._empty_prefix = prefix == ""
        self._prefix, shared = new_prefix(prefix, self._alias())
        if params is None:
            self._params = ParameterDict(self._prefix, shared)
        else:
            self._params = ParameterDict(params.prefix, params)
        self._name = self._prefix.removesuffix("_")
        self._scope = BlockScope(self)
        self._children: OrderedDict[str, Block] = OrderedDict()
        self._reg_params: dict[str, Parameter] = {}
        self._forward_hooks: OrderedDict[int, Callable] = OrderedDict()
        self._forward_pre_hooks: OrderedDict[int, Callable] = OrderedDict()

    def _alias(self) -> str:
        return type(self).__name__.lower()

    def __getattr__(self, name: str) -> Any:
        raise missing_attribute(self, name)

    def __repr__(self) -> str:
        lines = "\n".join(f"  ({k}): {indent(repr(v), 2)}" for k, v in self.__dict__.items() if isinstance(v, Block))
        return f"{type(self).__name__}(\n{lines}\n)"

    def _repr_html_(self) -> str:
        """What notebooks show."""
        from .html import block_html

        return block_html(self)

    def __setattr__(self, name: str, value: Any) -> None:
        old = self.__dict__.get(name)
        if isinstance(old, Parameter | Block) and not isinstance(value, type(old)):
            raise MXNetTypeError(
                f"Changing attribute type for {name} from {type(old)} to {type(value)} is not allowed."
            )
        if isinstance(value, Block):
            self.register_child(value, name)
        elif isinstance(value, Parameter):
            if name in self._reg_params:  # the same one too, as MXNet has it
                raise MXNetAssertionError(
                    f"Overriding Parameter attribute {name} is not allowed. If you want to share parameters between "
                    "blocks, please set 'params' at Block construction instead."
                )
            self._reg_params[name] = value
        super().__setattr__(name, value)

    # ---- names
    @property
    def prefix(self) -> str:
        return self._prefix

    @property
    def name(self) -> str:
        """The prefix without its final '_'."""
        return self._name

    def name_scope(self) -> BlockScope:
        """``with self.name_scope():`` blocks and parameters made inside get this block's prefix."""
        return self._scope

    # ---- parameters
    @property
    def params(self) -> ParameterDict:
        """This block's own parameters, without those of its children (see `collect_params`)."""
        return self._params

    def collect_params(self, select: str | None = None) -> ParameterDict:
        """All parameters of the block and of what is inside; `select` is a regular expression for names."""
        self._warn_hidden_children()
        found = ParameterDict(self._params.prefix)
        pattern = re.compile(select) if select else None
        self._collect(found, pattern, set())
        return found

    def _collect(self, found: ParameterDict, pattern: Any, seen: set[int]) -> None:
        if id(self) in seen:
            return
        seen.add(id(self))
        found.update(self.params, pattern)
        for child in self._children.values():
            child._collect(found, pattern, seen)

    def _warn_hidden_children(self) -> None:
        children = {id(c) for c in self._children.values()}
        for name, value in self.__dict__.items():
            if name.startswith("__") or name == "_children" or not isinstance(value, list | tuple | dict):
                continue
            if any(id(x) not in children for x in _blocks_in(value)):
                warnings.warn(
                    f'"{type(self).__name__}.{name}" is an unregistered container with Blocks. Note that Blocks inside '
                    "the list, tuple or dict will not be registered automatically. Make sure to register them using "
                    "register_child() or switching to nn.Sequential/nn.HybridSequential instead. ",
                    stacklevel=3,
                )

    def _collect_params_with_prefix(self, prefix: str = "") -> dict[str, Parameter]:
        """Parameters by their place in the structure: ``0.weight``."""
        if prefix:
            prefix += "."
        found = {prefix + name: p for name, p in self._reg_params.items()}
        for name, child in self._children.items():
            found.update(child._collect_params_with_prefix(prefix + name))
        return found

    def initialize(
        self, init: Any = "uniform", ctx: Any = None, verbose: bool = False, force_reinit: bool = False
    ) -> None:
        """Initialises all parameters, here and inside, on `ctx` (a Context or a list; default the current one)."""
        self.collect_params().initialize(init, ctx, verbose, force_reinit)

    def save_parameters(self, filename: str, deduplicate: bool = False) -> None:
        """Writes all parameters by their place in the structure; `deduplicate` writes shared ones once."""
        params = self._collect_params_with_prefix()
        if deduplicate:
            params = {name: p for p, name in {p: n for n, p in params.items()}.items()}  # by the last name
        nd.save(filename, {name: p._reduce() for name, p in params.items()})

    def load_parameters(
        self,
        filename: str,
        ctx: Any = None,
        allow_missing: bool = False,
        ignore_extra: bool = False,
        cast_dtype: bool = False,
        dtype_source: str = "current",
    ) -> None:
        """Reads what `save_parameters` wrote (also `collect_params().save`, and exported parameters).

        Raises
        ------
        MXNetValueError : a parameter is missing in the file and `allow_missing` is not set; the file has more and
            `ignore_extra` is not set; a shape differs.
        MXNetTypeError : a dtype differs and `cast_dtype` is not set.
        """
        loaded = nd.load(filename)
        params = self._collect_params_with_prefix()
        if not loaded and not params:
            return
        if not isinstance(loaded, dict):
            raise MXNetValueError(f"{filename!r} holds arrays without names; parameters are loaded by name")
        if not any("." in name for name in loaded):  # full names: ParameterDict.save or export
            full = any(name.startswith(("arg:", "aux:")) for name in loaded)
            if full or not any(name in params for name in loaded):
                own = self.collect_params()
                stripped = [n.removeprefix("arg:").removeprefix("aux:") for n in loaded]
                prefix = "" if any(n in own for n in stripped) else self.prefix
                own.load_dict(loaded, ctx, allow_missing, ignore_extra, prefix, filename, cast_dtype, dtype_source)
                return
        if not allow_missing:
            names_of: dict[Parameter, list[str]] = {}
            for name, p in params.items():
                names_of.setdefault(p, []).append(name)
            for name, p in params.items():
                if not any(n in loaded for n in names_of[p]):
                    raise MXNetAssertionError(
                        f"Parameter '{name}' is missing in file '{filename}', which contains parameters: "
                        f"{_brief(loaded)}. Set allow_missing=True to ignore missing parameters."
                    )
        for name, value in loaded.items():
            held = params.get(name)
            if held is not None:
                held._load_init(value, ctx, cast_dtype=cast_dtype, dtype_source=dtype_source)
            elif not ignore_extra:
                raise MXNetValueError(
                    f"Parameter '{name}' loaded from file '{filename}' is not present in ParameterDict, which contains "
                    f"parameters {_brief(params)}. Set ignore_extra=True to ignore. "
                )

    def save_params(self, filename: str) -> None:
        """The old name of `save_parameters`; names in the file are full names less this block's prefix."""
        warnings.warn(
            "save_params is deprecated. Please use save_parameters. Note that if you want load from SymbolBlock later, "
            "please use export instead. For details, see "
            "https://mxnet.apache.org/tutorials/gluon/save_load_params.html",
            stacklevel=2,
        )
        self.collect_params().save(filename, strip_prefix=self.prefix)

    def load_params(
        self, filename: str, ctx: Any = None, allow_missing: bool = False, ignore_extra: bool = False
    ) -> None:
        """The old name of `load_parameters`."""
        warnings.warn("load_params is deprecated. Please use load_parameters.", stacklevel=2)
        self.load_parameters(filename, ctx, allow_missing, ignore_extra)

    def save(self, prefix: str) -> None:
        """Writes the whole model: structure, names and graphs to ``prefix-model.json``, ``prefix-model.params``.

        `load` reads them into a model that the same code made, under whatever names.
        """
        from . import saved

        saved.save(self, prefix)

    def load(self, prefix: str) -> None:
        """Reads what `save` wrote into this model, which must be made of the same blocks in the same order.

        Blocks get the names, and those that were hybridized the graphs, that they had when they were saved.

        Raises
        ------
        MXNetError : a file cannot be read.
        MXNetValueError : the model has another structure or other parameters.
        """
        from . import saved

        saved.load(self, prefix)

    # ---- structure
    def register_child(self, block: Block, name: str | None = None) -> None:
        """Makes `block` a child; assigning it as an attribute does so."""
        self._children[str(len(self._children)) if name is None else name] = block

    def register_forward_hook(self, hook: Callable) -> HookHandle:
        """``hook(block, inputs, outputs)`` is called after every forward."""
        handle = HookHandle()
        handle.attach(self._forward_hooks, hook)
        return handle

    def register_forward_pre_hook(self, hook: Callable) -> HookHandle:
        """``hook(block, inputs)`` is called before every forward."""
        handle = HookHandle()
        handle.attach(self._forward_pre_hooks, hook)
        return handle

    def register_op_hook(self, callback: Callable[[bytes, bytes, Any], None], monitor_all: bool = False) -> None:
        """``callback(name, operator, array)`` is called for every output of every operator of compiled blocks inside.

        Names are bytes, as in MXNet; the array is an NDArray, where MXNet gives a handle. With `monitor_all` it is
        called for every input, too. Watched blocks run operator by operator.
        """
        for child in self._children.values():
            child.register_op_hook(callback, monitor_all)

    def apply(self, fn: Callable[[Block], Any]) -> Block:
        """Calls `fn` on every block inside, then on this one; returns this one."""
        for child in self._children.values():
            child.apply(fn)
        fn(self)
        return self

    def hybridize(self, active: bool = True, **kwargs: Any) -> None:
        """Compiles all HybridBlocks inside; plain Blocks stay imperative."""
        for child in self._children.values():
            child.hybridize(active, **kwargs)

    def cast(self, dtype: Any) -> None:
        """Changes the element type of all parameters, here and inside."""
        for child in self._children.values():
            child.cast(dtype)
        for p in self.params.values():
            p.cast(dtype)

    def summary(self, *inputs: Any) -> None:
        """Prints a table of layers, output shapes and numbers of parameters for the given inputs."""
        from .summary import print_summary

        print_summary(self, inputs)

    # ---- running
    def __call__(self, *args: Any) -> Any:
        for hook in self._forward_pre_hooks.values():
            hook(self, args)
        out = self.forward(*args)
        for hook in self._forward_hooks.values():
            hook(self, args, out)
        return out

    def forward(self, *args: Any) -> Any:
        """What the block computes; to be written by subclasses."""
        raise NotImplementedError(f"{type(self).__name__}.forward is not written")


hide_unknown(Block)
Block.__module__ = "mxr.gluon.block"
