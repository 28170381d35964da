"""mx.io.ImageDetRecordIter against MXNet: pixels, labels, order, batches. Images are PNG, decoded alike."""

import numpy as np
import pytest

import mxr as mx

cv2 = pytest.importorskip("cv2")

RUN = """
args = dict(path_imgrec=p + "d.rec", data_shape=(3, 16, 12), batch_size=4, verbose=False, preprocess_threads=1)
args.update(dict(ARGS))
it = io.ImageDetRecordIter(**args)
result = {"provide": [str(d) for d in it.provide_data + it.provide_label], "epochs": []}
for n in range(3):
    out = {"data": [], "label": [], "pad": [], "index": []}
    for b in it:  # MXNet uses a batch's arrays again
        out["data"].append(b.data[0].asnumpy().copy())
        out["label"].append(b.label[0].asnumpy().copy())
        out["pad"].append(b.pad if n == 0 else 0)  # MXNet's later ones may be those of arrays used again
        out["index"].append(b.index)
    result["epochs"].append(out)
    it.reset()
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("det")
    rng = np.random.default_rng(0)

    def writer(name):
        return mx.recordio.MXIndexedRecordIO(folder / f"{name}.idx", folder / f"{name}.rec", "w")

    writers = {n: writer(n) for n in ("d", "x", "sizes", "odd", "same")}
    lines = []
    for i in range(10):
        img = cv2.resize(rng.integers(0, 256, (5, 6, 3)).astype("uint8"), (34 - 2 * i, 20 + i))
        at = rng.uniform(0, 0.5, (1 + i % 3, 2))
        objects = [[k, *b, *(b + rng.uniform(0.2, 0.5, 2))] for k, b in enumerate(at)]
        wider = [v for o in objects for v in (*o, 9.0)]
        labels = {
            "d": [2, 5, *(v for o in objects for v in o)],
            "x": [4, 6, 7.5, 8.5, *wider],
            "same": [2, 5, *objects[0]],
        }
        for name, label in labels.items():
            writers[name].write_idx(i, mx.recordio.pack_img((0, label, i, 0), img, 3, ".png"))
        lines.append("\t".join([str(i), *(f"{v:.4f}" for v in labels["x"]), f"{i}.png\n"]))
    for i in range(120):
        img = np.full((*rng.integers(5, 200, 2), 3), i, "uint8")
        writers["sizes"].write_idx(i, mx.recordio.pack_img((0, [2, 5, 0, 0.1, 0.1, 0.5, 0.5], i, 0), img, 3, ".png"))
    odd = [[2, 5, 0, 0.5, 0.1, 0.1, 0.5], [2, 5, 0, -0.1, 0.1, 1.5, 0.5], [2, 6, 0, 0.1, 0.1, 0.5, 0.5, 3]]
    for i, label in enumerate(odd):
        writers["odd"].write_idx(i, mx.recordio.pack_img((0, label, i, 0), np.full((8, 9, 3), i, "uint8"), 3, ".png"))
    for name, labels in {
        "short": [[2, 5], [2, 5, 0, 0.1, 0.1, 0.5, 0.5]], "shorter": [[2, 5]], "head": [[1, 5, 0, 0.1, 0.1, 0.5, 0.5]],
        "rest": [[2, 5, 0, 0.1, 0.1, 0.5, 0.5, 1]], "object": [[2, 4, 0, 0.1, 0.1, 0.5, 1, 0.1, 0.1, 0.5]],
    }.items():  # fmt: skip
        w = writer(name)
        for i, label in enumerate(labels):
            w.write_idx(i, mx.recordio.pack_img((0, label, i, 0), np.full((8, 9, 3), i, "uint8"), 3, ".png"))
        w.close()
    for w in writers.values():
        w.close()
    (folder / "x.lst").write_text("".join(lines))
    return str(folder) + "/"


ARGS = [
    "", "label_pad_width=30", "label_pad_width=-1, label_pad_value=7", "label_pad_width=17", "path_imgrec=p + 'x.rec'",
    "path_imglist=p + 'x.lst'", "path_imglist=p + 'x.lst', label_width=10", "path_imgrec=p + 'same.rec', label_width=7",
    "path_imgrec=p + 'odd.rec', batch_size=3", "path_imgrec=p + 'odd.rec', batch_size=3, rand_mirror_prob=1",
    "resize_mode='shrink'", "resize_mode='fit'", "resize_mode='shrink', data_shape=(3, 40, 26)",
    "resize_mode='fit', data_shape=(3, 40, 26), fill_value=9", "resize_mode='fit', mean_r=10, std_r=2, scale=0.5",
    "resize=10", "resize=40", "inter_method=0", "inter_method=3", "inter_method=9",
    "mean_r=10, mean_g=20, mean_b=30, std_r=2, std_g=3, std_b=4, scale=0.5", "std_g=4", "mean_b=7, std_b=2",
    "data_shape=(1, 16, 12)", "data_shape=(1, 16, 12), mean_r=10, std_r=2", "data_shape='(3,16,12)', batch_size='5'",
    "rand_mirror_prob=1", "rand_mirror_prob=1, path_imgrec=p + 'x.rec', resize_mode='fit'",
    "shuffle=True, seed=1", "shuffle=True, batch_size=7", "round_batch=False", "round_batch=False, batch_size=7",
    "num_parts=3, part_index=0", "num_parts=3, part_index=1", "num_parts=3, part_index=2, label_pad_width=17",
    "aug_seq='det_aug_default', ctx='cpu', prefetch_buffer=1, shuffle_chunk_size=4",
    "rand_crop_prob=1, min_crop_overlaps=(0.99,), max_crop_trials=(1,)", "rand_pad_prob=1, max_pad_scale=0.5",
]  # fmt: skip


@pytest.mark.parametrize("args", ARGS)
def test_iter(both, files, args):
    both(RUN.replace("ARGS", args), p=files, rtol=1e-5, atol=1e-4)


def test_cubic(both, files):
    """OpenCV's versions round differently."""
    both(RUN.replace("ARGS", "resize=40, inter_method=2"), p=files, atol=2.01)


@pytest.mark.parametrize("mode", ["shrink", "fit", "force"])
@pytest.mark.parametrize("shape", [(3, 64, 48), (3, 33, 100), (3, 300, 300)])
def test_sizes(both, files, mode, shape):
    code = RUN.replace("ARGS", f"path_imgrec=p + 'sizes.rec', batch_size=120, resize_mode={mode!r}, data_shape={shape}")
    both(code.replace("range(3)", "range(1)"), p=files, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    "args, words",
    [
        ("label_width=7", "label_width is 7"), ("label_pad_width=5", "label_pad_width=5"), ("path_imgrec='no'", "no"),
        ("resize_mode='best'", "resize_mode"), ("crop_emit_mode='x'", "crop_emit_mode"),
        ("rand_crop_prob=1, min_crop_scales=(0.4,), max_crop_scales=(0.4,)", "min_crop_scales=0.4"),
        ("rand_crop_prob=1, min_crop_scales=(-1,)", "min_crop_scales=-1"),
        ("rand_crop_prob=1, min_crop_overlaps=(0.5,), max_crop_overlaps=(0.2,)", "min_crop_overlaps=0.5"),
        ("rand_crop_prob=1, num_crop_sampler=3, min_crop_scales=(0.3, 0.6)", "num_crop_sampler=3"),
        ("rand_crop_prob=1, min_crop_scales=(0.3, 0.6)", "num_crop_sampler=1"),
        ("path_imgrec=p + 'short.rec', batch_size=2", "has 2 numbers"),
        ("path_imgrec=p + 'shorter.rec', batch_size=1", "2 numbers"),
        ("path_imgrec=p + 'head.rec', batch_size=1", "header"),
        ("path_imgrec=p + 'rest.rec', batch_size=1", "remainder"),
        ("path_imgrec=p + 'object.rec', batch_size=1", "of 5"),
    ],
)  # fmt: skip
def test_errors(both, files, args, words):
    both(RUN.replace("ARGS", args), p=files, raises=words)
