"""Uses of MXNet in Python code, and which of them mxr cannot serve.

The code is read, not run: names are followed from imports and plain assignments through attributes. What depends on
the type of a value (methods of arrays, say) is not seen.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterable
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from ..base import suggest
from ..mxnet.finder import find_target
from ..mxnet.modules import MODULES
from ..mxnet.paths import why_missing
from .findings import Finding

__all__ = ["find_python"]

_TOPS = ("mxnet", "mxr")
_OF_EVERY_OPERATOR = {"out", "name", "attr", "ctx", "dtype"}
_MISSING = object()


def _target(path: str) -> str | None:
    if path.partition(".")[0] == "mxnet":  # mxr.mxnet is no module of MXNet
        return f"mxr.{path}" if find_spec(f"mxr.{path}") else None
    return find_target(path)


def _module(path: str) -> Any:
    """Our module for MXNet's `path` ("" is the top), or _MISSING."""
    if not path:
        return importlib.import_module("mxr")
    target = _target(path)
    return _MISSING if target is None else importlib.import_module(target)


def _look(path: str) -> tuple[Any, str, Any]:
    """(object, path as far as it is there, its last owner) for a dotted path below the top."""
    owner: Any = _module("")
    parts = path.split(".") if path else []
    for i, part in enumerate(parts):
        so_far = ".".join(parts[: i + 1])
        found = inspect.getattr_static(owner, part, _MISSING) if inspect.isclass(owner) else _get(owner, part)
        if found is _MISSING and (inspect.ismodule(owner) or not i):
            found = _module(so_far)
        if found is _MISSING:
            return _MISSING, so_far, owner
        if inspect.isclass(owner) or not (inspect.ismodule(found) or inspect.isclass(found) or callable(found)):
            return found, so_far, owner  # of values and methods nothing more is known
        owner = found
    return owner, path, None


def _get(owner: Any, name: str) -> Any:
    try:
        return getattr(owner, name, _MISSING)
    except ImportError:  # a module that needs a package which is not installed: it is there
        return object()


class _Reader(ast.NodeVisitor):
    def __init__(self) -> None:
        self.names: dict[str, str] = {}  # local name -> path below the top
        self.found: list[Finding] = []

    # Names.

    def visit_Import(self, node: ast.Import) -> None:
        for item in node.names:
            top, _, rest = item.name.partition(".")
            if top in _TOPS:
                self.names[item.asname or top] = rest if item.asname else ""
                self._check_module(node, item.name, rest)

    def _check_module(self, node: ast.AST, text: str, path: str) -> bool:
        if path and _target(path) is None:
            self._report(node, text, why_missing(path) or f"there is no such module.{suggest(path, MODULES)}")
        else:
            return True
        return False

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        top, _, rest = (node.module or "").partition(".")
        if node.level or top not in _TOPS or not self._check_module(node, str(node.module), rest):
            return
        for item in node.names:
            if item.name == "*":
                module = _module(rest)
                for name in getattr(module, "__all__", None) or [n for n in dir(module) if n[0] != "_"]:
                    self.names[name] = f"{rest}.{name}".lstrip(".") if name != "mx" else ""
            else:
                path = f"{rest}.{item.name}".lstrip(".")
                self.names[item.asname or item.name] = path
                self._check_path(node, f"{node.module}.{item.name}", path)

    def visit_Assign(self, node: ast.Assign) -> None:
        """``nd = mx.nd``, and the end of a name that is bound to something else."""
        self.generic_visit(node)
        path = self._path(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                if path is not None and inspect.ismodule(_look(path)[0]):
                    self.names[target.id] = path
                else:
                    self.names.pop(target.id, None)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """``F`` of `hybrid_forward` is mx.nd or mx.sym; other parameters hide names."""
        before = dict(self.names)
        for default in [*node.args.defaults, *[d for d in node.args.kw_defaults if d is not None]]:
            self.visit(default)
        parameters = [a.arg for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        for name in parameters:
            self.names.pop(name, None)
        if node.name == "hybrid_forward" and len(parameters) > 1:
            self.names[parameters[1]] = "ndarray"
        for child in [*node.body, *node.decorator_list]:
            self.visit(child)
        self.names = before

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    # Uses.

    def _path(self, node: ast.AST) -> str | None:
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.names:
            return None
        return ".".join([p for p in (self.names[node.id], *reversed(parts)) if p])

    def visit_Attribute(self, node: ast.Attribute) -> None:
        path = self._path(node)
        if path is None:
            self.generic_visit(node)
        elif isinstance(node.ctx, ast.Load):
            self._check_path(node, ast.unparse(node), path)

    def _check_path(self, node: ast.AST, text: str, path: str) -> None:
        found, so_far, owner = _look(path)
        if found is _MISSING:
            why = why_missing(so_far)
            if why is None:
                name = so_far.rpartition(".")[2]
                near = suggest(name, [n for n in dir(owner) if n[0] != "_"])
                where = so_far.rpartition(".")[0]
                why = f"mxr has no {name!r} in mx{'.' if where else ''}{where}.{near}"
            self._report(node, text, why)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        path = self._path(node.func)
        if path is None:
            return
        target = _look(path)[0]
        known = _parameters(target) if target is not _MISSING and not isinstance(target, ModuleType) else None
        if known is None:
            return
        for keyword in node.keywords:
            if keyword.arg is not None and keyword.arg not in known:
                near = suggest(keyword.arg, known)
                self._report(keyword, f"{ast.unparse(node.func)}({keyword.arg}=)", f"no such parameter.{near}")

    def _report(self, node: Any, name: str, message: str) -> None:
        self.found.append(Finding(node.lineno, node.col_offset, name, message))


def _parameters(target: Any) -> set[str] | None:
    """Names of the parameters that a callable takes; None where any name may do."""
    op = getattr(target, "op", None)
    if op is not None and hasattr(op, "params"):
        return {*op.params, *op.inputs, *_OF_EVERY_OPERATOR} if op.variadic is None else None
    makers: list[Any] = [target]
    if inspect.isclass(target) and target.__module__.startswith(("mxr.gluon.", "mxr.optimizer.")):
        # These hand the keywords that they do not name on to the class above.
        makers = [vars(k)["__init__"] for k in target.__mro__[:-1] if "__init__" in vars(k)]
    known: set[str] = set()
    for maker in makers:
        try:
            parameters = inspect.signature(maker).parameters.values()
        except (TypeError, ValueError):
            return None
        known.update(p.name for p in parameters)
        if all(p.kind is not p.VAR_KEYWORD for p in parameters):
            return known
    return None


def find_python(source: str, name: str = "<script>") -> Iterable[Finding]:
    """The uses in `source` of what mxr does not have. SyntaxError where it is no Python."""
    reader = _Reader()
    reader.visit(ast.parse(source, name))
    return reader.found
