"""Writes tests/data/cupy_api.json: the names, parameters and dtypes of CuPy's functions, which tests/fake_gpu.py keeps.

python tests/cupy_api.py        # where CuPy is installed; it needs no GPU
"""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "data" / "cupy_api.json"
_WORDS = re.compile(r"^[\w.]+\((.*)\)")


def _parameters(f: Any) -> list[str] | None:
    """Names of parameters, with `=` where they are optional and `*` as Python writes them; None where not known."""
    try:
        text = [str(p.replace(annotation=p.empty)) for p in inspect.signature(f).parameters.values()]
    except (TypeError, ValueError):
        found = _WORDS.match((f.__doc__ or "").split("\n")[0])
        if found is None:
            return None
        text = [p.strip() for p in found[1].split(",") if p.strip()]
    # only whether there is a default matters, and Cython writes types before names
    parts = [re.sub(r"=.*", "=", p.split(" ")[-1] if "=" not in p else p.split("=")[0].strip() + "=") for p in text]
    return [p.split(" ")[-1] for p in parts if p not in ("self", "/", "*")]


def _module(m: Any, cupy: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in dir(m):
        f = getattr(m, name)
        if name.startswith("_") or not callable(f) or inspect.isclass(f) or inspect.ismodule(f):
            continue
        out[name] = {"types": f.types, "scatter": f._scatter_op} if isinstance(f, cupy.ufunc) else _parameters(f)
    return out


def main() -> None:
    import cupy
    from cupyx.scipy import special

    generator = cupy.random.Generator
    api = {
        "version": cupy.__version__,
        "cupy": _module(cupy, cupy),
        "linalg": _module(cupy.linalg, cupy),
        "stride_tricks": {
            n: _parameters(getattr(cupy.lib.stride_tricks, n)) for n in ("as_strided", "sliding_window_view")
        },
        "fft": _module(cupy.fft, cupy),
        "special": _module(special, cupy),
        "ndarray": {
            n: _parameters(f) if callable(f := getattr(cupy.ndarray, n)) else "attribute"
            for n in dir(cupy.ndarray)
            if not n.startswith("_") or re.fullmatch(r"__\w+__", n)
        },
        "Generator": {n: _parameters(getattr(generator, n)) for n in dir(generator) if not n.startswith("_")},
        "random": [n for n in dir(cupy.random) if not n.startswith("_")],
    }
    lines = []
    for part, content in api.items():
        if isinstance(content, dict):
            rows = ",\n".join(f"  {json.dumps(k)}: {json.dumps(v)}" for k, v in sorted(content.items()))
            lines.append(f"{json.dumps(part)}: {{\n{rows}\n}}")
        else:
            lines.append(f"{json.dumps(part)}: {json.dumps(content)}")
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
