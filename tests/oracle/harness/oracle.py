"""Our side of the oracle: starts the worker, talks to it, runs the same snippet in mxr."""

import os
import queue
import subprocess
import tempfile
import textwrap
import threading
from pathlib import Path
from typing import Any, NamedTuple

import codec
import snippet

from .compare import assert_same

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[2]


class OracleError(Exception):
    """The snippet raised in MXNet. `names`: the error's class and its bases; `message`: its text."""

    def __init__(self, names: list[str], message: str, trace: str):
        super().__init__(f"{names[0]} in MXNet: {message}\n{trace}")
        self.names, self.message, self.trace = names, message, trace


class OracleCrash(Exception):
    """The oracle's process died or did not answer in time; the next run starts a new one."""


class Both(NamedTuple):
    """What the snippet gave in mxr and in MXNet; the raised errors where `raises` was asked for."""

    ours: Any
    theirs: Any


def find_oracle() -> tuple[str | None, str]:
    """The oracle's Python, or None and the reason why there is none."""
    path = os.environ.get("MXR_ORACLE_PYTHON")
    if path:
        return (path, "") if Path(path).exists() else (None, f"MXR_ORACLE_PYTHON={path} does not exist")
    default = REPO / ".oracle" / "bin" / "python"
    if default.exists():
        return str(default), ""
    return None, "no oracle: .oracle/bin/python is missing (`make setup` makes it on Linux x86-64 with python3.11)"


class Oracle:
    """A long-lived process with the original MXNet. Use it through the `oracle` fixture."""

    def __init__(self, python: str):
        self.python = python
        self.process: subprocess.Popen | None = None
        self.version = ""
        self.served = 0  # snippets that this process has answered

    def run(self, code: str, result: list[str] | str | None = None, timeout: float = 120, **arrays: Any) -> dict:
        """Execute `code` in MXNet with `mx nd np sym autograd gluon` and the given arrays in scope.

        Returns the variables named in `result` (a list, or names split by commas or spaces); without it what the
        snippet assigns to its variable `result`: a dict's items, or {"result": value}. NDArrays come back as NumPy
        arrays; numbers, strings, lists, tuples and dicts as they are; anything else as its repr.
        Raises OracleError where the snippet raised, OracleCrash where the process died or took over `timeout` seconds.
        """
        self._start()
        message = {"code": textwrap.dedent(code), "arrays": codec.encode(arrays), "names": split_names(result)}
        try:
            answer = self._ask(message, timeout, code)
        except OracleCrash as crash:
            if not self.served or "no answer within" in str(crash):
                raise
            self._start()  # earlier snippets can leave MXNet with broken memory: only a fresh process tells
            answer = self._ask(message, timeout, code)
        self.served += 1
        if "error" in answer:
            raise OracleError(answer["error"], answer["message"], answer["traceback"])
        return codec.decode(answer["values"])

    def run_valid(self, code: str, result: list[str] | str | None = None, **arrays: Any) -> dict:
        """As `run` for a snippet that should not raise: if it does, a fresh process decides."""
        try:
            return self.run(code, result, **arrays)
        except OracleError:
            if self.served == 1:
                raise
            self.close()
            return self.run(code, result, **arrays)

    def close(self) -> None:
        if self.process is not None:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process.stdout.close()
            self.stderr.close()
            self.process = None

    def _start(self) -> None:
        if self.process is not None and self.process.poll() is None:
            return
        self.close()
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "MXNET_"))}
        env.update(OMP_NUM_THREADS="1", MXNET_STORAGE_FALLBACK_LOG_VERBOSE="0", CUDA_VISIBLE_DEVICES="")
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self.process = subprocess.Popen(
            [self.python, str(HERE / "worker.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.stderr, env=env,
        )  # fmt: skip
        self.served = 0
        self.version = self._ask(None, 120, "import mxnet")["ready"]

    def _ask(self, message: dict | None, timeout: float, code: str) -> dict:
        box: queue.Queue = queue.Queue()
        process = self.process

        def talk():
            try:
                if message is not None:
                    codec.send(process.stdin, message)
                box.put(codec.receive(process.stdout))
            except Exception as error:
                box.put(error)

        threading.Thread(target=talk, daemon=True).start()
        try:
            answer = box.get(timeout=timeout)
        except queue.Empty:
            process.kill()
            box.get(timeout=10)  # the pipe is closed now: let the thread end
            answer = TimeoutError(f"no answer within {timeout} s")
        if isinstance(answer, Exception):
            process.kill()
            process.wait()
            self.stderr.seek(0)
            log = self.stderr.read()[-2000:].decode(errors="replace")
            raise OracleCrash(f"{answer}; exit status {process.returncode}; snippet:\n{code}\nits stderr:\n{log}")
        return answer


def split_names(result: list[str] | str | None) -> list[str] | None:
    return result.replace(",", " ").split() if isinstance(result, str) else result


def run_ours(code: str, result: list[str] | str | None = None, **arrays: Any) -> dict:
    """Execute the snippet in mxr; same rules as `Oracle.run`. Errors come out as they are."""
    import mxr

    values = snippet.run_snippet(mxr, textwrap.dedent(code), codec.decode(codec.encode(arrays)), split_names(result))
    return codec.decode(values)


def run_both(
    oracle: Oracle,
    code: str,
    result: list[str] | str | None = None,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    check_dtype: bool = True,
    raises: bool | str = False,
    **arrays: Any,
) -> Both:
    """Run the snippet in mxr and in MXNet and assert that both give the same values, shapes and dtypes.

    raises: True asserts that both raise (ours: the same class or a subclass of it, or MXNetError, which mxr raises for
    all bad input); a string asserts moreover that it occurs in the text of OUR error. Without it no error is accepted.
    """
    if not raises:
        theirs = oracle.run_valid(code, result, **arrays)
        ours = run_ours(code, result, **arrays)
        assert_same(ours, theirs, rtol, atol, check_dtype)
        return Both(ours, theirs)
    try:
        value = oracle.run(code, result, **arrays)
    except OracleError as error:
        theirs_error = error
    else:
        raise AssertionError(f"MXNet raised nothing, it returned {value}")
    try:
        value = run_ours(code, result, **arrays)
    except Exception as error:
        names = {c.__name__ for c in type(error).__mro__}
        same = theirs_error.names[0] in names or "MXNetError" in names
        assert same, f"mxr raised {type(error).__name__}: {error}; MXNet raised {theirs_error}"
        if isinstance(raises, str):
            assert raises in str(error), f"{raises!r} does not occur in {error}"
        return Both(error, theirs_error)
    raise AssertionError(f"mxr raised nothing, it returned {value}; MXNet {theirs_error.names[0]}")
