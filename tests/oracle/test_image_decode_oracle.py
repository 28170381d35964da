"""Reading, resizing and framing images against MXNet, which has OpenCV in it."""

import numpy as np
import pytest

cv2 = pytest.importorskip("cv2")


def _file(kind, rng, channels=3):
    x = rng.integers(0, 256, (13, 17, channels)).astype("uint8")
    return np.frombuffer(cv2.imencode(kind, cv2.GaussianBlur(x, (5, 5), 0))[1].tobytes(), "u1").copy()


@pytest.mark.parametrize("kind", [".png", ".jpg"])
@pytest.mark.parametrize("flag", [0, 1])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_imdecode(both, rng, kind, flag, channels):
    if kind == ".jpg" and channels == 4:
        channels = 3
    code = f"""
        b = nd.array(b, dtype="uint8")
        result = [nd._internal._cvimdecode(b, flag={flag}, to_rgb=t).asnumpy().astype("float32") for t in (True, False)]
        """
    # JPEG libraries may round differently
    both(code, b=_file(kind, rng, channels), rtol=0, atol=0 if kind == ".png" else 3)


def test_imread(both, rng, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(_file(".png", rng).tobytes())
    both(
        """
        result = [nd._internal._cvimread(filename=p).asnumpy(), nd._internal._cvimread(p, flag=0).asnumpy(),
                  nd._internal._cvimread(p, to_rgb=False).asnumpy()]
        """,
        p=str(path),
    )


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("interp", [0, 1, 3, 4])
def test_imresize(both, rng, dtype, interp):
    both(
        f"result = [nd._internal._cvimresize(nd.array(x, dtype={dtype!r}), w, h, interp={interp}).asnumpy()\n"
        "          for w, h in ((5, 4), (23, 30), (8, 7), (17, 13))]",
        x=rng.integers(0, 256, (13, 17, 3)).astype(dtype), rtol=1e-5, atol=2e-3,
    )  # fmt: skip


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "int32"])
@pytest.mark.parametrize("kw", ["type=0, value=7", "value=3, values=(1, 2, 3)", "type=1", "type=2", "type=3", "type=4"])
def test_borders(both, rng, dtype, kw):
    both(
        f"result = [nd._internal._cvcopyMakeBorder(nd.array(x, dtype={dtype!r}), *s, {kw}).asnumpy()\n"
        "          for s in ((1, 2, 3, 0), (0, 0, 0, 0), (2, 2, 3, 4))]",
        x=rng.integers(0, 256, (4, 5, 3)).astype(dtype),
    )


@pytest.mark.parametrize("call, names", [
    ("_cvimdecode(nd.array([1, 2, 3], dtype='uint8'))", "buf"),
    ("_cvimdecode(nd.array([1, 2, 3]))", "uint8"),
    ("_cvimdecode(nd.array([1, 2, 3], dtype='uint8'), flag=2)", "flag"),
    ("_cvimread('no/such/file.png')", "no/such/file.png"),
    ("_cvimresize(nd.ones((4, 5, 3)), 0, 2)", "w=0"),
    ("_cvimresize(nd.ones((4, 5)), 3, 2)", "src"),
    ("_cvimresize(nd.ones((4, 5, 3)), 3, 2, interp=6)", "interp"),
    ("_cvcopyMakeBorder(nd.ones((4, 5, 3)), -1, 0, 0, 0)", "top"),
    ("_cvcopyMakeBorder(nd.ones((4, 5, 3)), 1, 0, 0, 0, type=7)", "type"),
])  # fmt: skip
def test_errors(both, call, names):
    both(f"nd._internal.{call}.asnumpy()", raises=names)
