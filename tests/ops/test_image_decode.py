"""Reading images with each library, and with none; mx.nd.imdecode, which MXNet 1.9.1 cannot run."""

import builtins
import io
import os
import subprocess
import sys

import numpy as np
import pytest

import mxr as mx
from mxr import nd
from mxr.ops import image_decode

Image = pytest.importorskip("PIL.Image")


def _png(x):
    file = io.BytesIO()
    Image.fromarray(x).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (4, 5, 3)).astype("uint8")


def _bytes(data):
    return nd.array(np.frombuffer(data, "u1"), dtype="uint8")


@pytest.fixture(params=["opencv", "pillow"])
def library(request, monkeypatch):
    if request.param == "opencv":
        pytest.importorskip("cv2")
    else:
        monkeypatch.setattr(image_decode, "opencv", lambda: None)


@pytest.mark.usefixtures("library")
def test_decoding(picture):
    decode = nd._internal._cvimdecode
    np.testing.assert_array_equal(decode(_bytes(_png(picture))).asnumpy(), picture)
    np.testing.assert_array_equal(decode(_bytes(_png(picture)), to_rgb=False).asnumpy(), picture[:, :, ::-1])
    grey = decode(_bytes(_png(picture)), flag=0).asnumpy()
    assert grey.shape == (4, 5, 1)
    assert np.abs(grey[:, :, 0] - picture @ [0.299, 0.587, 0.114]).max() <= 1
    one = decode(_bytes(_png(picture[:, :, 0]))).asnumpy()
    np.testing.assert_array_equal(one, np.repeat(picture[:, :, :1], 3, axis=2))


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("data", [b"no image", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0" + bytes(100), b"BM"])
def test_what_is_no_image(data):
    with pytest.raises(mx.MXNetError, match="_cvimdecode.*buf is no image"):
        nd._internal._cvimdecode(_bytes(data))


@pytest.mark.usefixtures("library")
def test_cut_files(picture):
    """Whatever a library does with half a file, it is an image or an MXNetError."""
    whole = _png(picture)
    for end in range(1, len(whole), 7):
        try:
            assert nd._internal._cvimdecode(_bytes(whole[:end])).shape == (4, 5, 3)
        except mx.MXNetError:
            pass


def test_no_library(monkeypatch, picture):
    real = builtins.__import__

    def without_pillow(name, *args, **kwargs):
        if name.split(".")[0] == "PIL":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    data = _bytes(_png(picture))
    monkeypatch.setattr(image_decode, "opencv", lambda: None)
    monkeypatch.setattr(builtins, "__import__", without_pillow)
    with pytest.raises(mx.MXNetError, match=r"needs OpenCV or Pillow: pip install 'mxr-arrays\[vision\]'"):
        nd._internal._cvimdecode(data)


def test_reading_from_files(picture, tmp_path):
    path = tmp_path / "ä b.png"
    path.write_bytes(_png(picture))
    np.testing.assert_array_equal(nd._internal._cvimread(str(path)).asnumpy(), picture)
    path.write_bytes(b"")
    with pytest.raises(mx.MXNetError, match="_cvimread.*is empty"):
        nd._internal._cvimread(str(path))
    with pytest.raises(mx.MXNetError, match="_cvimread.*filename"):
        nd._internal._cvimread(str(tmp_path))


def test_a_file_is_read_anew(picture, tmp_path):
    path = tmp_path / "a.png"
    for x in (picture, picture[::-1].copy(), picture[:2].copy()):
        path.write_bytes(_png(x))
        np.testing.assert_array_equal(nd._internal._cvimread(str(path)).asnumpy(), x)


def test_nd_imdecode(picture):
    planes = picture.transpose(2, 0, 1).astype("f")
    data = _png(picture)
    np.testing.assert_array_equal(nd.imdecode(data).asnumpy(), planes)
    np.testing.assert_array_equal(nd.imdecode(data, clip_rect=(1, 2, 4, 4)).asnumpy(), planes[:, 2:4, 1:4])
    np.testing.assert_array_equal(nd.imdecode(data, mean=nd.array(planes)).asnumpy(), planes * 0)
    assert nd.imdecode(data, channels=1).shape == (1, 4, 5)
    out = nd.zeros((2, 3, 4, 5))
    assert nd.imdecode(data, out=out, index=1) is out
    np.testing.assert_array_equal(out.asnumpy(), np.stack([planes * 0, planes]))
    for kw, match in (
        ({"clip_rect": (3, 0, 9, 2)}, "x1=9"), ({"channels": 2}, "c=2"), ({"out": out, "index": 2}, "index=2"),
        ({"out": nd.zeros((3, 4, 4))}, "out"),
    ):  # fmt: skip
        with pytest.raises(mx.MXNetError, match=match):
            nd.imdecode(data, **kw)
    with pytest.raises(mx.MXNetError, match="bytes"):
        nd.imdecode("text")


def test_a_border_for_each_channel():
    with pytest.raises(mx.MXNetError, match=r"_cvcopyMakeBorder.*values=\(1.0,\)"):
        nd._internal._cvcopyMakeBorder(nd.ones((2, 2, 3)), 1, 0, 0, 0, values=(1,))


def test_opencv_leaves_the_environment_alone():
    code = "import os; from mxr.ops.image_resize import opencv; opencv(); print(os.environ.get('LD_LIBRARY_PATH'))"
    for given in (None, "/somewhere"):
        env = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"} | (
            {} if given is None else {"LD_LIBRARY_PATH": given}
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
        assert done.stdout.strip() == str(given)
