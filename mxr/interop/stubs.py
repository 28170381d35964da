"""Type stubs of ``mx.nd`` and ``mx.sym`` with real signatures, from the operators' declarations.

The functions of the operators exist only at run time; editors and type checkers read these files instead. What is
written by hand in the packages is taken over: imports as they are, functions by their signatures.
"""

from __future__ import annotations

import ast
import inspect
import keyword
import textwrap
import types
from pathlib import Path
from typing import Any

from ..core.op import OpDef, all_names, find_op
from ..core.params import Bool, Choice, DType, Float, Floats, Int, Param, Shape
from .declared import always_used, public_ops, visible_outputs

__all__ = ["files"]

HEAD = '''"""Made from the operator declarations by `python -m mxr.interop.reference`; do not edit."""

# ruff: noqa
'''
TYPES = """
_Shape = int | Sequence[int]
_DType = str | type | np.dtype[Any]
"""
SKIP = ("__future__", "typing", "collections.abc")  # imported in any case
SPACES = {"linalg": "_linalg_", "contrib": "_contrib_", "image": "_image_"}


# ---- one operator
def _type(p: Param) -> str:
    if isinstance(p, Choice):
        text = f"Literal[{', '.join(map(repr, p.choices))}]"
    elif isinstance(p, Bool):
        text = "bool"
    elif isinstance(p, Int):
        text = "int"
    elif isinstance(p, Float):
        text = "float"
    elif isinstance(p, Shape):
        text = "int | Sequence[int | None]" if p.none_items else "_Shape"
    elif isinstance(p, Floats):
        text = "float | Sequence[float]"
    elif isinstance(p, DType):
        text = "_DType"
    elif p.kind == "string":
        text = "str"
    else:
        text = "Any"
    return text + " | None" if p.optional and text != "Any" else text


def _default(p: Param) -> str:
    if p.required or not isinstance(p.default, bool | int | float | str | tuple | None):
        return "..."
    text = repr(p.default)
    return "..." if "inf" in text or "nan" in text else text


def formals(d: OpDef, array: str, *, method: bool = False) -> list[str]:
    """The formal parameters of an operator's function; `array` is the type of its inputs."""
    out: list[str] = []
    must = True  # whether a parameter without a default may still come

    def add(name: str, kind: str, default: str | None) -> None:
        nonlocal must
        name = name + "_" if keyword.iskeyword(name) else name
        if default is None and must:
            out.append(f"{name}: {kind}")
        else:
            must = False
            out.append(f"{name}: {kind} = {default or '...'}")

    if d.variadic is not None:
        out.append(f"*{d.inputs[-1]}: {array} | Sequence[{array}]")
        must = False
    else:
        used = always_used(d)
        for i, n in enumerate(d.inputs):
            if i == 0 and method:
                out.append("self")
            elif (n in used and array == "NDArray") or (i == 0 and n in used):
                add(n, array, None)
            else:  # Symbol makes the variables that are not given
                add(n, f"{array} | None", "None")
    for n, p in d.params.items():
        if n != d.variadic:
            add(n, _type(p), None if p.required else _default(p))
    out += [f"out: {array} | Sequence[{array}] | None = None" if array == "NDArray" else "out: None = None"]
    return [*out, "name: str | None = None", "attr: dict[str, str] | None = None", "**kwargs: Any"]


def _result(d: OpDef, array: str) -> str:
    if array == "Symbol":
        return "Symbol"
    if d._visible is None and callable(d._outputs):
        return "Any"
    return array if visible_outputs(d)[1] == 1 else f"list[{array}]"


def _definition(name: str, params: list[str], result: str, doc: str | None, static: bool = False) -> str:
    lines = ["@staticmethod"] if static else []
    line = f"def {name}({', '.join(params)}) -> {result}:"
    if len(line) > 110:
        line = f"def {name}(\n" + "".join(f"    {p},\n" for p in params) + f") -> {result}:"
    lines.append(line)
    if not doc:
        return "\n".join(lines) + " ...\n"
    text = doc.replace("\\", "\\\\").replace('"""', "'''")
    end = '\n"""' if "\n" in text or text.endswith('"') else '"""'
    lines.append(textwrap.indent(f'"""{text}{end}', "    "))
    return "\n".join(lines) + "\n"


def _functions(names: dict[str, OpDef], array: str, static: bool = False) -> str:
    """Functions under the given names; further names of the same operator are aliases of the first."""
    first: dict[str, str] = {}
    out = []
    for name, d in sorted(names.items(), key=lambda x: (x[1].name.lower(), x[1].name != x[0], x[0])):
        if keyword.iskeyword(name):
            continue
        if d.name in first:
            out.append(f"{name} = {first[d.name]}\n")
            continue
        first[d.name] = name
        out.append(_definition(name, formals(d, array), _result(d, array), d.doc, static))
    return "".join(out)


# ---- what is written by hand
def _signature(name: str, f: Any) -> str:
    """A plain function by its signature; annotations stay as they are written."""
    s = inspect.signature(f)
    parts: list[str] = []
    star = False
    for p in s.parameters.values():
        if p.kind is p.KEYWORD_ONLY and not star:
            parts.append("*")
        star = star or p.kind in (p.VAR_POSITIONAL, p.KEYWORD_ONLY)
        text = ("*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else "") + p.name
        text += f": {p.annotation if isinstance(p.annotation, str) else 'Any'}"
        if p.default is not p.empty:
            text += f" = {p.default!r}" if isinstance(p.default, int | float | str | None) else " = ..."
        parts.append(text)
    result = s.return_annotation if isinstance(s.return_annotation, str) else "Any"
    return _definition(name, parts, result, inspect.getdoc(f))


def _by_hand(module: Any) -> tuple[str, set[str]]:
    """The imports and the functions of a package's __init__.py, and their names."""
    tree = ast.parse(Path(module.__file__).read_text())
    names: set[str] = set()
    imports, rest = [], []
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module not in SKIP:
            for alias in node.names:
                name = alias.asname or alias.name
                if not hasattr(module, name) or name in (*SPACES, "op", "_internal"):  # deleted again; written below
                    continue
                names.add(name)
                source = "." * node.level + (node.module or "")
                if name == alias.name:
                    imports.append(f"from {source} import {name} as {name}\n")
                else:
                    rest.append(f"{name}: Any\n")
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("__"):
            names.add(node.name)
            rest.append(_signature(node.name, getattr(module, node.name)))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and not target.id.startswith("__") and target.id not in SPACES:
                    if target.id in ("op", "_internal"):
                        continue
                    names.add(target.id)
                    value = getattr(module, target.id)
                    if isinstance(value, types.FunctionType):
                        rest.append(_signature(target.id, value))
                    else:
                        rest.append(f"{target.id}: Any\n")
    return "".join(imports) + TYPES + "".join(rest), names


# ---- files
def _package(module: Any, array: str) -> str:
    hand, taken = _by_hand(module)
    names = {n: d for n, d in all_names().items() if not d.hidden}
    imports = "\nfrom collections.abc import Callable, Sequence\nfrom types import ModuleType\n"
    imports += "from typing import Any, Literal\n\nimport numpy as np\n\nfrom ..context import Context\n"
    out = [HEAD, imports, hand]
    for space, prefix in SPACES.items():
        inside = {n.removeprefix(prefix): d for n, d in names.items() if n.startswith(prefix)}
        own = getattr(module, space)
        written = {n: getattr(own, n) for n in getattr(own, "__all__", ()) if n not in inside}
        text = "".join(f"@staticmethod\n{_signature(n, f)}" for n, f in written.items())
        out.append(f"\nclass _{space}(ModuleType):\n" + _indented(text + _functions(inside, array, static=True)))
        out.append(f"{space}: _{space}\n")
    private = {n: d for n, d in names.items() if n.startswith("_") and not n.startswith(tuple(SPACES.values()))}
    out.append("\nclass __internal(ModuleType):\n" + _indented(_functions(private, array, static=True)))
    out.append("_internal: __internal\nop: Any\n\n")
    out.append(_functions({n: d for n, d in names.items() if n[0] != "_" and n not in taken}, array))
    return "".join(out)


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ") if text.strip() else "    ...\n"


def _fluent(cls: type, home: str, base: str) -> str:
    """The methods that operators give to a class: ``x.sum(axis=1)``."""
    from ..ndarray.methods import FLUENT

    out = [HEAD, "\nfrom collections.abc import Sequence\nfrom typing import Any, Literal\n\nimport numpy as np\n\n"]
    out += [f"from {home} import {cls.__name__}\n", TYPES, f"\nclass {base}:\n"]
    for name in FLUENT:
        d = find_op(name)
        own = inspect.getattr_static(cls, name, None)
        if d is None or getattr(own, "__qualname__", "").startswith(f"{cls.__name__}.") or isinstance(own, property):
            continue
        if name == "transpose":
            text = _definition(name, ["self", "*axes: Any", "**kwargs: Any"], cls.__name__, d.doc)
        else:
            text = _definition(name, formals(d, cls.__name__, method=True), _result(d, cls.__name__), d.doc)
        out.append(_indented(text))
    return "".join(out)


def files() -> dict[str, str]:
    """All stubs by their path."""
    import mxr.ndarray
    import mxr.symbol

    public_ops()
    return {
        "mxr/ndarray/__init__.pyi": _package(mxr.ndarray, "NDArray"),
        "mxr/symbol/__init__.pyi": _package(mxr.symbol, "Symbol"),
        "mxr/ndarray/fluent.pyi": _fluent(mxr.ndarray.NDArray, ".ndarray", "Fluent"),
        "mxr/graph/fluent.pyi": _fluent(mxr.symbol.Symbol, ".symbol", "Fluent"),
    }
