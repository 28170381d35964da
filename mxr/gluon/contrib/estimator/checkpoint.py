"""CheckpointHandler: files of the model while it is trained."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from ....base import MXNetAssertionError, MXNetValueError
from ..._hybrid import HybridBlock
from .events import BatchEnd, EpochEnd, TrainBegin, better, monitored

__all__ = ["CheckpointHandler"]


def _write(path: str, save: Callable[[str], Any]) -> None:
    """``save(path)``, so that no half of a file is ever at `path`."""
    folder, name = os.path.split(path)
    scratch = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        save(scratch)
        os.replace(scratch, path)
    finally:
        if os.path.exists(scratch):
            os.remove(scratch)


class CheckpointHandler(TrainBegin, BatchEnd, EpochEnd):
    """Saves parameters and trainer states every few epochs or batches, and once the symbol of a hybridized network.

    The files are ``PREFIX-symbol.json``, ``PREFIX-epoch0batch100.params`` and ``.states``, and ``PREFIX-best.params``
    and ``.states``. The number after `batch` is that of the batches trained where an epoch ended, and counts from 0
    where the file was written in between.

    Parameters
    ----------
    model_dir : folder for the files; made where it is not there.
    model_prefix : what the file names begin with.
    monitor : the metric to compare for `save_best`, one of the estimator's.
    verbose : 1 logs every file.
    save_best : whether to keep the best model, too. 'auto' as `mode` compares by `greater`, for every metric.
    mode : 'min', 'max' or 'auto': which values of `monitor` are better.
    epoch_period : so many epochs between two checkpoints; None for none at the ends of epochs.
    batch_period : so many batches between two checkpoints.
    max_checkpoints : so many of this run are kept, the best one not counted.
    resume_from_checkpoint : whether to begin with the last checkpoint in `model_dir`, and train what is left of the
        epochs or batches. Reading states reads a pickle: only use folders that you trust.
    """

    def __init__(
        self,
        model_dir: str,
        model_prefix: str = "model",
        monitor: Any = None,
        verbose: int = 0,
        save_best: bool = False,
        mode: str = "auto",
        epoch_period: int | None = 1,
        batch_period: int | None = None,
        max_checkpoints: int = 5,
        resume_from_checkpoint: bool = False,
    ) -> None:
        self.monitor = monitor
        self.verbose = verbose
        self.model_dir = os.fspath(model_dir)
        self.model_prefix = model_prefix
        self.save_best = save_best
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.max_checkpoints = max_checkpoints
        self.resume_from_checkpoint = resume_from_checkpoint
        self.saved_checkpoints: list[str] = []
        if save_best:
            self.monitor_op = better("CheckpointHandler", monitored(monitor, "To save best model only"), mode)
        os.makedirs(self.model_dir, exist_ok=True)

    def train_begin(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        self.current_batch = self.current_epoch = 0
        if self.save_best:
            self.best = float(np.inf if self.monitor_op is np.less else -np.inf)
        if self.resume_from_checkpoint:
            self._resume_from_checkpoint(estimator)

    def batch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        if self.current_batch == 0:
            self._save_symbol(estimator)
        if self.batch_period and (self.current_batch + 1) % self.batch_period == 0:
            self._save_checkpoint(estimator)
        self.current_batch += 1

    def epoch_end(self, estimator: Any, *args: Any, **kwargs: Any) -> None:
        if self.epoch_period and (self.current_epoch + 1) % self.epoch_period == 0:
            self._save_checkpoint(estimator)
        self.current_epoch += 1

    # ---- writing
    def _path(self, name: str) -> str:
        return os.path.join(self.model_dir, name)

    def _save_checkpoint(self, estimator: Any) -> None:
        epoch, batch = self.current_epoch, self.current_batch
        if self.resume_from_checkpoint:
            epoch += self.trained_epoch + 1
            batch += self.trained_batch + (1 if estimator.max_batch else 0)
        prefix = f"{self.model_prefix}-epoch{epoch}batch{batch}"
        if self.verbose > 0:
            estimator.logger.info(  # MXNet's number, which is one too many where an epoch ended
                "[Epoch %d] CheckpointHandler: trained total %d batches, saving model at %s with prefix: %s",
                self.current_epoch, self.current_batch + 1, self.model_dir, prefix,
            )  # fmt: skip
        self._save_params_and_trainer(estimator, prefix)
        if prefix in self.saved_checkpoints:  # written anew by a second run with this handler
            self.saved_checkpoints.remove(prefix)
        self.saved_checkpoints.append(prefix)
        while len(self.saved_checkpoints) > self.max_checkpoints:
            old = self._path(self.saved_checkpoints.pop(0))
            for ending in (".params", ".states"):
                if os.path.exists(old + ending):
                    os.remove(old + ending)
        if self.save_best:
            self._save_best(estimator)

    def _save_best(self, estimator: Any) -> None:
        name, value = self.monitor.get()
        if np.isnan(value):
            warnings.warn(
                f"Skipping save best because {name} is not updated, make sure you pass one of the metric objects "
                "estimator.train_metrics and estimator.val_metrics as monitor",
                RuntimeWarning,
                stacklevel=2,
            )
        elif self.monitor_op(value, self.best):
            self.best = value
            prefix = f"{self.model_prefix}-best"
            self._save_params_and_trainer(estimator, prefix)
            if self.verbose > 0:  # MXNet logs the new value twice
                estimator.logger.info(
                    "[Epoch %d] CheckpointHandler: %s improved from %0.5f to %0.5f, updating best model at %s with "
                    "prefix: %s",
                    self.current_epoch, name, self.best, value, self.model_dir, prefix,
                )  # fmt: skip
        elif self.verbose > 0:  # the batch stands where the epoch should, as in MXNet
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: %s did not improve from %0.5f, skipping updating best model",
                self.current_batch, name, self.best,
            )  # fmt: skip

    def _save_symbol(self, estimator: Any) -> None:
        path = self._path(f"{self.model_prefix}-symbol.json")
        net = estimator.net
        if isinstance(net, HybridBlock) and net._traced is not None and net._cached is not None:
            _write(path, net._save_symbol)
        else:
            estimator.logger.info(
                "Model architecture(symbol file) is not saved, please use HybridBlock to construct your model, and "
                "call net.hybridize() before passing to Estimator in order to save model architecture as %s.",
                path,
            )

    def _save_params_and_trainer(self, estimator: Any, file_prefix: str) -> None:
        path = self._path(file_prefix)
        _write(f"{path}.states", estimator.trainer.save_states)  # first: whoever finds the parameters finds both
        _write(f"{path}.params", estimator.net.save_parameters)

    # ---- reading
    def _resume_from_checkpoint(self, estimator: Any) -> None:
        by_batches = bool(estimator.max_batch)
        wanted, other = self.epoch_period, self.batch_period
        if by_batches:
            wanted, other = other, wanted
        if not wanted or other:
            raise MXNetAssertionError(
                "To use resume from checkpoint, you must only specify the same type of period you used for training. "
                "For example, if you are training based on number of epochs, you must save only based on epochs, and "
                f"set batch_period to None; epoch_period={self.epoch_period}, batch_period={self.batch_period}."
            )
        self.trained_epoch, self.trained_batch = self._last_checkpoint()
        unit, total = ("batches", estimator.max_batch) if by_batches else ("epochs", estimator.max_epoch)
        if self.trained_epoch == -1:
            estimator.logger.info(
                "CheckpointHandler: No checkpoint found, training from scratch for %d %s", total, unit
            )
            return
        left = total - 1 - (self.trained_batch if by_batches else self.trained_epoch)
        if left <= 0:
            reached = f"batch {self.trained_batch}" if by_batches else f"epoch {estimator.max_epoch}"
            raise MXNetValueError(
                f"Found checkpoint with maximum number of {reached} reached, please specify "
                "resume_from_checkpoint=False (default value) if you want to train from scratch."
            )
        path = self._path(f"{self.model_prefix}-epoch{self.trained_epoch}batch{self.trained_batch}")
        if not os.path.exists(f"{path}.states"):
            raise MXNetAssertionError(f"Failed to load checkpoint, {path}.states does not exist")
        estimator.net.load_parameters(f"{path}.params", ctx=estimator.context)
        estimator.trainer.load_states(f"{path}.states")
        if by_batches:
            estimator.max_batch = left
        else:
            estimator.max_epoch = left
        estimator.logger.warning(
            "CheckpointHandler: Checkpoint resumed from epoch %d batch %d, continue to train for %d %s ",
            self.trained_epoch, self.trained_batch, left, unit,
        )  # fmt: skip

    def _last_checkpoint(self) -> tuple[int, int]:
        """(epoch, batch) of the last checkpoint in the folder; -1, -1 where there is none."""
        last = -1, -1
        start = f"{self.model_prefix}-epoch"
        for name in os.listdir(self.model_dir):
            if not name.startswith(start) or not name.endswith(".params"):
                continue
            found = re.fullmatch(r"(\d+)batch(\d+)\.params", name[len(start) :])
            if found is None:
                raise MXNetValueError(
                    f"Error parsing checkpoint file {self._path(name)}, please check your checkpoints have the format: "
                    "{model_name}-epoch{epoch_number}batch{batch_number}.params, there should also be a .states file "
                    "for each .params file"
                )
            last = max(last, (int(found[1]), int(found[2])))
        return last


CheckpointHandler.__module__ = "mxr.gluon.contrib.estimator.event_handler"
