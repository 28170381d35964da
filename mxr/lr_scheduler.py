"""Learning-rate schedules: the rate as a function of the number of updates done (MXNet's ``mx.lr_scheduler``)."""

from __future__ import annotations

import logging
from math import cos, pi

from .base import MXNetAssertionError, MXNetValueError

__all__ = ["CosineScheduler", "FactorScheduler", "LRScheduler", "MultiFactorScheduler", "PolyScheduler"]


def _whole(name: str, value: object) -> int:
    """`value` as an int; R and JSON hand whole numbers over as floats."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value):
        raise MXNetAssertionError(f"{name} must be a whole number, got {value!r}")
    return int(value)


class LRScheduler:
    """Base of all schedules: ``scheduler(num_update)`` gives the rate for that update, counted from 1.

    Parameters
    ----------
    base_lr : rate from which the schedule starts once the warm-up is over.
    warmup_steps : number of updates of the warm-up.
    warmup_begin_lr : rate at the start of the warm-up; must not exceed `base_lr`.
    warmup_mode : "linear" (rises to `base_lr`) or "constant" (stays at `warmup_begin_lr`).
    """

    def __init__(
        self, base_lr: float = 0.01, warmup_steps: int = 0, warmup_begin_lr: float = 0, warmup_mode: str = "linear"
    ) -> None:
        self.base_lr = base_lr
        self.warmup_steps = _whole("warmup_steps", warmup_steps)
        self.warmup_final_lr = base_lr
        self.warmup_begin_lr = warmup_begin_lr
        self.warmup_mode = warmup_mode
        if warmup_begin_lr > base_lr:
            raise MXNetValueError(
                f"Base lr has to be higher than warmup_begin_lr, got base_lr={base_lr}, "
                f"warmup_begin_lr={warmup_begin_lr}"
            )
        if self.warmup_steps < 0:
            raise MXNetValueError(f"Warmup steps has to be positive or 0, got {warmup_steps}")
        if warmup_mode not in ("linear", "constant"):
            raise MXNetValueError(f"Supports only linear and constant modes of warmup, got {warmup_mode!r}")

    def get_warmup_lr(self, num_update: int) -> float:
        """The rate at `num_update` < `warmup_steps`."""
        if num_update >= self.warmup_steps:
            raise MXNetAssertionError(f"num_update={num_update} is past the warm-up of {self.warmup_steps} updates")
        if self.warmup_mode == "constant":
            return self.warmup_begin_lr
        rise = (self.warmup_final_lr - self.warmup_begin_lr) * float(num_update) / float(self.warmup_steps)
        return self.warmup_begin_lr + rise

    def __call__(self, num_update: int) -> float:
        raise NotImplementedError("must override this")


def _check_factor(factor: float) -> float:
    if factor > 1.0:
        raise MXNetValueError(f"Factor must be no more than 1 to make lr reduce, got {factor}")
    return factor


class FactorScheduler(LRScheduler):
    """Multiplies the rate by `factor` every `step` updates, never below `stop_factor_lr`."""

    def __init__(
        self,
        step: int,
        factor: float = 1,
        stop_factor_lr: float = 1e-8,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if step < 1:
            raise MXNetValueError(f"Schedule step must be greater or equal than 1 round, got step={step}")
        self.step = step
        self.factor = _check_factor(factor)
        self.stop_factor_lr = stop_factor_lr
        self.count = 0

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        # A loop, not a power: training may resume far ahead, and each change is logged.
        while num_update > self.count + self.step:
            self.count += self.step
            self.base_lr *= self.factor
            if self.base_lr < self.stop_factor_lr:
                self.base_lr = self.stop_factor_lr
                logging.info(
                    "Update[%d]: now learning rate arrived at %0.5e, will not change in the future",
                    num_update,
                    self.base_lr,
                )
            else:
                logging.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class MultiFactorScheduler(LRScheduler):
    """Multiplies the rate by `factor` after each of the update counts in the increasing list `step`."""

    def __init__(
        self,
        step: list[int],
        factor: float = 1,
        base_lr: float = 0.01,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        if not isinstance(step, (list, tuple)) or not step:
            raise MXNetAssertionError(f"step must be a list of at least one update count, got {step!r}")
        for before, here in zip([None, *step], step):
            if before is not None and here <= before:
                raise MXNetValueError(f"Schedule step must be an increasing integer list, got {list(step)}")
            if here < 1:
                raise MXNetValueError(f"Schedule step must be greater or equal than 1 round, got {list(step)}")
        self.step = list(step)
        self.cur_step_ind = 0
        self.factor = _check_factor(factor)
        self.count = 0

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        while self.cur_step_ind < len(self.step) and num_update > self.step[self.cur_step_ind]:
            self.count = self.step[self.cur_step_ind]
            self.cur_step_ind += 1
            self.base_lr *= self.factor
            logging.info("Update[%d]: Change learning rate to %0.5e", num_update, self.base_lr)
        return self.base_lr


class _Decay(LRScheduler):
    """From `base_lr` to `final_lr` in `max_update` updates along the curve that `_fraction` gives."""

    def __init__(
        self,
        max_update: int,
        base_lr: float,
        final_lr: float,
        warmup_steps: int,
        warmup_begin_lr: float,
        warmup_mode: str,
    ) -> None:
        super().__init__(base_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.max_update = _whole("max_update", max_update)
        if self.max_update < 1:
            raise MXNetValueError(f"maximum number of updates must be strictly positive, got {max_update}")
        self.base_lr_orig = self.base_lr
        self.final_lr = final_lr
        self.max_steps = self.max_update - self.warmup_steps

    def _fraction(self, done: float) -> float:
        raise NotImplementedError

    def __call__(self, num_update: int) -> float:
        if num_update < self.warmup_steps:
            return self.get_warmup_lr(num_update)
        if num_update <= self.max_update:
            done = float(num_update - self.warmup_steps) / float(self.max_steps)
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * self._fraction(done)
        return self.base_lr


class PolyScheduler(_Decay):
    """Polynomial decay: ``final_lr + (base_lr - final_lr) * (1 - done) ** pwr``."""

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        pwr: float = 2,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)
        self.power = pwr

    def _fraction(self, done: float) -> float:
        return pow(1 - done, self.power)


class CosineScheduler(_Decay):
    """Cosine decay (Loshchilov and Hutter, 2016): ``final_lr + (base_lr - final_lr) * (1 + cos(pi * done)) / 2``."""

    def __init__(
        self,
        max_update: int,
        base_lr: float = 0.01,
        final_lr: float = 0,
        warmup_steps: int = 0,
        warmup_begin_lr: float = 0,
        warmup_mode: str = "linear",
    ) -> None:
        super().__init__(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr, warmup_mode)

    def _fraction(self, done: float) -> float:
        return (1 + cos(pi * done)) / 2
