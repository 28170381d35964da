"""Typed operator parameters: one parser for Python values, JSON strings and R doubles.

``5``, ``5.0``, ``"5"``, ``(3, 3)``, ``[3, 3]``, ``"(3, 3)"``, ``"True"``, ``"1"`` and ``TRUE`` all arrive here.
``parse`` gives the one canonical Python value, ``dump`` MXNet's own text for it.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..backend import dtype_name
from ..base import MXNetError, MXNetTypeError, MXNetValueError, suggest

__all__ = ["NULL", "Attrs", "Bool", "Choice", "DType", "Float", "Graph", "Int", "Param", "Shape", "Str", "parse_attrs"]


class _Null:
    """The default of every generated keyword: 'not given', as MXNet's ``_Null``."""

    _only: _Null | None = None

    def __new__(cls) -> _Null:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "_Null"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> tuple:
        return _Null, ()


NULL = _Null()
REQUIRED = object()


class Param:
    """One parameter of an operator.

    Parameters
    ----------
    default : canonical default value; leave out for a required parameter.
    doc : one sentence for the reference page.
    optional : whether ``None`` is a value.
    """

    kind = "value"
    name = "?"

    def __init__(self, default: Any = REQUIRED, doc: str = "", *, optional: bool = False) -> None:
        self.default, self.doc = default, doc
        self.optional = optional or default is None

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    def parse(self, value: Any) -> Any:
        if value is None or (isinstance(value, str) and value.strip() in ("None", "")):
            if self.optional:
                return None
            raise ValueError("None is not accepted")
        return self.convert(value)

    def convert(self, value: Any) -> Any:
        return value

    def dump(self, value: Any) -> str:
        return str(value)

    def describe(self) -> str:
        """The type text of MXNet's documentation: ``int, optional, default=1``."""
        what = self.kind + (" or None" if self.optional and self.kind != "string" else "")
        return f"{what}, required" if self.required else f"{what}, optional, default={self.dump(self.default)}"


def _number(value: Any) -> float | int:
    if isinstance(value, str):
        text = value.strip()
        if text in ("True", "true"):
            return 1
        if text in ("False", "false"):
            return 0
        try:
            return int(text)
        except ValueError:
            return float(text)
    if isinstance(value, bool | np.bool_):
        return int(value)
    if isinstance(value, int | float):
        return value
    if isinstance(value, np.integer):
        return int(value)
    if isinstance(value, np.floating):
        return float(value)
    if isinstance(value, list | tuple) and len(value) == 1:
        return _number(value[0])
    if hasattr(value, "asscalar"):
        return value.asscalar()
    raise ValueError("not a number")


def _in_64_bits(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ValueError("does not fit into 64 bits")
    return number


class Int(Param):
    kind = "int"

    def __init__(
        self,
        default: Any = REQUIRED,
        doc: str = "",
        *,
        lo: int | None = None,
        hi: int | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(default, doc, optional=optional)
        self.lo, self.hi = lo, hi

    def convert(self, value: Any) -> int:
        number = _number(value)
        if isinstance(number, float):
            if not math.isfinite(number) or number != int(number):
                raise ValueError("not a whole number")
            number = int(number)
        if self.lo is not None and number < self.lo:
            raise ValueError(f"must be at least {self.lo}")
        if self.hi is not None and number > self.hi:
            raise ValueError(f"must be at most {self.hi}")
        return _in_64_bits(number)


class Float(Param):
    kind = "float"

    def __init__(
        self,
        default: Any = REQUIRED,
        doc: str = "",
        *,
        lo: float | None = None,
        hi: float | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(default, doc, optional=optional)
        self.lo, self.hi = lo, hi

    def convert(self, value: Any) -> float:
        number = float(_number(value))
        if self.lo is not None and not number >= self.lo:
            raise ValueError(f"must be at least {self.lo:g}")
        if self.hi is not None and not number <= self.hi:
            raise ValueError(f"must be at most {self.hi:g}")
        return number


class Bool(Param):
    kind = "boolean"

    def convert(self, value: Any) -> bool:
        if isinstance(value, str) and value.strip() in ("T", "TRUE", "F", "FALSE"):
            return value.strip()[0] == "T"
        number = _number(value)
        if number not in (0, 1):
            raise ValueError("not a truth value")
        return bool(number)


class Shape(Param):
    """A tuple of integers; a bare number is a tuple of one (or of `ndim` equal ones by the operator's own rule)."""

    kind = "Shape(tuple)"

    def __init__(
        self,
        default: Any = REQUIRED,
        doc: str = "",
        *,
        optional: bool = False,
        lo: int | None = None,
        none_items: bool = False,
    ) -> None:
        super().__init__(default, doc, optional=optional)
        self.lo, self.none_items = lo, none_items

    def convert(self, value: Any) -> tuple:
        if isinstance(value, str):
            text = value.strip().replace("L", "")
            try:
                value = ast.literal_eval(text)
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                raise ValueError("not a tuple of integers") from None
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list | tuple | range):
            value = (value,)
        out: list[Any] = []
        for v in value:
            if v is None and self.none_items:
                out.append(None)
                continue
            v = _number(v)
            if isinstance(v, float):
                if not math.isfinite(v) or v != int(v):
                    raise ValueError(f"{v} is not a whole number")
                v = int(v)
            _in_64_bits(v)
            if self.lo is not None and v < self.lo:
                raise ValueError(f"each must be at least {self.lo}")
            out.append(v)
        return tuple(out)

    def dump(self, value: Any) -> str:
        if value is None:
            return "None"
        return "(" + ", ".join(map(str, value)) + (",)" if len(value) == 1 else ")") if value else "[]"


class Floats(Param):
    """A tuple of floats."""

    kind = "tuple of <float>"

    def convert(self, value: Any) -> tuple:
        if isinstance(value, str):
            try:
                value = ast.literal_eval(value.strip())
            except (ValueError, SyntaxError, MemoryError, RecursionError):
                raise ValueError("not a tuple of numbers") from None
        if isinstance(value, np.ndarray):
            value = value.tolist()
        if not isinstance(value, list | tuple):
            value = (value,)
        return tuple(float(_number(v)) for v in value)


class Str(Param):
    kind = "string"

    def convert(self, value: Any) -> str:
        return str(value)


class Choice(Param):
    def __init__(self, choices: Iterable[str], default: Any = REQUIRED, doc: str = "") -> None:
        super().__init__(default, doc)
        self.choices = tuple(choices)
        self.kind = "{" + ", ".join(repr(c) for c in self.choices) + "}"

    def convert(self, value: Any) -> str:
        text = str(value)
        if text not in self.choices:
            hint = suggest(text, self.choices)
            raise ValueError(f"expected one of {{{', '.join(map(repr, self.choices))}}}{'.' if hint else ''}{hint}")
        return text


class DType(Param):
    """A dtype by its name; accepts NumPy types, Python types, MXNet's codes as text are not used in attributes."""

    kind = "dtype"

    def convert(self, value: Any) -> str:
        return dtype_name(value)


class Graph(Param):
    """A symbol that the operator runs (the body of a loop), as the compiler prepared it; no attribute of the node."""

    kind = "Symbol"

    def __init__(self, doc: str = "") -> None:
        super().__init__(None, doc)

    def convert(self, value: Any) -> Any:
        # in a list, so that no table of parsed attributes keeps the symbol
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not hasattr(value, "n_drawn"):
            raise ValueError("use the functions of contrib: foreach, while_loop, cond")
        return value


class Attrs:
    """The parsed parameters of one use of an operator: attribute access, hashable, never changed."""

    __slots__ = ("__dict__", "_hash", "_key", "plan_key")

    _hash: int  # found when it is first asked for

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__.update(values)
        self._key = tuple(values.values())
        # what a plan depends on, where that is less than all: an operator leaves its dynamic parameters out
        self.plan_key: tuple | None = None

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            self._hash = hash(self._key)
            return self._hash

    def __eq__(self, other: object) -> bool:
        # 0.0 == False == 0 would merge parameters of different kinds, hence the types too.
        return self is other or (
            isinstance(other, Attrs)
            and self._key == other._key
            and all(type(x) is type(y) for x, y in zip(self._key, other._key))
        )

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in ("_hash", "_key", "plan_key"):
            raise AttributeError("Attrs are never changed; use replace()")
        object.__setattr__(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return dict(self.__dict__)

    def replace(self, **changes: Any) -> Attrs:
        return Attrs({**self.__dict__, **changes})

    def __repr__(self) -> str:
        return f"Attrs({', '.join(f'{k}={v!r}' for k, v in self.__dict__.items())})"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def __reduce__(self) -> tuple:  # without the hash: that of a string differs from process to process
        return _restored, (dict(self.__dict__), self.plan_key)


def _restored(values: dict[str, Any], plan_key: tuple | None) -> Attrs:
    a = Attrs(values)
    a.plan_key = plan_key
    return a


def parse_attrs(op_name: str, params: dict[str, Param], given: dict[str, Any], inputs: Iterable[str] = ()) -> Attrs:
    """Checks and converts the given parameters; unknown, missing or wrong ones raise with the operator named."""
    unknown = [k for k in given if k not in params]
    if unknown:
        k = unknown[0]
        raise MXNetValueError(
            f"Cannot find argument {k!r} in operator {op_name}.{suggest(k, [*params, *inputs])} "
            f"Possible arguments: {', '.join([*inputs, *params]) or 'none'}."
        )
    values: dict[str, Any] = {}
    for name, p in params.items():
        raw = given.get(name, NULL)
        if raw is NULL:
            if p.required:
                raise MXNetValueError(
                    f"Required parameter {name} of {p.kind} is not presented, in operator {op_name}"
                    f"({', '.join(f'{k}={v!r}' for k, v in given.items())})"
                )
            values[name] = p.default
            continue
        try:
            values[name] = p.parse(raw)
        except MXNetError as e:
            raise e.retold(f"{op_name}: argument {name}={raw!r}: {e}") from None
        except (ValueError, TypeError, OverflowError) as e:
            kind = MXNetValueError if isinstance(raw, str | int | float | tuple | list) else MXNetTypeError
            why = str(e)
            if not why.startswith("expected one of"):
                why = f"expected {p.kind}{' or None' if p.optional else ''}; {why}"
            raise kind(f"{op_name}: argument {name}={raw!r} is not valid: {why}") from None
    return Attrs(values)
