"""The bridge in rpy2's own interface: rules for robjects, and ``%%R`` cells of Jupyter."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from mxr.base import MXNetError

__all__ = ["converter", "converting", "load_ipython_extension"]


def converter() -> Any:
    """Rules for rpy2.robjects: ``with (robjects.default_converter + converter()).context(): ...`` lets robjects take
    and give NDArrays, Symbols, models, contexts, iterators and metrics."""
    from rpy2 import robjects
    from rpy2.robjects import conversion

    rules = conversion.Converter("mxr")
    _register(rules, robjects.default_converter)
    return rules


def _register(rules: Any, below: Any) -> None:
    from rpy2 import rinterface as ri

    from .rpy2 import to_r
    from .rpy2_objects import engine_kinds

    for kind, _ in engine_kinds():
        rules.py2rpy.register(kind)(to_r)
    for kind in (ri.SexpEnvironment, ri.SexpS4, ri.ListSexpVector):
        rules.rpy2py.register(kind)(_or_else(below.rpy2py.dispatch(kind)))


def _or_else(otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    from .rpy2_objects import from_engine

    def convert(value: Any) -> Any:
        found = from_engine(value)
        return otherwise(value) if found is value else found

    return convert


@contextlib.contextmanager
def converting() -> Iterator[Any]:
    """``with converting(): robjects.r["mx.nd.log"](x)``: rpy2's own interface knows the objects of mxr in the block."""
    from rpy2 import robjects

    from .rpy2 import attach

    attach()
    with (robjects.default_converter + converter()).context() as rules:
        yield rules


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext mxr.interop.rpy2``: rpy2's ``%R`` and ``%%R`` with the objects of mxr as handles, and library(mxr)
    done. Everything else of a cell is rpy2's: options, plots, NumPy arrays (which keep their shape there)."""
    from .rpy2 import attach

    attach()
    try:
        import warnings

        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The Python package `pandas`")
            from rpy2.ipython import rmagic
    except ImportError as e:
        raise MXNetError(f"%%R cells need IPython and rpy2 ({e}): pip install ipython 'mxr-arrays[r]'") from e
    from rpy2.robjects import conversion

    rules = conversion.Converter("mxr cells", template=rmagic.converter)
    _register(rules, rmagic.converter)
    shell.register_magics(rmagic.RMagics(shell, converter=rules))
