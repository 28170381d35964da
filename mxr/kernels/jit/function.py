"""Functions written with a :class:`.builder.Builder` by hand: compiled once per key, many as one module."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from ...base import MXNetError
from .builder import Builder
from .engine import LOCK, Engine, engine
from .kernel import _ATTRIBUTES

__all__ = ["compile_functions", "function_text"]

Emit = Callable[[Builder], None]


def compile_functions(wanted: Sequence[tuple[Hashable, Emit]], generator: Engine | None = None) -> list[int]:
    """Addresses of C functions ``int64 f(int64 *block)``, in order.

    wanted : (key, emit); ``emit(builder)`` writes the body. A key (hashable, all that the code depends on) that the
        process has seen before is not written again. Thread-safe.
    """
    generator = generator or engine()
    with LOCK:
        fresh: dict[Hashable, Builder] = {}
        for key, emit in wanted:
            if key not in generator.kernels and key not in fresh:
                b = fresh[key] = Builder(f"f{len(fresh)}")
                emit(b)
                missing = b.libm - generator.symbols
                if missing:
                    raise MXNetError(f"the C math library of this platform lacks {', '.join(sorted(missing))}")
        if fresh:
            addresses = generator.compile(function_text(list(fresh.values())), [b.name for b in fresh.values()])
            generator.kernels.update(zip(fresh, addresses))
        return [generator.kernels[key] for key, _ in wanted]


def function_text(builders: Sequence[Builder]) -> str:
    """A module's text."""
    declares: dict[str, str] = {}
    helpers: dict[str, str] = {}
    for b in builders:
        declares.update(b.declares)
        helpers.update(b.helpers)
    texts = [b.text() for b in builders]
    return "\n".join([*sorted(declares.values()), *(helpers[k] for k in sorted(helpers)), *texts, _ATTRIBUTES])
