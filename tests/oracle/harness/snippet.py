"""Run one snippet against one library. The same code on both sides, so that both see the same rules."""

import re

import numpy as np
from codec import encode  # both sides put this folder on sys.path

NAMES = ("nd", "sym", "autograd", "gluon", "io", "init", "metric", "optimizer")


def run_snippet(mx, code, arrays, names=None):
    """Execute `code` with `mx`, `nd`, `np`, ... and the given arrays in scope; return what it asks for.

    Random seeds are 0 and automatic names start afresh, so that a snippet does not depend on its predecessors.
    """
    scope = {"__name__": "snippet", "mx": mx, "np": np}
    for name in NAMES:  # bound only where used: a library may not have the module yet
        if re.search(r"\b%s\b" % name, code):
            scope[name] = getattr(mx, name)
    scope.update(arrays)
    np.random.seed(0)
    if hasattr(mx, "random"):
        mx.random.seed(0)
    compiled = compile(code, "<snippet>", "exec")
    if hasattr(mx, "name"):
        with mx.name.NameManager():
            exec(compiled, scope)
    else:
        exec(compiled, scope)
    if names is not None:
        missing = [n for n in names if n not in scope]
        if missing:
            raise NameError("the snippet defines no %s" % ", ".join(missing))
        return {n: encode(scope[n]) for n in names}
    if "result" not in scope:
        raise NameError("the snippet must assign `result`, or be run with result=[names]")
    result = scope["result"]
    return encode(result if isinstance(result, dict) else {"result": result})
