"""The door under rpy2: R calls one rternalized function, Python calls R's closures, Ctrl-C reaches whoever is running.

reticulate must not be used here: rpy2 enters R without Python's lock, and reticulate's finalisers then abort the
process. R holds integer handles instead, and its finalisers only note what is free. Only importable where R is.
"""

from __future__ import annotations

import signal
import sys
import threading
import weakref
from types import FrameType
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

import numpy as np
import rpy2.rinterface as ri
from rpy2.rinterface_lib import callbacks as rpy2_callbacks

from mxr.base import MXNetError

from . import r, r_nd, rpy2_values
from .r import exported, handles
from .rpy2_values import Result, build, read

__all__ = ["Bridge", "RFunction", "bridge_of"]

_PENDING = "UserBreak" if sys.platform == "win32" else "R_interrupts_pending"

_UNLIMITED = 2 ** (8 * rpy2_values.ffi.sizeof("uintptr_t")) - 1

# R's side of the bridge; evaluated below the namespace of the R package, whose own functions it uses.
_HELPERS = r"""
transport_of <- function(py) {
  call <- function(name, args) {
    r <- py(name, args)
    if (is.null(r)) stop("the bridge to Python broke; its message stands above")
    r
  }
  # The compiled code of the package tells addresses, so that R sees no further reference to its vectors and need not
  # copy them before the next change; without it rpy2's view of the vector does as well for reading and filling.
  ways <- if (the$native && .Machine$sizeof.pointer == 8) array_ways("native") else list(
    name = "memory",
    to_python = function(x) { type_code(x); list("buffer", x) },
    to_r = function(id, n) { out <- numeric(n); typed(out, .call("nd_into", id, list("into", out))) })
  c(list(call = call), ways)
}
open <- function(py, session) { open_door(transport_of(py), session); the$how <- "rpy2" }
transport_name <- function() the$transport$name
# Nothing unwinds through Python: a result, an error or an interrupt comes back as a value.
run <- function(.mxr_f, ...) {
  warnings <- character()
  tryCatch(
    withCallingHandlers({
      value <- .mxr_f(...)
      list(0L, value, warnings)
    }, message = function(m) {
      .call("rpy2_say", conditionMessage(m))
      invokeRestart("muffleMessage")
    }, warning = function(w) {
      warnings[[length(warnings) + 1L]] <<- conditionMessage(w)
      invokeRestart("muffleWarning")
    }),
    error = function(e) list(1L, conditionMessage(e), class(e)),
    interrupt = function(e) list(2L))
}
evaluate <- function(code, env) eval(parse(text = code, keep.source = FALSE), env)
lookup <- function(name, env) get(name, envir = env)
define <- function(name, value, env) assign(name, value, envir = env)
forget <- function(name, env) rm(list = name, envir = env)
# 2: an object of this name; 1: the beginning of one's name; 0: neither
complete <- function(name, env) {
  if (exists(name, envir = env)) return(2L)
  begins <- function(e) any(startsWith(ls(e, sorted = FALSE), paste0(name, ".")))
  if (begins(env)) return(1L)
  for (e in search()) if (begins(e)) return(1L)
  0L
}
session_env <- function() new.env(parent = globalenv())
close_env <- function(env) {
  rm(list = ls(env, all.names = TRUE), envir = env)
  gc(verbose = FALSE)
  empty_bin()
}
package_version <- function() as.character(utils::packageVersion("mxr"))
# reticulate's finalisers would abort this process. It may be loaded, but must not start.
reticulate_runs <- function() "reticulate" %in% loadedNamespaces() && isTRUE(reticulate::py_available(FALSE))
forbid_reticulate <- function() {
  options(reticulate.python.beforeInitialized = function()
    stop("reticulate must not start Python in this process: R runs inside Python (rpy2), and reticulate's finalisers ",
         "abort it. Objects of mxr are shared without it", call. = FALSE))
}
stack_used <- function() {
  used <- Cstack_info()[["current"]]
  if (is.na(used)) -1 else as.double(used)
}
# f's own spelling of argument names: Python cannot write learning.rate=, but learning_rate=.
spelling <- function(f, given) {
  known <- names(formals(args(f)))
  dotted <- gsub("_", ".", given, fixed = TRUE)
  ifelse(!given %in% known & dotted %in% known, dotted, given)
}
"""


class RFunction:
    """An R closure as a Python function. R's errors come as MXNetError, R's interrupts as KeyboardInterrupt."""

    def __init__(self, bridge: Bridge, closure: Any) -> None:
        self._bridge, self._closure = bridge, closure
        # The last reference may go in any thread, but R may be told only in its own.
        weakref.finalize(self, bridge.bin.append, closure).atexit = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._bridge.python(self._bridge.run(self._closure, args, kwargs))


class Bridge:
    """Embedded R with the R package behind the door; one per process."""

    def __init__(self, lib_loc: str | None = None) -> None:
        before = signal.getsignal(signal.SIGINT)
        if not ri.embedded.isinitialized():
            ri.initr()
        self.thread = threading.get_ident()
        self.bin: list[Any] = []
        self.engine_runs = False  # Python code of ours is running: Ctrl-C may be raised there
        self.interrupted = False
        self.convert: Any = None  # set by the public module: Python objects to rpy2 objects
        self.unwrap: Any = None  # and back
        self.failed: BaseException | None = None  # what a Python function raised that R called
        self.depth = 0
        self.door = r.door()
        namespace = self._load(lib_loc)
        self.globalenv = ri.globalenv
        self.helpers = ri.baseenv["new.env"](parent=namespace)
        for code in _all_helpers():
            ri.baseenv["eval"](ri.parse(code), self.helpers)
        self._helper: dict[str, Any] = {}
        if self.helper("reticulate_runs")()[0]:
            raise MXNetError(
                "reticulate has started Python in this R already: its finalisers abort a process in which R runs "
                "inside Python. Attach in a fresh process, and leave reticulate out of it"
            )
        bound = self.helper("transport_name")()
        if bound is not ri.NULL:
            raise MXNetError(
                f"this R is bound to Python by another way already (array transport {bound[0]!r}, so through "
                "reticulate): that aborts under rpy2; attach before any use of mxr in R"
            )
        self._entry = ri.rternalize(self.entry)
        self.helper("open")(self._entry, ri.StrSexpVector([self.door.session]))
        self.helper("forbid_reticulate")()
        self._before = before if callable(before) else None
        self._watch_interrupts()
        self._watch_stack()

    @staticmethod
    def _load(lib_loc: str | None) -> Any:
        where = ri.StrSexpVector([lib_loc]) if lib_loc is not None else ri.NULL
        try:
            return ri.baseenv["loadNamespace"](ri.StrSexpVector(["mxr"]), **{"lib.loc": where})
        except ri.embedded.RRuntimeError as e:
            paths = [lib_loc] if lib_loc is not None else list(ri.baseenv[".libPaths"]())
            raise MXNetError(
                f"the R package mxr could not be loaded from {', '.join(paths)}: {str(e).strip()}. "
                "Install it (R CMD INSTALL r-package), or name its library: attach(lib_loc=...) or R_LIBS"
            ) from None

    def helper(self, name: str) -> Any:
        f = self._helper.get(name)
        if f is None:
            f = self._helper[name] = self.helpers.find(name)  # or a function of the R package
        return f

    # R calls Python
    def entry(self, name: Any, args: Any) -> Result:
        """What R's ``.call`` reaches. Never raises: an exception here would crash R."""
        try:
            # rpy2 puts Python's handler back whenever one of its modules initializes R once more.
            if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                self._watch_interrupts()
            if name[0] == "rpy2_call":  # a function of the user's, who gets values by other rules than the engine
                arguments = [args[0][0], list(args[1]), list(args[2])]
            else:
                arguments = read(args.__sexp__._cdata, self._function, self._object)
            answer = self._enter(name[0], arguments)
            return Result(build(answer, self.convert))
        except Exception as e:
            return Result(build([1, "mxr_error", f"{type(e).__name__}: {e}"]))

    def _enter(self, name: str, arguments: Any) -> Any:
        del self.bin[:]
        outer = self.engine_runs
        try:
            self.engine_runs = True
            answer = self.door.call(name, arguments)
            self.engine_runs = False
        except KeyboardInterrupt:  # in the lines around the door's own handler
            answer = [1, "interrupt", "interrupted"]
        finally:
            self.engine_runs = outer
        return answer

    def _function(self, cdata: Any) -> RFunction:
        return RFunction(self, ri.SexpClosure(rpy2_values.capi.SexpCapsule(cdata)))

    def _object(self, cdata: Any) -> Any:
        return ri.conversion._cdata_to_rinterface(cdata)

    # Python calls R
    def run(self, closure: Any, args: Any = (), kwargs: Any = None, warn: Any = None) -> Any:
        """The rpy2 object that an R function (or helper, by name) returns. Values are converted on their way in.

        Raises MXNetError for the R package's errors, rpy2's RRuntimeError for any other, KeyboardInterrupt.
        """
        self.check_thread()
        if isinstance(closure, str):
            closure = self.helper(closure)
        outer, self.engine_runs, self.interrupted = self.engine_runs, False, False
        if self.depth == 0:
            self.failed = None
        self.depth += 1
        try:
            keyvals: list[tuple[str | None, Any]] = [(None, closure)]
            keyvals += [(None, self.sexp(a)) for a in args]
            keyvals += [(k, self.sexp(a)) for k, a in (kwargs or {}).items()]
            result = self.helper("run").rcall(keyvals, ri.globalenv)
        except ri.embedded.RRuntimeError:  # R left for its top level
            if self.interrupted:
                raise KeyboardInterrupt from None
            raise
        finally:
            self.depth -= 1
            self.engine_runs = outer
            self.interrupted = False
        status = result[0][0]
        if status == 2 or self._pending():
            raise KeyboardInterrupt
        if status == 1:
            message = result[1][0]
            if isinstance(self.failed, SystemExit):
                raise self.failed
            if "mxr_error" in list(result[2]):
                # R may have handled that one, and this is another
                mine = self.failed is not None and all(str(a) in message for a in self.failed.args[:1])
                raise MXNetError(message) from (self.failed if mine else None)
            raise ri.embedded.RRuntimeError(message)
        for text in result[2]:
            (warn or _print_warning)(text)
        return result[1]

    def sexp(self, value: Any) -> Any:
        if isinstance(value, ri.Sexp) and value is not ri.NA_Character:
            return value
        self.check_thread()
        return ri.conversion._cdata_to_rinterface(build(value, self.convert, missing=True))

    def doubles(self, source: np.ndarray) -> Any:
        self.check_thread()
        return ri.conversion._cdata_to_rinterface(rpy2_values.doubles(source))

    def check_thread(self) -> None:
        if threading.get_ident() != self.thread:
            raise MXNetError("R runs in the thread that attached it, and may be called only from there")

    def missing(self, value: Any) -> bool:
        return rpy2_values.is_missing(value)

    def python(self, sexp: Any) -> Any:
        return read(sexp.__sexp__._cdata, self._function, self._object)

    def _watch_stack(self) -> None:
        """R's check of the C stack, which rpy2 switches off: R and Python that call each other without end are an error
        then, not the end of the process. Only the main thread's stack is where R thinks it is."""
        lib = rpy2_values.lib
        if resource is None or threading.current_thread() is not threading.main_thread():
            return
        size = resource.getrlimit(resource.RLIMIT_STACK)[0]
        if size <= 0:
            return
        lib.R_CStackLimit = size // 4 * 3
        used = self.helper("stack_used")()[0]
        if not 0 < used < size // 4:
            lib.R_CStackLimit = _UNLIMITED

    # Ctrl-C
    def _pending(self) -> bool:
        """Whether an interrupt came too late for R to see it; R forgets it."""
        late = bool(getattr(rpy2_values.lib, _PENDING))
        if late:
            setattr(rpy2_values.lib, _PENDING, 0)
        return late

    def _watch_interrupts(self) -> None:
        """Python's own handler may raise in rpy2's callbacks, which loses R's results or crashes. Ours raises only
        where that is safe, and otherwise tells R, which stops at its next check."""
        if self._before is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, self._on_interrupt)

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if _inside_r(frame) and not (self.engine_runs and not _being_freed(frame)):
            self.interrupted = True
            setattr(rpy2_values.lib, _PENDING, 1)
            return
        self.engine_runs = False  # once per entry: the handling of the first must not be interrupted
        if self._before is not None:
            self._before(number, frame)


# rpy2's functions that R calls, and those that call R: frames of the former are gone a moment before R goes on.
_CALLBACKS = {"_evaluate_in_r"} | {n for n in vars(rpy2_callbacks) if n.startswith("_") and n[1:2].isalpha()}
_RPY2_FRAMES = {
    rpy2_callbacks.__file__: _CALLBACKS,
    rpy2_values.capi.__file__: _CALLBACKS,
    ri.__file__: {"__call__", "rcall", "evalr_expr", "evalr_expr_with_visible"},
}


def _inside_r(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_name in _RPY2_FRAMES.get(frame.f_code.co_filename, ()):
            return True
        frame = frame.f_back
    return False


def _being_freed(frame: FrameType | None) -> bool:
    """An exception in a finaliser would be lost."""
    for _ in range(3):
        if frame is None:
            return False
        if frame.f_code.co_name == "__del__":
            return True
        frame = frame.f_back
    return False


def _print_warning(text: str) -> None:
    print(f"Warning message:\n{text}", file=sys.stderr)


@exported
def nd_into(h: Any, target: Any) -> str:
    """Into an R double vector that R has just allocated."""
    if target[0] != "into":
        raise MXNetError("nd_into expects memory to write to")
    values = r_nd.numbers_for_r(h)
    np.copyto(target[1], values.ravel(), casting="unsafe")
    return "logical" if values.dtype == np.bool_ else "double"


@exported
def rpy2_say(text: str) -> None:
    """R's messages, as R itself shows them: on stderr."""
    sys.stderr.write(text)
    sys.stderr.flush()


@exported
def rpy2_call(h: Any, args: Any, names: Any) -> Any:
    """A Python function that R was given."""
    bridge = bridge_of()
    values = [bridge.unwrap(a) for a in args]
    plain = [v for v, n in zip(values, names) if not n[0]]
    named = {n[0]: v for v, n in zip(values, names) if n[0]}
    try:
        return bridge.sexp(handles.get(h)(*plain, **named))
    except SystemExit as e:  # R unwinds first, then Python ends
        bridge.failed = e
        raise MXNetError(f"a Python function ended the program ({e.code!r})") from e
    except Exception as e:
        bridge.failed = e
        raise


def _all_helpers() -> list[str]:
    from . import rpy2_objects, rpy2_plain, rpy2_training

    return [_HELPERS, rpy2_objects.HELPERS, rpy2_plain.HELPERS, rpy2_training.HELPERS]


_bridges: list[Bridge] = []


def bridge_of(lib_loc: str | None = None, make: bool = False) -> Bridge:
    """The bridge of this process."""
    if not _bridges:
        if not make:
            raise MXNetError("R is not attached yet: call mxr.interop.rpy2.attach() first")
        _bridges.append(Bridge(lib_loc))
    return _bridges[0]
