"""What an estimator does with one batch."""

from __future__ import annotations

from typing import Any

from .... import autograd
from ...utils import split_and_load

__all__ = ["BatchProcessor"]


class BatchProcessor:
    """Runs network and loss on a batch; subclass it where a batch is more than data and labels.

    ``Estimator(..., batch_processor=Mine())`` uses another one.
    """

    def _get_data_and_label(self, batch: Any, ctx: list[Any], batch_axis: int = 0) -> tuple[list[Any], list[Any]]:
        return split_and_load(batch[0], ctx, batch_axis), split_and_load(batch[1], ctx, batch_axis)

    def evaluate_batch(self, estimator: Any, val_batch: Any, batch_axis: int = 0) -> tuple[list, list, list, list]:
        """Runs ``estimator.val_net`` and ``estimator.val_loss`` on a batch of validation data.

        Parameters
        ----------
        estimator : the estimator.
        val_batch : data and labels from the loader.
        batch_axis : the axis of the examples, cut over the devices.

        Returns
        -------
        data, labels, predictions and losses, lists with an array for each device.
        """
        data, label = self._get_data_and_label(val_batch, estimator.context, batch_axis)
        pred = [estimator.val_net(x) for x in data]
        loss = [estimator.val_loss(p, y) for p, y in zip(pred, label)]
        return data, label, pred, loss

    def fit_batch(self, estimator: Any, train_batch: Any, batch_axis: int = 0) -> tuple[list, list, list, list]:
        """Runs ``estimator.net`` and ``estimator.loss`` on a batch of training data, forward and backward.

        Parameters
        ----------
        estimator : the estimator.
        train_batch : data and labels from the loader.
        batch_axis : the axis of the examples, cut over the devices.

        Returns
        -------
        data, labels, predictions and losses, lists with an array for each device.
        """
        data, label = self._get_data_and_label(train_batch, estimator.context, batch_axis)
        with autograd.record():
            pred = [estimator.net(x) for x in data]
            loss = [estimator.loss(p, y) for p, y in zip(pred, label)]
        for each in loss:
            each.backward()
        return data, label, pred, loss
