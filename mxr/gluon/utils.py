"""``mx.gluon.utils``: splitting batches over devices, clipping gradients, downloads."""

from __future__ import annotations

import hashlib
import itertools
import math
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from .. import ndarray as nd
from ..base import MXNetAssertionError, MXNetError, MXNetIndexError, MXNetTypeError, MXNetValueError
from ..context import Context
from ._parameter import shape_is_known
from .hooks import HookHandle
from .mistakes import shown

__all__ = [
    "HookHandle", "check_sha1", "clip_global_norm", "download", "replace_file", "shape_is_known", "split_and_load",
    "split_data",
]  # fmt: skip

REPOSITORY = "https://apache-mxnet.s3-accelerate.dualstack.amazonaws.com/"


def split_data(data: Any, num_slice: int, batch_axis: int = 0, even_split: bool = True) -> list[Any]:
    """`data` cut into `num_slice` parts along `batch_axis`; without `even_split` the last ones may be larger.

    Raises
    ------
    MXNetValueError : the batch cannot be cut so.
    """
    if not -data.ndim <= batch_axis < data.ndim:
        raise MXNetIndexError(f"split_data: data with shape {data.shape} has no axis {batch_axis}")
    size = data.shape[batch_axis]
    if even_split and size % num_slice:
        raise MXNetValueError(
            f"data with shape {data.shape} cannot be evenly split into {num_slice} slices along axis {batch_axis}. "
            f"Use a batch size that's multiple of {num_slice} or set even_split=False to allow uneven partitioning of "
            "data."
        )
    if size < num_slice:
        raise MXNetValueError(
            f"data with shape {data.shape} cannot be cut into {num_slice} slices along axis {batch_axis}"
        )
    if num_slice == 1:
        return [data]
    step, extra = divmod(size, num_slice)
    # MXNet gives the first slices one more each
    ends = [0]
    for i in range(num_slice):
        ends.append(ends[-1] + step + (i < extra))
    if batch_axis == 0:
        return [data[a:b] for a, b in itertools.pairwise(ends)]
    return [nd.slice_axis(data, axis=batch_axis, begin=a, end=b) for a, b in itertools.pairwise(ends)]


def split_and_load(data: Any, ctx_list: Any, batch_axis: int = 0, even_split: bool = True) -> list[Any]:
    """`data` (NDArray or NumPy array) cut into one part for each device, and put there."""
    contexts = [ctx_list] if isinstance(ctx_list, Context) else list(ctx_list)
    if not isinstance(data, nd.NDArray):
        data = nd.array(data, ctx=contexts[0])
    if len(contexts) == 1:
        return [data.as_in_context(contexts[0])]
    parts = split_data(data, len(contexts), batch_axis, even_split)
    return [part.as_in_context(ctx) for part, ctx in zip(parts, contexts)]


def clip_global_norm(arrays: list[Any], max_norm: float, check_isfinite: bool = True) -> Any:
    """Scales all arrays together so that their joint L2 norm is at most `max_norm`; returns the norm before.

    The norm is a number if `check_isfinite` (with a warning if it is inf or nan), else an NDArray (1,).
    """
    arrays = list(arrays)
    if not arrays:
        raise MXNetAssertionError("clip_global_norm: arrays is empty")
    if not isinstance(max_norm, int | float | np.number):
        raise MXNetTypeError(
            f"clip_global_norm: max_norm must be a number, got {type(max_norm).__name__}: {shown(max_norm)}"
        )
    ctx = arrays[0].context
    squares = [nd.sum(nd.square(x.reshape((-1,)).astype("float32", copy=False))).as_in_context(ctx) for x in arrays]
    total = nd.sqrt(nd.add_n(*squares))
    if check_isfinite:
        norm = total.asscalar()
        if not math.isfinite(norm):
            warnings.warn(UserWarning("nan or inf is detected. Clipping results will be undefined."), stacklevel=2)
        scale = max_norm / (norm + 1e-8)
        if scale < 1.0:
            for x in arrays:
                x *= scale
        return norm
    scale = nd.minimum(max_norm / (total + 1e-8), 1.0)
    for x in arrays:
        x *= scale.as_in_context(x.context).astype(x.dtype)
    return total


def check_sha1(filename: str | os.PathLike, sha1_hash: str) -> bool:
    """Whether the file has that SHA-1."""
    digest = hashlib.sha1()
    with open(filename, "rb") as f:
        while block := f.read(1 << 20):
            digest.update(block)
    return digest.hexdigest() == sha1_hash


class _DownloadError(MXNetError, OSError):
    """An ``OSError`` too, as the errors of MXNet's way to download."""


def download(
    url: str,
    path: str | None = None,
    overwrite: bool = False,
    sha1_hash: str | None = None,
    retries: int = 5,
    verify_ssl: bool = True,
) -> str:
    """Fetches `url` and returns the file's path.

    Parameters
    ----------
    path : file or folder to write to; by default the current folder.
    overwrite : fetch even where the file is there (and has the hash, if one is given).
    sha1_hash : SHA-1 that the file must have.
    retries : how often a failed attempt is repeated.
    verify_ssl : whether certificates are checked.

    Raises
    ------
    MXNetError : it cannot be fetched, or has another hash.
    """
    name = url.split("/")[-1]
    if path is None:
        if not name:
            raise MXNetAssertionError(
                f"Can't construct file-name from this URL: {url}. Please set the `path` option manually."
            )
        target = Path(name)
    else:
        target = Path(path).expanduser()
        if target.is_dir():
            target = target / name
    if retries < 0:
        raise MXNetAssertionError(f"Number of retries should be at least 0, currently it's {retries}")
    if not verify_ssl:
        warnings.warn(
            "Unverified HTTPS request is being made (verify_ssl=False). Adding certificate verification is strongly "
            "advised.",
            stacklevel=2,
        )
    if target.exists() and not overwrite and (not sha1_hash or check_sha1(target, sha1_hash)):
        return str(target)
    import ssl  # with what they need, these two take as long to load as half of Gluon
    import urllib.request

    target.parent.mkdir(parents=True, exist_ok=True)
    reason: Exception | None = None
    checks = ssl.create_default_context()
    if not verify_ssl:
        checks.check_hostname, checks.verify_mode = False, ssl.CERT_NONE
    for left in range(retries, -1, -1):
        print(f"Downloading {target} from {url}...")
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as out, urllib.request.urlopen(url, timeout=60, context=checks) as source:
                while block := source.read(1 << 20):
                    out.write(block)
            if sha1_hash and not check_sha1(part, sha1_hash):
                raise MXNetError(f"File {name} is downloaded but the content hash does not match.")
            os.replace(part, target)
            return str(target)
        except (OSError, MXNetError) as e:
            reason = e
            if left:
                print(f"download failed due to {e!r}, retrying, {left} attempt{'s' if left > 1 else ''} left")
        finally:
            if os.path.exists(part):
                os.remove(part)
    raise _DownloadError(f"Failed downloading url {url}: {reason}") from reason


def _get_repo_url() -> str:
    """Where MXNet's files are: ``MXNET_GLUON_REPO``, else MXNet's last server."""
    url = os.environ.get("MXNET_GLUON_REPO", REPOSITORY)
    return url if url.endswith("/") else url + "/"


def _get_repo_file_url(namespace: str, filename: str) -> str:
    """The address of a file there, by its folder and its name."""
    return f"{_get_repo_url()}{namespace}/{filename}"


def replace_file(src: str, dst: str) -> None:
    """Moves `src` over `dst` in one step."""
    os.replace(src, dst)


def _brief_print_list(lst: Any, limit: int = 7) -> str:
    from ._parameter_dict import _brief

    return _brief(lst, limit)
