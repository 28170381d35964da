"""What an NDArray can and a Symbol cannot: methods that say so, and inside a trace where and what to do."""

from __future__ import annotations

from typing import Any

from ..base import MXNetAttributeError, MXNetTypeError
from ..base_names import NotImplementedForSymbol
from .symbol import Symbol, active

__all__ = ["attach"]

_METHODS = (
    "as_in_context", "asnumpy", "asscalar", "backward", "copy", "detach", "wait_to_read", "__iadd__", "__isub__",
    "__imul__", "__itruediv__", "__bool__", "__nonzero__", "as_np_ndarray",
)  # fmt: skip
# not in MXNet's Symbol either, where Python says so in its own words
_MORE = ("__float__", "__int__", "__index__", "__array__", "__setitem__")
_INSIDE = ("item", "tolist", "attach_grad")
_SHOWN = {
    "__bool__": "bool(x), as in `if x:`,", "__nonzero__": "bool(x)", "__float__": "float(x)", "__int__": "int(x)",
    "__index__": "x as an index or a length", "__array__": "np.asarray(x)", "__setitem__": "x[...] = value",
    "__iadd__": "in-place x += y", "__isub__": "in-place x -= y", "__imul__": "in-place x *= y",
    "__itruediv__": "in-place x /= y",
}  # fmt: skip


def _kept(name: str, self: Symbol, args: tuple) -> Symbol | None:
    """What means the same for a traced array: a copy that nobody writes to, a stay on its device."""
    if name in ("copy", "detach"):
        from ..core.op import get_op
        from .compose import compose

        op = "BlockGrad" if name == "detach" else "_copy"
        return compose(get_op(op), [self], {}, None, None, op)
    if name == "as_in_context" and args and args[0] == active.trace.device():
        return self
    return None


def _refuse(name: str) -> Any:
    def method(self: Symbol, *args: Any, **kwargs: Any) -> Any:
        if active.trace is not None:
            kept = _kept(name, self, args)
            if kept is not None:
                return kept
            raise active.trace.untraceable(_SHOWN.get(name, f"{name}()"))
        if name in _METHODS:
            raise NotImplementedForSymbol(method, name, *args)
        raise MXNetTypeError(f"{_SHOWN[name]} is not possible for a Symbol: it has no values before it is bound")

    method.__name__ = name
    method.__qualname__ = f"Symbol.{name}"
    method.__doc__ = "Not for symbols: they have no values before they are bound."
    return method


class _Inside:
    """A method that is there, to be refused, inside a trace only: elsewhere hasattr() says no."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, x: Symbol | None, owner: type) -> Any:
        if x is None or active.trace is None:
            raise MXNetAttributeError(f"'Symbol' object has no attribute {self.name!r}")
        raise active.trace.untraceable(f"{self.name}()")


def attach() -> None:
    for name in (*_METHODS, *_MORE):
        setattr(Symbol, name, _refuse(name))
    for name in _INSIDE:
        setattr(Symbol, name, _Inside(name))


attach()
