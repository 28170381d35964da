"""``python -m mxr.mxnet``: runs a program with mxr as ``mxnet``."""

from __future__ import annotations

import io
import os
import runpy
import sys
import traceback
from importlib.machinery import SourceFileLoader
from types import ModuleType, TracebackType
from typing import Any

from . import install

USAGE = """usage: python -m mxr.mxnet script.py [argument ...]
       python -m mxr.mxnet -m module [argument ...]
       python -m mxr.mxnet -c command [argument ...]

Runs a program written for MXNet 1.x: its `import mxnet` gives mxr. Processes that it starts get mxr too.
"""


def _as_main(code: Any, **names: Any) -> None:
    main = ModuleType("__main__")
    main.__dict__.update(names, __builtins__=__builtins__, __spec__=None)
    sys.modules["__main__"] = main
    exec(code, main.__dict__)


def _run(args: list[str]) -> None:
    kind, rest = args[0], args[1:]
    if kind in ("-m", "-c") and not rest:
        raise SystemExit(f"{kind} needs a {'module' if kind == '-m' else 'command'}\n\n{USAGE}")
    if kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        sys.path[0] = ""
        _as_main(compile(rest[0], "<string>", "exec"))
    else:
        sys.argv = args
        path = os.path.abspath(kind)
        if os.path.isdir(path) or path.endswith((".zip", ".pyz")):
            sys.path.pop(0)
            runpy.run_path(kind, run_name="__main__")
            return
        try:
            with io.open_code(path) as file:
                source = file.read()
        except OSError as error:
            raise SystemExit(f"python -m mxr.mxnet: can't open file {path!r}: {error.strerror}") from None
        sys.path[0] = os.path.dirname(os.path.realpath(path))
        loader = SourceFileLoader("__main__", kind)
        _as_main(compile(source, kind, "exec"), __file__=kind, __cached__=None, __loader__=loader)


def _own(tb: TracebackType | None) -> bool:
    """Whether a frame is of this file or of runpy: the user has no interest in those."""
    return tb is not None and tb.tb_frame.f_code.co_filename in (__file__, runpy.__file__, "<frozen runpy>")


def main(args: list[str]) -> int:
    if not args or args[0] in ("-h", "--help"):
        print(USAGE, end="")
        return 0 if args else 2
    if args[0].startswith("-") and args[0] not in ("-m", "-c"):
        print(f"unknown option {args[0]}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    install()
    try:
        _run(args)
    except SystemExit:
        raise
    except BaseException as error:
        tb = error.__traceback__
        while _own(tb):
            tb = tb.tb_next  # type: ignore[union-attr]
        if isinstance(error, SyntaxError) and tb is None:
            traceback.print_exception(type(error), error, None)
        else:
            sys.excepthook(type(error), error.with_traceback(tb), tb)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
