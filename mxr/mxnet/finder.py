"""Imports of ``mxnet`` and all below it, answered with the modules of mxr."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from ..base import suggest
from .modules import MODULES
from .paths import children_of, target_of, why_missing

__all__ = ["AliasFinder", "MXNetModuleNotFoundError", "Top", "find_target"]

VERSION = "1.9.1"  # of the MXNet whose interface this is


class MXNetModuleNotFoundError(ModuleNotFoundError):
    """A module of MXNet that mxr does not have."""


class Top(ModuleType):
    """The module ``mxnet``: mxr under another name, with MXNet's version."""

    def __init__(self) -> None:
        import mxr

        super().__init__("mxnet", mxr.__doc__)
        self.__version__ = VERSION
        self.__path__: list[str] = []
        self.__file__ = mxr.__file__

    def __getattr__(self, name: str) -> Any:
        import mxr

        return getattr(mxr, name)

    def __dir__(self) -> list[str]:
        import mxr

        return sorted({*dir(mxr), *self.__dict__})


def _exists(name: str) -> bool:
    """Whether `name` is a module of mxr under its own name."""
    if name in sys.modules:
        return sys.modules[name].__name__ == name
    parent = name.rpartition(".")[0]
    try:
        package = importlib.import_module(parent)
    except ModuleNotFoundError as error:
        if error.name is None or not parent.startswith(error.name):
            raise
        return False
    path = getattr(package, "__path__", None)
    return path is not None and package.__name__ == parent and PathFinder.find_spec(name, path) is not None


def find_target(path: str) -> str | None:
    """The full name of our module for MXNet's `path` (without ``mxnet.``), or None."""
    if path.partition(".")[0] != "mxnet" and _exists(f"mxr.{path}"):
        return f"mxr.{path}"
    mapped = target_of(path)
    if mapped is None or mapped == path:
        return None
    return f"mxr.{mapped}" if mapped.startswith("mxnet.") else find_target(mapped)


class _Loader(Loader):
    """Puts a module that exists into ``sys.modules`` under a second name."""

    def __init__(self, target: str | None) -> None:
        self._target = target

    def create_module(self, spec: ModuleSpec) -> None:
        return None  # a throw-away one: the import system must not write its spec into the real one

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        if self._target is None:
            top = Top()
            top.__spec__, top.__loader__ = module.__spec__, self
            sys.modules[name] = top
            _add_children()
        else:
            sys.modules[name] = _as_package(importlib.import_module(self._target), name)
            _register(self._target, name)


def _as_package(module: ModuleType, name: str) -> ModuleType:
    """`module`, with a path where MXNet has a package: the import system asks for one."""
    if not hasattr(module, "__path__") and any(path.startswith(f"{name[len('mxnet.') :]}.") for path in MODULES):
        module.__path__ = []
    return module


def _register(target: str, name: str) -> None:
    """What `target` has imported below it goes into ``sys.modules`` under MXNet's names too."""
    for path, module in list(sys.modules.items()):
        if path.startswith(f"{target}."):
            alias = name + path[len(target) :]
            if alias[len("mxnet.") :] in MODULES:
                sys.modules.setdefault(alias, _as_package(module, alias))


def _add_children() -> None:
    """``mx.optimizer.optimizer`` and such as attributes, as after MXNet's import of everything."""
    packages = {path.rpartition(".")[0] for path in MODULES}
    for package in sorted(packages):
        if not package.startswith("_") and (found := find_target(package)) is not None:
            children = {name: find_target(f"{package}.{name}") for name in children_of(package)}
            missing = {name: target for name, target in children.items() if target is not None}
            if missing:
                parent = importlib.import_module(found)
                for name, target in missing.items():
                    if name not in parent.__dict__:
                        setattr(parent, name, importlib.import_module(target))


class AliasFinder(MetaPathFinder):
    """Answers for ``mxnet`` and ``mxnet.*``; and for ``mxr.*`` with MXNet's paths that have another name here."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> Any:
        if fullname == "mxnet":
            return ModuleSpec(fullname, _Loader(None), is_package=True)
        top, _, rest = fullname.partition(".")
        if top == "mxnet":
            found = find_target(rest)
            if found is None:
                message = why_missing(rest) or f"No module named {fullname!r}.{suggest(rest, MODULES)}"
                raise MXNetModuleNotFoundError(message, name=None if why_missing(rest) else fullname)
            return ModuleSpec(fullname, _Loader(found), is_package=True)
        # `from mxnet.io import io` asks for mxr.io.io, since mxnet.io is mxr.io.
        if top == "mxr" and rest in MODULES and target_of(rest) is not None:
            if PathFinder.find_spec(fullname, path) is None:
                found = find_target(target_of(rest) or "")
                if found is not None:
                    return ModuleSpec(fullname, _Loader(found), is_package=True)
        return None
