"""``mx.gluon.contrib.data``: a sampler with intervals, texts for language models."""

from . import sampler, text
from .sampler import IntervalSampler

__all__ = ["IntervalSampler", "sampler", "text"]
