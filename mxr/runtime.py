"""``mx.runtime``: what this installation can do."""

from __future__ import annotations

import collections
import importlib.util
from functools import cache

from .base import MXNetValueError, suggest

__all__ = ["Feature", "Features", "feature_list"]


class Feature:
    """A feature: its name, and whether it is there. Printed as MXNet prints it."""

    def __init__(self, name: str, enabled: bool) -> None:
        self._name, self._enabled = name, bool(enabled)

    @property
    def name(self) -> str:
        return self._name

    @property
    def enabled(self) -> bool:
        return self._enabled

    def __repr__(self) -> str:
        return f"{'✔' if self._enabled else '✖'} {self._name}"


@cache
def _cpu() -> dict[str, bool]:
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as found
    except ImportError:  # NumPy 1
        from numpy.core._multiarray_umath import __cpu_features__ as found  # type: ignore[no-redef]
    return dict(found)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _onednn() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        version("onednn-cpu-gomp")
    except PackageNotFoundError:
        return False
    return True


def feature_list() -> list[Feature]:
    """All features that MXNet lists, as they are here. CUDA: CuPy is installed and sees a device."""
    from .context import num_gpus

    cuda, cpu = num_gpus() > 0, _cpu()
    found = {
        "CUDA": cuda, "CUDNN": cuda and _has("cudnn"), "NCCL": False, "CUDA_RTC": cuda, "TENSORRT": False,
        "CPU_SSE": cpu.get("SSE", False), "CPU_SSE2": cpu.get("SSE2", False), "CPU_SSE3": cpu.get("SSE3", False),
        "CPU_SSE4_1": cpu.get("SSE41", False), "CPU_SSE4_2": cpu.get("SSE42", False), "CPU_SSE4A": False,
        "CPU_AVX": cpu.get("AVX", False), "CPU_AVX2": cpu.get("AVX2", False), "OPENMP": _onednn(),
        "SSE": cpu.get("SSE", False), "F16C": cpu.get("F16C", False), "JEMALLOC": False, "BLAS_OPEN": True,
        "BLAS_ATLAS": False, "BLAS_MKL": False, "BLAS_APPLE": False, "LAPACK": True, "MKLDNN": _onednn(),
        "OPENCV": _has("cv2"), "CAFFE": False, "PROFILER": True, "DIST_KVSTORE": False, "CXX14": False,
        "INT64_TENSOR_SIZE": True, "SIGNAL_HANDLER": False, "DEBUG": False, "TVM_OP": False,
    }  # fmt: skip
    return [Feature(name, enabled) for name, enabled in found.items()]


class Features(collections.OrderedDict):
    """Dict of name to `Feature`."""

    def __init__(self) -> None:
        super().__init__((feature.name, feature) for feature in feature_list())

    def __repr__(self) -> str:
        return str(list(self.values()))

    def is_enabled(self, feature_name: str) -> bool:
        """Whether a feature, by its name in any case, is there."""
        name = str(feature_name).upper()
        if name not in self:
            raise MXNetValueError(
                f"Feature '{name}' is unknown, known features are: {list(self.keys())}.{suggest(name, self)}"
            )
        return self[name].enabled
