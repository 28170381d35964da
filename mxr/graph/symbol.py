"""Symbol: MXNet's graph of named operators, before shapes are known."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ..attribute import HIDDEN
from ..base import MXNetError, MXNetIndexError, MXNetTypeError, MXNetValueError, suggest
from ..core.op import OpDef

if TYPE_CHECKING:
    from .fluent import Fluent  # x.sum() and kin, a generated stub; mxr.ndarray.methods makes them
else:
    Fluent = object

__all__ = ["Entry", "SymNode", "Symbol", "active", "topological"]

# (node, output index, version of a mutated variable)
Entry = tuple["SymNode", int, int]


class _Active(threading.local):
    """The trace that runs in this thread (`graph/trace.py`), if any: symbols then behave as arrays of known shape."""

    trace: Any = None


active = _Active()


class SymNode:
    """A variable (op is None) or one use of an operator. `attrs` are the strings that JSON keeps."""

    __slots__ = ("a", "attrs", "inputs", "name", "op", "version")

    def __init__(self, op: OpDef | None, name: str, attrs: dict[str, str], inputs: list[Entry], a: Any = None) -> None:
        self.op, self.name, self.attrs, self.inputs, self.a = op, name, attrs, inputs, a
        self.version = 0

    @property
    def n_outputs(self) -> int:
        return 1 if self.op is None else len(self.op.output_names(self.a))

    @property
    def n_visible(self) -> int:
        return 1 if self.op is None else self.op.visible(self.a)

    @property
    def subgraphs(self) -> list[Symbol]:
        """The symbols inside a loop or a branch."""
        inner = None if self.op is None else self.op.subgraphs
        return [] if inner is None else [g.symbol for g in inner(self.a)]

    def output_name(self, index: int) -> str:
        if self.op is None:
            return self.name
        return f"{self.name}_{self.op.output_names(self.a)[index]}"

    def aux_slots(self) -> tuple[int, ...]:
        """Positions of the inputs that are auxiliary states."""
        aux = () if self.op is None else self.op.aux_names(self.a)
        if self.op is None or not aux:
            return ()
        names = self.op.input_names(self.a, len(self.inputs))
        return tuple(i for i, n in enumerate(names) if n in aux)

    def shell(self) -> SymNode:
        """A copy whose inputs may be changed."""
        node = SymNode(self.op, self.name, dict(self.attrs), list(self.inputs), self.a)
        node.version = self.version
        return node


def topological(heads: Iterable[Entry]) -> list[SymNode]:
    """All nodes below `heads`, inputs before users, in the order of a depth-first walk."""
    done: set[int] = set()
    order: list[SymNode] = []
    for head in heads:
        if id(head[0]) in done:
            continue
        stack: list[tuple[SymNode, Iterator[Entry]]] = [(head[0], iter(head[0].inputs))]
        while stack:
            node, inputs = stack[-1]
            for child, _, _ in inputs:
                if id(child) not in done:
                    stack.append((child, iter(child.inputs)))
                    break
            else:
                stack.pop()
                done.add(id(node))
                order.append(node)
    return order


class Symbol(Fluent):
    """One or more outputs of a graph. Made by ``mx.sym.Variable`` and the operators of ``mx.sym``."""

    __slots__ = ("_entries", "_order")
    __array_priority__ = 1000.0

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries
        self._order: list[SymNode] | None = None

    # ---- names
    @property
    def name(self) -> str | None:
        """The name of the node, None for a group of several."""
        nodes = {id(e[0]): e[0] for e in self._entries}
        return next(iter(nodes.values())).name if len(nodes) == 1 else None

    def _nodes(self) -> list[SymNode]:
        """All nodes, inputs before users; found once, as nodes keep their inputs. Not to be changed."""
        if self._order is None:
            self._order = topological(self._entries)
        return self._order

    def _variables(self) -> tuple[list[SymNode], list[SymNode]]:
        """(arguments, auxiliary states) in graph order."""
        order = self._nodes()
        aux = {id(n.inputs[i][0]) for n in order for i in n.aux_slots()}
        variables = [n for n in order if n.op is None]
        return [n for n in variables if id(n) not in aux], [n for n in variables if id(n) in aux]

    def list_arguments(self) -> list[str]:
        """Names of the inputs: data, weights, labels."""
        return [n.name for n in self._variables()[0]]

    def list_auxiliary_states(self) -> list[str]:
        """Names of the states that operators update themselves (moving averages)."""
        return [n.name for n in self._variables()[1]]

    def list_inputs(self) -> list[str]:
        return [n.name for n in self._nodes() if n.op is None]

    def list_outputs(self) -> list[str]:
        """Names of the outputs: ``<node>_output`` and kin."""
        return [e[0].output_name(e[1]) for e in self._entries]

    @property
    def num_outputs(self) -> int:
        return len(self._entries)

    def __len__(self) -> int:
        if active.trace is not None and self._is_array():
            return active.trace.shape(self._entries[0])[0]
        return len(self._entries)

    def _is_array(self) -> bool:
        """Whether, inside a trace, indexing means elements and not outputs. (A split in one part has one output.)"""
        return len(self._entries) == 1 and not (
            (op := self._entries[0][0].op) is not None
            and op.name in ("SliceChannel", "_split_v2")
            and self._entries[0][0].n_visible == 1
        )

    def __repr__(self) -> str:
        name = self.name
        if name is None:
            return f"<{type(self).__name__} group [{', '.join(self.list_output_nodes())}]>"
        return f"<{type(self).__name__} {name}>"

    def _repr_html_(self) -> str:
        """What notebooks show."""
        from .html import symbol_html

        return symbol_html(self)

    def list_output_nodes(self) -> list[str]:
        return [e[0].name for e in self._entries]

    # ---- parts
    def __getitem__(self, index: Any) -> Symbol:
        if active.trace is not None and not isinstance(index, str) and self._is_array():
            from .traced import select

            return select(self, index)
        if isinstance(index, str):
            names = self.list_outputs()
            hits = [i for i, n in enumerate(names) if n == index] or [
                i for i, e in enumerate(self._entries) if e[0].name == index
            ]
            if not hits:
                raise MXNetValueError(f"Cannot find output that matches name {index!r}.{suggest(index, names)}")
            if len(hits) > 1:
                raise MXNetValueError(f"There are multiple outputs with name {index!r}")
            index = hits[0]
        if isinstance(index, slice):
            return Symbol(self._entries[index])
        if not isinstance(index, int | np.integer):
            raise MXNetTypeError(f"Symbol only supports integer, str and slice indices, got {type(index).__name__}")
        if not -len(self._entries) <= index < len(self._entries):
            raise MXNetIndexError(f"Index {index} is out of range: there are {len(self._entries)} outputs")
        return Symbol([self._entries[int(index)]])

    def __iter__(self) -> Iterator[Symbol]:
        if active.trace is not None and self._is_array():
            from .traced import rows

            return iter(rows(self))
        return (self[i] for i in range(len(self._entries)))

    def get_internals(self) -> Symbol:
        """All outputs of all nodes, as a group: ``net.get_internals()['fc1_output']``."""
        return Symbol([(n, i, n.version) for n in self._nodes() for i in range(n.n_visible)])

    def get_children(self) -> Symbol | None:
        """The inputs of the output nodes, None for a variable."""
        seen: dict[int, SymNode] = {id(e[0]): e[0] for e in self._entries}
        entries = [x for n in seen.values() for x in n.inputs]
        return Symbol(entries) if entries else None

    # ---- attributes
    def attr(self, key: str) -> str | None:
        nodes = {id(e[0]) for e in self._entries}
        if len(nodes) != 1:
            return None
        node = self._entries[0][0]
        return node.attrs.get(key, node.attrs.get(f"__{key}__"))

    def _single(self, what: str) -> SymNode:
        nodes = {id(e[0]): e[0] for e in self._entries}
        if len(nodes) != 1:
            raise MXNetError(f"{what} is for a single node, this symbol is a group of {len(nodes)}")
        return next(iter(nodes.values()))

    def list_attr(self, recursive: bool = False) -> dict[str, str]:
        """Attributes of the node. (`recursive` was taken out of MXNet: use attr_dict.)"""
        if recursive:
            raise MXNetError("list_attr(recursive=True) is not in MXNet any more: use attr_dict()")
        return _shown(self._entries[0][0].attrs) if self._entries else {}

    def attr_dict(self) -> dict[str, dict[str, str]]:
        """Attributes of all nodes by their name."""
        return {n.name: dict(sorted(_shown(n.attrs).items())) for n in self._nodes() if n.attrs}

    def _set_attr(self, **kwargs: str) -> None:
        for k, v in kwargs.items():
            if not isinstance(v, str):
                raise MXNetValueError("Set Attr only accepts string values")
            node = self._single("_set_attr")
            hidden = k.startswith("__") and k.endswith("__")
            if k in HIDDEN:
                node.attrs[f"__{k}__"] = v
            elif node.op is None or hidden:
                node.attrs[k] = v
            else:
                changed = {n: t for n, t in node.attrs.items() if n in node.op.params} | {k: v}
                node.a = node.op.parse(changed)  # an unknown name or a wrong value raises
                node.attrs[k] = v

    # ---- composition
    def __call__(self, *args: Symbol, **kwargs: Any) -> Symbol:
        """The same graph with variables replaced by other symbols, by position or name."""
        name = kwargs.pop("name", None)
        if args and kwargs:
            raise MXNetTypeError(
                "compose only accept input Symbols either as positional or keyword arguments, not both"
            )
        for v in (*args, *kwargs.values()):
            if not isinstance(v, Symbol):
                raise MXNetTypeError(f"Compose expect `Symbol` as arguments, got {type(v).__name__}")
        variables = [n for n in self._nodes() if n.op is None]
        if len(args) > len(variables):
            raise MXNetValueError(f"compose: {len(args)} symbols for {len(variables)} variables")
        swap: dict[str, Entry] = {n.name: s._entries[0] for n, s in zip(variables, args)}
        for k, s in kwargs.items():
            names = [n.name for n in variables]
            if k not in names:
                raise MXNetValueError(f"compose: there is no variable {k!r} in the symbol.{suggest(k, names)}")
            swap[k] = s._entries[0]
        made: dict[int, SymNode] = {}
        for node in self._nodes():
            new = made[id(node)] = node.shell()
            new.inputs = [
                swap[c.name] if c.op is None and c.name in swap else (made[id(c)], i, v) for c, i, v in node.inputs
            ]
        out = Symbol([(made[id(n)], i, v) for n, i, v in self._entries])
        if name is not None:
            out._single("name=").name = name
        return out

    def __copy__(self) -> Symbol:
        return self()

    def __deepcopy__(self, memo: Any) -> Symbol:
        return self()

    def __reduce__(self) -> tuple:
        from .json_io import loads

        return loads, (self.tojson(),)

    # ---- the rest lives in files of its own
    def infer_shape(self, *args: Any, **kwargs: Any) -> Any:
        """(argument shapes, output shapes, auxiliary shapes) from some input shapes, by position or name.

        All None where the given shapes do not suffice.
        """
        from . import infer

        return infer.infer_shape(self, args, kwargs, partial=False)

    def infer_shape_partial(self, *args: Any, **kwargs: Any) -> Any:
        """As infer_shape, with zeros or () where a shape stays unknown."""
        from . import infer

        return infer.infer_shape(self, args, kwargs, partial=True)

    def infer_type(self, *args: Any, **kwargs: Any) -> Any:
        """(argument dtypes, output dtypes, auxiliary dtypes) from some input dtypes."""
        from . import infer

        return infer.infer_type(self, args, kwargs)

    def infer_type_partial(self, *args: Any, **kwargs: Any) -> Any:
        from . import infer

        return infer.infer_type(self, args, kwargs, partial=True)

    def tojson(self, remove_amp_cast: bool = True) -> str:
        """The graph in MXNet's JSON format."""
        from .json_io import dumps

        return dumps(self)

    def save(self, fname: str, remove_amp_cast: bool = True) -> None:
        """Writes :meth:`tojson` to a file (to a temporary name first)."""
        from .json_io import write

        write(fname, self.tojson())

    def debug_str(self) -> str:
        from .json_io import debug_str

        return debug_str(self)

    def simple_bind(self, ctx: Any, *args: Any, **kwargs: Any) -> Any:
        """An executor with arrays made for it: ``simple_bind(ctx, grad_req='write', data=(128, 784))``."""
        from .bind import simple_bind

        return simple_bind(self, ctx, *args, **kwargs)

    def bind(self, ctx: Any, args: Any, *more: Any, **kwargs: Any) -> Any:
        """An executor on the given arrays: ``bind(ctx, args, args_grad=None, grad_req='write', aux_states=None)``."""
        from .bind import bind

        return bind(self, ctx, args, *more, **kwargs)

    def eval(self, ctx: Any = None, **kwargs: Any) -> Any:
        """The outputs for the given input arrays."""
        from ..context import current_context

        return self.bind(ctx or current_context(), kwargs).forward()

    def gradient(self, wrt: Any) -> Any:
        raise MXNetError("Symbol.gradient is not there in MXNet either: bind an executor and call backward()")

    def optimize_for(
        self, backend: str, args: Any = None, aux: Any = None, ctx: Any = None, shape_dict: Any = None,
        type_dict: Any = None, stype_dict: Any = None, skip_infer: bool = False, **kwargs: Any,
    ) -> Symbol:  # fmt: skip
        """The symbol as it is: graphs are optimised when they are bound, and there are no backends to choose."""
        if not isinstance(backend, str):
            raise MXNetTypeError(f"optimize_for: backend must be a string, got {type(backend).__name__}")
        return self()

    def get_backend_symbol(self, backend: str) -> Symbol:
        """The symbol as it is; see :meth:`optimize_for`."""
        return self.optimize_for(backend)

    def as_nd_ndarray(self) -> Symbol:
        return self

    def __hash__(self) -> int:
        return id(self) // 16


Symbol.__module__ = "mxr.symbol"


def _shown(attrs: dict[str, str]) -> dict[str, str]:
    """Attributes as MXNet lists them: the hidden ones under both spellings."""
    out: dict[str, str] = {}
    for k, v in attrs.items():
        out[k] = v
        if k[2:-2] in HIDDEN and k == f"__{k[2:-2]}__":
            out[k[2:-2]] = v
    return out
