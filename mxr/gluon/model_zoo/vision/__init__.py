"""``mx.gluon.model_zoo.vision``: 34 networks for ImageNet, under MXNet's names and parameter names.

``get_model("resnet18_v1", classes=10)`` makes one by name; ``pretrained=True`` takes MXNet's parameters.
Images are (batch, 3, 224, 224), those of Inception v3 (batch, 3, 299, 299).
"""

from __future__ import annotations

from typing import Any

from ....base import MXNetTypeError, MXNetValueError, suggest
from . import alexnet as _alexnet
from . import densenet, inception, mobilenet, resnet, squeezenet, vgg
from .alexnet import *  # noqa: F403
from .densenet import *  # noqa: F403
from .inception import *  # noqa: F403
from .mobilenet import *  # noqa: F403
from .resnet import *  # noqa: F403
from .squeezenet import *  # noqa: F403
from .vgg import *  # noqa: F403

_FAMILIES = (_alexnet, densenet, inception, mobilenet, resnet, squeezenet, vgg)
__all__ = ["get_model", *(name for family in _FAMILIES for name in family.__all__)]


def _zoo_name(function: str) -> str:
    """The name that files and `get_model` use: mobilenet0_25 is mobilenet0.25."""
    if function.startswith("mobilenet_v2"):
        return "mobilenetv2_" + function[len("mobilenet_v2_") :].replace("_", ".")
    if function.startswith(("mobilenet", "squeezenet")):
        return function.replace("_", ".")
    return "inceptionv3" if function == "inception_v3" else function


_models = {
    _zoo_name(name): getattr(family, name)
    for family in _FAMILIES
    for name in family.__all__
    if name[0].islower() and not name.startswith("get_")
}


def get_model(name: str, **kwargs: Any) -> Any:
    """A network of the zoo by its name, such as ``resnet50_v1``; `kwargs` go to its function.

    Parameters
    ----------
    name : name of the network, in any case.
    pretrained, ctx, root, classes, ... : see the network's own function.

    Raises
    ------
    MXNetValueError : there is no network of this name; the message lists them.
    """
    if not isinstance(name, str):
        raise MXNetTypeError(f"get_model: name must be a string, given {name!r}")
    key = name.lower()
    if key not in _models:
        listed = "\n\t".join(sorted(_models))
        raise MXNetValueError(f"Model {key} is not supported. Available options are\n\t{listed}{suggest(key, _models)}")
    return _models[key](**kwargs)
