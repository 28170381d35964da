"""``mx.gluon.model_zoo``: predefined networks and where their parameters lie."""

from . import model_store, vision

__all__ = ["model_store", "vision"]
