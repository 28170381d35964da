"""The oracle's side: runs inside the venv that has the original MXNet. Started by `oracle.py`, never imported."""

import os
import sys
import traceback
import warnings

# The pipe is kept apart from stdout, so that a snippet's prints cannot break the protocol.
pipe_in = os.fdopen(os.dup(0), "rb")
pipe_out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

warnings.simplefilter("ignore")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import codec  # noqa: E402
import mxnet as mx  # noqa: E402
import snippet  # noqa: E402


def settle():
    """Errors of computations that an earlier snippet did not wait for are its own."""
    try:
        mx.nd.waitall()
    except mx.base.MXNetError:
        pass


def answer(request):
    settle()
    try:
        arrays = codec.decode(request["arrays"])
        return {"values": snippet.run_snippet(mx, request["code"], arrays, request["names"])}
    except Exception as error:
        return {
            "error": [c.__name__ for c in type(error).__mro__],
            "message": str(error),
            "traceback": traceback.format_exc(),
        }


codec.send(pipe_out, {"ready": mx.__version__, "numpy": codec.np.__version__})
while True:
    try:
        request = codec.receive(pipe_in)
    except EOFError:
        break
    codec.send(pipe_out, answer(request))
os._exit(0)  # MXNet's own shutdown can hang; nothing here needs it
