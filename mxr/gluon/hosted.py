"""Files that MXNet hosts in zip archives: taken from disk, else downloaded, always checked by SHA-1."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

from ..base import MXNetError
from . import utils

__all__ = ["home", "hosted_file"]


def home(folder: str) -> Path:
    """``MXNET_HOME/folder``, by default ``~/.mxnet/folder``."""
    return Path(os.environ.get("MXNET_HOME", os.path.join("~", ".mxnet")), folder).expanduser()


def hosted_file(path: Path, sha1: str, archive: str, what: str) -> str:
    """`path`, filled from the zip file `archive` of the repository where it is not there or is damaged.

    Parameters
    ----------
    archive : path of the zip file below the repository, which is ``MXNET_GLUON_REPO`` or MXNet's last one; it holds a
        file of `path`'s name.
    what : what the file is, for messages.

    Raises
    ------
    MXNetError : the file is not there and cannot be downloaded, or what came is damaged.
    """
    if path.exists() and utils.check_sha1(path, sha1):
        return str(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    url = utils._get_repo_url() + archive
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        try:
            with zipfile.ZipFile(utils.download(url, path=scratch, retries=1)) as packed:
                found = packed.extract(path.name, scratch)
        except (MXNetError, OSError, KeyError, zipfile.BadZipFile) as e:
            raise MXNetError(
                f"{what} is not at {path} and could not be downloaded from {url} ({e}). Put a copy of the file there, "
                "or set MXNET_GLUON_REPO to a server that has it."
            ) from e
        if not utils.check_sha1(found, sha1):
            raise MXNetError(f"{what} downloaded from {url} is damaged: its SHA-1 is another")
        os.replace(found, path)
    return str(path)
