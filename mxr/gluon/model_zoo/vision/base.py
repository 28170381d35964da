"""What the networks of the zoo share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ....base import MXNetAssertionError, MXNetError
from ....context import Context, cpu
from ... import nn as layers
from ..model_store import get_model_file

__all__ = ["Classifier", "batch_norm", "lookup", "named", "nn", "pretrained_or_not"]

nn: Any = layers  # the layers' signatures are made from a table, which a type checker does not see


class Classifier(layers.HybridBlock):
    """``features``, then ``output``: scores of the classes, (batch, classes), before any softmax."""

    features: Any
    output: Any

    def hybrid_forward(self, F: Any, x: Any) -> Any:
        return self.output(self.features(x))


def pretrained_or_not(net: Any, name: str, pretrained: bool, ctx: Context | None, root: str | None) -> Any:
    """`net`, with MXNet's parameters for 1000 classes of ImageNet where `pretrained` says so."""
    if pretrained:
        net.load_parameters(get_model_file(name, root), ctx=ctx or cpu())
    return net


def lookup(table: dict[Any, Any], key: Any, what: str, error: type[MXNetError] = MXNetAssertionError) -> Any:
    """The entry of `table`, or MXNet's kind of error with all keys."""
    if key not in table:
        raise error(f"Invalid {what}: {key!r}. Options are {', '.join(map(str, table))}.")
    return table[key]


def named(name: str, title: str, make: Callable[..., Any], *args: Any) -> Callable[..., Any]:
    """The function ``name(**kwargs)`` of the zoo, which calls ``make(*args, **kwargs)``."""

    def model(**kwargs: Any) -> Any:
        return make(*args, **kwargs)

    model.__name__ = model.__qualname__ = name
    model.__doc__ = f"""{title}.

    Parameters
    ----------
    pretrained : take MXNet's ImageNet parameters (`model_store.get_model_file`).
    ctx : context of the pretrained parameters.
    root : folder of parameter files.
    **kwargs : arguments of `{make.__name__}` and of the network, such as ``classes=1000``.
    """
    model.family = make  # type: ignore[attr-defined]
    return model


def batch_norm(*layers: Any) -> list[Any]:
    """A convolution, then batch normalisation and ReLU."""
    return [*layers, nn.BatchNorm(), nn.Activation("relu")]
