"""What generated files (reference pages, stubs) read from an operator's declaration."""

from __future__ import annotations

from functools import cache

from ..core.op import OpDef, all_ops
from ..core.params import REQUIRED, Attrs, Bool, Choice, DType, Float, Floats, Int, Param, Shape

__all__ = ["always_used", "example_attrs", "page_of", "public_ops", "visible_outputs"]

# Pages of the reference: module of the declaration -> (file, title); other modules have a page of their own.
PAGES = {
    "broadcast": "broadcast", "optimizer_multi": "optimizer", "linalg_factor": "linalg", "indexing_nd": "indexing",
}  # fmt: skip


def public_ops() -> list[OpDef]:
    """The declared operators, without the internal halves of gradients, by name."""
    from .. import ops  # noqa: F401  (declares them)

    return sorted((d for d in all_ops().values() if not d.hidden), key=lambda d: (d.name.lower(), d.name))


def page_of(d: OpDef) -> str:
    """The reference page of an operator: the module that declares it."""
    module = d.forward.__module__
    if module == "mxr.ops.families":
        return "elemwise" if d.inputs == ("data",) and "scalar" not in d.params else "broadcast"
    name = module.removeprefix("mxr.ops.").split(".")[0]
    return PAGES.get(name, name)


def _any_value(p: Param) -> object:
    """Some valid value of a required parameter."""
    if isinstance(p, Bool):
        return False
    if isinstance(p, Choice):
        return p.choices[0]
    if isinstance(p, DType):
        return "float32"
    if isinstance(p, Int | Float):
        return max(1, p.lo or 1)
    if isinstance(p, Shape | Floats):
        return (1,)
    return "1"


@cache
def example_attrs(d: OpDef) -> Attrs:
    """The defaults, required parameters filled with something valid."""
    return Attrs({n: _any_value(p) if p.default is REQUIRED else p.default for n, p in d.params.items()})


@cache
def always_used(d: OpDef) -> tuple[str, ...]:
    """The inputs that no single parameter switches off."""
    if d.variadic is not None or d._active is None:
        return d.inputs
    a = example_attrs(d)
    variants = [a]
    for n, p in d.params.items():
        if isinstance(p, Bool):
            variants.append(a.replace(**{n: not p.default}))
        elif isinstance(p, Choice):
            variants += [a.replace(**{n: c}) for c in p.choices]
    used = [set(d.input_names(v)) for v in variants]
    return tuple(n for n in d.inputs if all(n in u for u in used))


def visible_outputs(d: OpDef) -> tuple[tuple[str, ...], int]:
    """(names of all outputs, how many a caller gets) with the default parameters."""
    a = example_attrs(d)
    return d.output_names(a), d.visible(a)
