"""mx.image against MXNet. Images are PNG files, so that both decode the same pixels; equal seeds, equal crops."""

import numpy as np
import pytest

import mxr as mx

cv2 = pytest.importorskip("cv2")

SEED = "import random, json; random.seed(3); np.random.seed(3)\n"


def picture(i, h=24, w=30):
    rng = np.random.default_rng(i)
    small = rng.integers(0, 256, (5, 6, 3)).astype("uint8")
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_LINEAR)


@pytest.fixture
def image():
    return picture(0)


# Interpolation is nearest or linear, whose pixels are the same in all versions of OpenCV
FUNCTIONS = [
    "I.resize_short(x, 12, 1), I.resize_short(x, 40, 0), I.resize_short(x.transpose((1, 0, 2)), 13, interp=1)",
    "I.fixed_crop(x, 3, 4, 10, 8), I.fixed_crop(x, 3, 4, 10, 8, (10, 8)), I.fixed_crop(x, 3, 4, 10, 8, (5, 16), 1)",
    "I.fixed_crop(x, 25, 20, 10, 8), I.fixed_crop(x, 0, 0, 30, 24, interp=9)",
    "*[r for _ in range(5) for r in I.random_crop(x, (10, 8))]",
    "*[r for _ in range(5) for r in I.random_crop(x, (40, 20), 1)]",
    "*I.center_crop(x, (10, 8)), *I.center_crop(x, (11, 7)), *I.center_crop(x, (40, 60), 0)",
    "*[r for _ in range(5) for r in I.random_size_crop(x, (10, 8), (0.1, 0.6), (0.5, 2), 1)]",
    "*[r for _ in range(5) for r in I.random_size_crop(x, (10, 8), 0.9, (0.1, 4), 0)]",
    "*[r for _ in range(3) for r in I.random_size_crop(x, (10, 8), 3.0, (3, 4), 1)]",
    "*[I.random_crop(x, (6, 7), 10)[1] for _ in range(5)], random.random()",
    "I.imresize(x, 7, 9), I.imresize(x, w=7, h=9, interp=0), I.imresize(x.astype('float32'), 40, 50)",
    "I.copyMakeBorder(x, 1, 2, 3, 4), I.copyMakeBorder(x, 1, 2, 3, 4, 16, values=(1, 2, 3)), "
    "I.copyMakeBorder(x, 1, 2, 3, 4, type=1)",
    "I.color_normalize(x.astype('float32'), nd.array([1, 2, 3])), I.color_normalize(x.astype('float32'), 2, 3)",
    "*map(list, [I.scale_down((640, 480), (720, 120)), I.scale_down((30, 10), (15, 20))])",
]


@pytest.mark.parametrize("what", FUNCTIONS)
def test_functions(both, image, what):
    both(f"{SEED}I = mx.image; x = nd.array(x, dtype='uint8'); result = [{what}]", x=image, rtol=1e-6, atol=1e-4)


def test_normalize_in_place(both, image):
    both("x = nd.array(x); y = mx.image.color_normalize(x, 1, 2); result = [x, y is x]", x=image)


def test_rotate(both, rng):
    both(
        """
        x = nd.array(x); I = mx.image
        result = [I.imrotate(x, nd.array([30, -60])), I.imrotate(x[0], 30), I.imrotate(x[0], 30, zoom_in=True),
                  I.imrotate(x, nd.array([30, -60]), zoom_out=True), I.random_rotate(x, (-40, 20)),
                  I.random_rotate(x[1], (-40, 20))]
        """,
        x=rng.uniform(0, 1, (2, 3, 12, 9)).astype("float32"), rtol=1e-3, atol=1e-4,
    )  # fmt: skip


def test_decode(both, image, tmp_path):
    data = cv2.imencode(".png", image)[1].tobytes()
    path = tmp_path / "a.png"
    path.write_bytes(data)
    both(
        """
        I = mx.image
        with open(p, "rb") as f:
            b = f.read()
        result = [I.imdecode(b), I.imdecode(bytearray(b), 0), I.imdecode(np.frombuffer(b, "u1"), to_rgb=0),
                  I.imdecode(b, flag=1, to_rgb=False), I.imread(p), I.imread(p, flag=0), I.imread(p, 1, to_rgb=0)]
        """,
        p=str(path),
    )


AUGMENTERS = [
    "ResizeAug(12, 1)", "ForceResizeAug((7, 9), 1)", "RandomCropAug((10, 8))", "CenterCropAug((10, 8))",
    "RandomSizedCropAug((10, 8), (0.1, 0.5), (0.5, 2), 1)", "RandomSizedCropAug((10, 8), 0.3, (0.5, 2), interp=1)",
    "BrightnessJitterAug(0.4)", "ContrastJitterAug(0.4)", "SaturationJitterAug(0.4)", "HueJitterAug(0.3)",
    "ColorJitterAug(0.3, 0.2, 0.1)", "ColorJitterAug(0, 0.2, 0)", "ColorNormalizeAug(nd.array([1, 2, 3]), None)",
    "LightingAug(0.1, np.array([55.46, 4.794, 1.148]), np.arange(9).reshape(3, 3) / 9)", "RandomGrayAug(0.5)",
    "HorizontalFlipAug(0.5)", "CastAug()", "CastAug('float64')",
    "SequentialAug([I.HorizontalFlipAug(0.5), I.CastAug()])",
    "RandomOrderAug([I.HorizontalFlipAug(0.5), I.RandomCropAug((9, 9))])",
]  # fmt: skip


@pytest.mark.parametrize("aug", AUGMENTERS)
def test_augmenters(both, image, aug):
    kind = "uint8" if any(word in aug for word in ("Crop", "Resize", "Cast", "Flip")) else "float32"
    both(
        f"{SEED}I = mx.image; a = I.{aug}\n"
        f"result = {{'dumps': json.dumps(a.dumps()), 'out': [a(nd.array(x, dtype={kind!r})) for _ in range(6)],\n"
        "          'random': [random.random(), np.random.rand()]}",
        x=image, rtol=1e-4, atol=2e-3,
    )  # fmt: skip


CREATE = [
    "(3, 12, 10)",
    "(3, 12, 10), resize=20, rand_crop=True, rand_mirror=True, mean=True, std=True, inter_method=1",
    "(3, 12, 10), rand_crop=True, rand_resize=True, brightness=.1, contrast=.1, saturation=.1, hue=.1, inter_method=1",
    "(3, 12, 10), pca_noise=.1, rand_gray=.5, mean=np.array([1., 2, 3])",
    "(3, 12, 10), std=nd.array([2.]), inter_method=9, resize=20",
]


@pytest.mark.parametrize("args", CREATE)
def test_create_augmenter(both, image, args):
    both(
        f"""{SEED}
augs = mx.image.CreateAugmenter({args})
out = []
for _ in range(5):
    y = nd.array(x, dtype="uint8")
    for a in augs:
        y = a(y)
    out.append(y)
result = {{"dumps": [json.dumps(a.dumps()) for a in augs], "out": out, "random": random.random()}}
""",
        x=image, rtol=1e-4, atol=2e-3 if "resize=20" not in args else 1.01,
    )  # fmt: skip


BOXES = np.array([[0, 0.1, 0.2, 0.5, 0.6], [1, 0.3, 0.3, 0.9, 0.95], [2, 0.7, 0.05, 0.95, 0.3]], "float32")
DET = [
    "DetHorizontalFlipAug(0.5)", "DetRandomCropAug(0.1, (0.5, 2), (0.1, 1.0), 0.3, 50)",
    "DetRandomCropAug(0.8, (0.75, 1.33), (0.3, 0.9), 0.6, 20)", "DetRandomCropAug(0.1, 1.2, (0.1, 3.0))",
    "DetRandomPadAug()", "DetRandomPadAug((0.5, 2), (1.5, 4), 20, (1, 2, 3))", "DetRandomPadAug(pad_val=(7, 8, 9))",
    "DetBorrowAug(I.ForceResizeAug((9, 7), 1))",
    "DetRandomSelectAug([I.DetRandomPadAug(), I.DetRandomCropAug(), I.DetHorizontalFlipAug(1)], 0.2)",
    "DetRandomSelectAug([])", "DetRandomSelectAug(I.DetHorizontalFlipAug(1))",
    "CreateMultiRandCropAugmenter([0.1, 0.3, 0.5], [(0.5, 2), (1, 2), (1, 3)], skip_prob=0.1)",
]  # fmt: skip


@pytest.mark.parametrize("aug", DET)
def test_det_augmenters(both, image, aug):
    both(
        f"""{SEED}
I = mx.image; a = I.{aug}
out = [a(nd.array(x, dtype="uint8"), boxes.copy()) for _ in range(12)]
result = {{"dumps": json.dumps(a.dumps()), "x": [o[0] for o in out], "label": [o[1] for o in out],
           "random": random.random()}}
""",
        x=image, boxes=BOXES, rtol=1e-5, atol=1e-5,
    )  # fmt: skip


@pytest.mark.parametrize(
    "args",
    [
        "(3, 12, 10)",
        "(3, 12, 10), resize=20, rand_crop=0.5, rand_pad=0.5, rand_mirror=True, mean=True, std=True, inter_method=1",
        "(3, 12, 10), rand_gray=.3, brightness=.1, contrast=.1, saturation=.1, hue=.1, pca_noise=.1, inter_method=0",
        "(3, 12, 10), rand_crop=1, min_object_covered=[.1, .2], area_range=[(.1, .2), (.3, 1)], inter_method=1",
    ],
)
def test_create_det_augmenter(both, image, args):
    both(
        f"""{SEED}
augs = mx.image.CreateDetAugmenter({args})
xs, labels = [], []
for _ in range(6):
    y, l = nd.array(x, dtype="uint8"), boxes.copy()
    for a in augs:
        y, l = a(y, l)
    xs.append(y); labels.append(l)
result = {{"dumps": [json.dumps(a.dumps()) for a in augs], "x": xs, "label": labels, "random": random.random()}}
""",
        x=image, boxes=BOXES, rtol=1e-4, atol=2e-3 if args != "(3, 12, 10)" else 1.01,
    )  # fmt: skip


@pytest.fixture
def files(tmp_path):
    """Ten images: files with a list, a record file with an index, and one with boxes."""
    rng = np.random.default_rng(5)
    rec = mx.recordio.MXIndexedRecordIO(tmp_path / "a.idx", tmp_path / "a.rec", "w")
    two = mx.recordio.MXIndexedRecordIO(tmp_path / "two.idx", tmp_path / "two.rec", "w")
    det = mx.recordio.MXIndexedRecordIO(tmp_path / "det.idx", tmp_path / "det.rec", "w")
    lines = []
    for i in range(10):
        img = picture(i, 20 + i, 34 - 2 * i)
        cv2.imwrite(str(tmp_path / f"{i}.png"), img)
        lines.append(f"{i}\t{i * 0.5}\t{i}.png\n")
        rec.write_idx(i, mx.recordio.pack_img((0, float(i), i, 0), img, 3, ".png"))
        two.write_idx(i, mx.recordio.pack_img((0, [i, -i], i, 0), img, 3, ".png"))
        objects = [
            [o, *sorted(rng.uniform(0, 0.5, 2)), *(0.5 + np.sort(rng.uniform(0, 0.5, 2)))] for o in range(i % 3 + 1)
        ]
        det.write_idx(i, mx.recordio.pack_img((0, [4, 5, 1, 1, *np.ravel(objects)], i, 0), img, 3, ".png"))
    for w in (rec, two, det):
        w.close()
    (tmp_path / "a.lst").write_text("".join(lines))
    return str(tmp_path) + "/"


EPOCHS = """
def epochs(it, n, reset="reset"):
    out = []
    for _ in range(n):
        batches = list(it)
        out.append({"pad": [b.pad for b in batches], "label": [b.label[0] for b in batches],
                    "data": [b.data[0] for b in batches]})
        getattr(it, reset)()
    return out
"""
ITERS = [
    "4, (3, 16, 12), path_imgrec=p + 'a.rec'",
    "5, (3, 16, 12), path_imgrec=p + 'a.rec'",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', last_batch_handle='discard'",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', last_batch_handle='roll_over'",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', path_imgidx=p + 'a.idx', last_batch_handle='roll_over', shuffle=True",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', path_imgidx=p + 'a.idx', shuffle=True, rand_crop=True, rand_mirror=True",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', path_imgidx=p + 'a.idx', last_batch_handle='discard', shuffle=True",
    "3, (3, 16, 12), path_imgrec=p + 'a.rec', path_imgidx=p + 'a.idx', part_index=1, num_parts=3",
    "2, (3, 16, 12), 2, path_imgrec=p + 'two.rec', data_name='d', label_name='l'",
    "4, (3, 16, 12), path_imglist=p + 'a.lst', path_root=p",
    "4, (3, 16, 12), path_imglist=p + 'a.lst', path_root=p, shuffle=True, num_parts=2, part_index=0",
    "4, (3, 16, 12), path_imglist=p + 'a.lst', path_imgrec=p + 'a.rec', path_imgidx=p + 'a.idx'",
    "3, (3, 16, 12), imglist=[[1, '3.png'], [0.5, '4.png'], [2, '5.png'], [7, '6.png']], path_root=p, mean=True",
    "3, (3, 16, 12), 2, imglist=[[1, 2, '3.png'], [0.5, 1, '4.png'], [[2, 3], '5.png']], path_root=p",
    "3, (3, 16, 12), imglist=[[1, '3.png'], [2, '4.png']], path_root=p, aug_list=[mx.image.CenterCropAug((12, 16))]",
    "4, (3, 16, 12), path_imgrec=p + 'a.rec', std=np.array([2.0]), contrast=0.3, dtype='int32'",
]


@pytest.mark.parametrize("args", ITERS)
def test_image_iter(both, files, args):
    both(
        f"""{SEED}{EPOCHS}
it = mx.image.ImageIter({args})
result = {{"epochs": epochs(it, 3), "random": random.random(), "batch_size": it.batch_size,
           "data": [str(d) for d in it.provide_data], "label": [str(d) for d in it.provide_label]}}
""",
        p=files, rtol=1e-4, atol=2e-3,
    )  # fmt: skip


def test_image_iter_partial_epoch(both, files):
    both(
        f"""{SEED}{EPOCHS}
it = mx.image.ImageIter(4, (3, 16, 12), path_imgrec=p + "a.rec", path_imgidx=p + "a.idx", shuffle=True,
                        last_batch_handle="roll_over")
a = it.next().label[0]; it.reset(); b = it.next().label[0]; it.hard_reset()
result = [a, b, epochs(it, 3, "hard_reset"), epochs(it, 2)]
""",
        p=files,
    )


DET_ITERS = [
    "4, (3, 16, 12), path_imgrec=p + 'det.rec', inter_method=1",
    "4, (3, 16, 12), path_imgrec=p + 'det.rec', path_imgidx=p + 'det.idx', shuffle=True, rand_crop=0.5, rand_pad=0.5, "
    "rand_mirror=True, mean=True, inter_method=1",
    "4, (3, 16, 12), path_imgrec=p + 'det.rec', inter_method=1, last_batch_handle='discard'",
    "4, (3, 16, 12), path_imgrec=p + 'det.rec', inter_method=0, last_batch_handle='roll_over', label_name='boxes'",
]


@pytest.mark.parametrize("args", DET_ITERS)
def test_image_det_iter(both, files, args):
    both(
        f"""{SEED}{EPOCHS}
it = mx.image.ImageDetIter({args})
result = {{"epochs": epochs(it, 2), "random": random.random(), "shape": list(it.label_shape),
           "label": [list(d[1]) for d in it.provide_label]}}
it.reshape((3, 10, 8), (7, 5))
result["shapes"] = [list(it.provide_data[0][1]), list(it.provide_label[0][1])]
""",
        p=files, rtol=1e-4, atol=1.01,
    )  # fmt: skip


def test_sync_label_shape(both, files):
    both(
        """
        one = mx.image.ImageDetIter(2, (3, 16, 12), path_imgrec=p + "det.rec", inter_method=1)
        two = mx.image.ImageDetIter(2, (3, 16, 12), path_imgrec=p + "det.rec", inter_method=1)
        two.reshape(label_shape=(9, 5))
        result = [two.sync_label_shape(one) is one, list(one.label_shape), list(two.label_shape)]
        """,
        p=files,
    )


ERRORS = [
    ("imdecode(b'')", "empty"), ("imdecode(b'xxx')", "no image"), ("imdecode('xxx')", "bytes"),
    ("imread('no-such-file')", "no-such-file"), ("resize_short(x, 5, 7).asnumpy()", "interp"),
    ("random_size_crop(x, (4, 5), .3, (1, 2), foo=1)", "foo"), ("imrotate(x, 30)", "float32"),
    ("imrotate(x.astype('float32'), 30, True, True)", "zoom_in"),
    ("CreateAugmenter((3, 4, 5), rand_resize=1)", "rand_crop"),
    ("CreateAugmenter((3, 4, 5), mean=(1, 2, 3))", "mean"), ("CreateAugmenter((3, 4, 5), std=np.zeros(2))", "std"),
    ("Augmenter()(x)", "override"), ("DetAugmenter()(x, 1)", "override"), ("DetBorrowAug(3)", "Borrowing"),
    ("DetRandomSelectAug([I.CastAug()])", "DetAugmenter"), ("ImageIter(2, (3, 4, 4))", "path_imgrec"),
    ("CreateMultiRandCropAugmenter([.1, .3], [(1, 2)] * 3)", "min_object_covered"),
    ("ImageIter(2, (3, 4), imglist=[])", "length 3"), ("ImageIter(2, (1, 4, 4), imglist=[])", "3 channels"),
    ("ImageIter(2, (3, 4, 4), imglist=[], dtype='uint8')", "dtype"),
    ("ImageIter(2, (3, 4, 4), path_imgrec=p + 'a.rec', shuffle=True)", "path_imgidx"),
    ("ImageIter(2, (3, 4, 4), path_imgrec=p + 'no.rec')", "no.rec"),
    ("ImageIter(2, (3, 4, 4), imglist=[[1, 'no.png']], path_root=p).next()", "no.png"),
    ("ImageDetIter(2, (3, 4, 4), path_imgrec=p + 'a.rec')", "Label shape"),
]  # fmt: skip


@pytest.mark.parametrize("code, words", ERRORS, ids=[e[0] for e in ERRORS])
def test_errors(both, files, image, code, words):
    both(f"I = mx.image; x = nd.array(x, dtype='uint8')\nI.{code}", x=image, p=files, raises=words)


@pytest.mark.parametrize("module", ["image", "image.detection"])
def test_names(oracle, module):
    names = oracle.run(f"result = [n for n in dir(mx.{module}) if n[0] != '_' and callable(getattr(mx.{module}, n))]")
    ours = mx.image if module == "image" else mx.image.detection
    imported = {"Number", "nd", "np", "numeric_types"}
    assert not {n for n in names["result"] if not hasattr(ours, n)} - imported
