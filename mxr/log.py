"""``mx.log``: loggers that write one line per message, with a letter for the level, date, time and place."""

from __future__ import annotations

import logging
import sys
import warnings
from logging import CRITICAL, DEBUG, ERROR, INFO, NOTSET, WARNING

__all__ = ["CRITICAL", "DEBUG", "ERROR", "INFO", "NOTSET", "WARNING", "getLogger", "get_logger"]

_COLORS = {WARNING: 33, ERROR: 31, CRITICAL: 31}


class _Formatter(logging.Formatter):
    """``I1121 07:05:05 123 file:function:5] message``; the head in colour on a terminal."""

    def __init__(self, colored: bool) -> None:
        super().__init__(datefmt="%m%d %H:%M:%S")
        self._colored = colored

    def format(self, record: logging.LogRecord) -> str:
        letter = {DEBUG: "D", INFO: "I", WARNING: "W", ERROR: "E", CRITICAL: "C"}.get(record.levelno, "U")
        time = self.formatTime(record, self.datefmt)
        head = f"{letter}{time} {record.process} {record.pathname}:{record.funcName}:{record.lineno}]"
        if self._colored:
            head = f"\x1b[{_COLORS.get(record.levelno, 32)}m{head}\x1b[0m"
        text = f"{head} {record.getMessage()}"
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        return text


def get_logger(
    name: str | None = None, filename: str | None = None, filemode: str | None = None, level: int = WARNING
) -> logging.Logger:
    """A logger with its own handler: stderr, or a file (appended to, unless `filemode` says otherwise)."""
    logger = logging.getLogger(name)
    if name is not None and not getattr(logger, "_mxr_init", False):
        logger._mxr_init = True  # type: ignore[attr-defined]
        if filename:
            handler: logging.Handler = logging.FileHandler(filename, filemode or "a")
            handler.setFormatter(_Formatter(colored=False))
        else:
            handler = logging.StreamHandler()
            handler.setFormatter(_Formatter(colored=getattr(sys.stderr, "isatty", bool)()))
        logger.addHandler(handler)
        logger.setLevel(level)
    return logger


def getLogger(
    name: str | None = None, filename: str | None = None, filemode: str | None = None, level: int = WARNING
) -> logging.Logger:
    """The old name of `get_logger`."""
    warnings.warn("getLogger is deprecated, Use get_logger instead.", DeprecationWarning, stacklevel=2)
    return get_logger(name, filename, filemode, level)
