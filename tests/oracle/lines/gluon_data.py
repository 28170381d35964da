"""Lines for test_gluon_lines_oracle.py: parts begin with `# ---`; `# other:` and `# words:` name lines that differ."""

# ruff: noqa

# --- utils
# words: clip empty; dl noname
U = gluon.utils
x = nd.arange(24).reshape((6, 4))
T("split", lambda: U.split_data(x, 3))
T("split axis", lambda: U.split_data(x, 2, batch_axis=1))
T("split uneven", lambda: U.split_data(x, 4))
T("split uneven ok", lambda: U.split_data(x, 4, even_split=False))
T("split axis uneven", lambda: U.split_data(x, 3, 1, False))
T("too many even", lambda: U.split_data(x, 12))
T("one", lambda: U.split_data(x, 1))
T("zero", lambda: U.split_data(x, 0))
T("np", lambda: U.split_data(x.asnumpy(), 2))
T("load", lambda: U.split_and_load(x, [mx.cpu(0), mx.cpu(1)]))
T("load np", lambda: U.split_and_load(x.asnumpy(), [mx.cpu(0), mx.cpu(1)]))
T("load list", lambda: U.split_and_load([1, 2, 3, 4], [mx.cpu(0), mx.cpu(1)]))
T("load one", lambda: U.split_and_load(x, [mx.cpu(1)]))
T("load uneven", lambda: U.split_and_load(x, [mx.cpu(i) for i in range(4)]))
T("load uneven ok", lambda: U.split_and_load(x, [mx.cpu(i) for i in range(4)], even_split=False))
T("load empty", lambda: U.split_and_load(x, []))


def clip(arrs, m, **kw):
    arrs = [nd.array(a) for a in arrs]
    r = U.clip_global_norm(arrs, m, **kw)
    return type(r).__name__, r, arrs


T("clip", lambda: clip([[3, 4.0]], 1))
T("clip no", lambda: clip([[3, 4.0]], 10))
T("clip two", lambda: clip([[3, 4.0], [[12.0]]], 1))
T("clip nf", lambda: clip([[3, 4.0], [[12.0]]], 1, check_isfinite=False))
T("clip nf no", lambda: clip([[3, 4.0]], 100, check_isfinite=False))
T("clip nan", lambda: clip([[3, float("nan")]], 1)[:2])
T("clip inf", lambda: clip([[3, float("inf")]], 1)[:1])
T("clip nan nf", lambda: clip([[3, float("nan")]], 1, check_isfinite=False)[:1])
T("clip empty", lambda: U.clip_global_norm([], 1))
T("clip ctx", lambda: (lambda a, b: [U.clip_global_norm([a, b], 1), a, b])(nd.array([3]), nd.array([4], ctx=mx.cpu(1))))
T(
    "sha",
    lambda: [
        open(folder + "/s", "w").write("abc"),
        U.check_sha1(folder + "/s", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        U.check_sha1(folder + "/s", "x"),
    ],
)
T("sha none", lambda: U.check_sha1(folder + "/nos", "x"))
T("dl noname", lambda: U.download("http://127.0.0.1:9/"))
T("dl neg", lambda: U.download("http://127.0.0.1:9/zz", retries=-1))
T("brief", lambda: [U._brief_print_list(list("abc")), U._brief_print_list(range(20)), U._brief_print_list([])])

# --- data
# other: dl *num_workers*
# words: base*; shard bad; shard bad2; shard 0; ad len; interval bad; record none; bf nd ragged
D = gluon.data


class Sq(D.Dataset):
    def __len__(self):
        return 5

    def __getitem__(self, i):
        if i >= 5:
            raise IndexError(i)
        return i * i


ds = Sq()
T("base", lambda: D.Dataset()[0])
T("base len", lambda: len(D.Dataset()))
T("filter", lambda: [list(ds.filter(lambda v: v % 2)[i] for i in range(2)), len(ds.filter(lambda v: v % 2))])
T("shard", lambda: [[len(ds.shard(3, i)) for i in range(3)], [ds.shard(2, 1)[i] for i in range(2)]])
T("shard bad", lambda: ds.shard(3, 3))
T("shard bad2", lambda: ds.shard(3, -1))
T("shard 0", lambda: ds.shard(0, 0))
T("take", lambda: [len(ds.take(2)), len(ds.take(None)), len(ds.take(50)), ds.take(2)[1]])
T("take over", lambda: ds.take(2)[2])
T("sample", lambda: [ds.sample(D.SequentialSampler(3))[2], len(ds.sample(D.SequentialSampler(3)))])
T("sample bad", lambda: ds.sample([1, 2]))
T(
    "transform",
    lambda: [
        ds.transform(lambda v: v + 1)[2],
        ds.transform(lambda v: v + 1, lazy=False)[2],
        len(ds.transform(lambda v: v)),
    ],
)
ad = D.ArrayDataset([1, 2, 3], [4, 5, 6])
T(
    "ad",
    lambda: [
        ad[1],
        len(ad),
        D.ArrayDataset([1, 2])[0],
        ad.transform(lambda a, b: a + b)[0],
        ad.transform_first(lambda a: a * 10)[1],
    ],
)
T("ad len", lambda: D.ArrayDataset([1, 2, 3], [4, 5]))
T("ad none", lambda: D.ArrayDataset())
T("ad nd", lambda: D.ArrayDataset(nd.arange(6).reshape((3, 2)), nd.arange(3))[1])
T("ad slice", lambda: ad[0:2])
T("ad over", lambda: ad[7])
T("ad nd over", lambda: D.ArrayDataset(nd.arange(3))[7])
T(
    "simple",
    lambda: [
        D.SimpleDataset([1, 2])[1],
        len(D.SimpleDataset("abc")),
        D.SimpleDataset([(1, 2)]).transform_first(lambda a: a + 5)[0],
    ],
)
T("tf single", lambda: ds.transform_first(lambda v: v + 1)[2])
for lb in ("keep", "discard", "rollover"):
    T("bs " + lb, lambda: (lambda b: [list(b), len(b), list(b), len(b)])(D.BatchSampler(D.SequentialSampler(7), 3, lb)))
T("bs bad", lambda: list(D.BatchSampler(D.SequentialSampler(7), 3, "x")))
T("bs bad len", lambda: len(D.BatchSampler(D.SequentialSampler(7), 3, "x")))
T("base sampler", lambda: [len(D.Sampler())])
T("base sampler it", lambda: list(D.Sampler()))
T(
    "interval",
    lambda: [
        list(gluon.contrib.data.IntervalSampler(13, 3)),
        list(gluon.contrib.data.IntervalSampler(13, 3, rollover=False)),
        len(gluon.contrib.data.IntervalSampler(13, 3)),
    ],
)
T("interval bad", lambda: gluon.contrib.data.IntervalSampler(3, 5))
T("record none", lambda: D.RecordFileDataset(folder + "/none.rec"))
b = D.dataloader.default_batchify_fn
T("bf nd", lambda: b([nd.ones(2), nd.zeros(2)]))
T("bf num", lambda: b([1, 2]))
T("bf float", lambda: b([1.5, 2]))
T("bf tuple", lambda: b([(1, nd.ones(1)), (2, nd.ones(1))]))
T("bf np", lambda: b([np.ones(2, "f"), np.ones(2, "f")]))
T("bf list", lambda: b([[1, 2], [3, 4]]))
T("bf np64", lambda: b([np.float64(2)]))
T("bf u8", lambda: b([np.zeros((2, 2), "uint8")]))
T("bf nd ragged", lambda: b([nd.ones(1), nd.ones(2)]))
T("bf bool", lambda: b([True, False]))
T("bf named", lambda: b([(1, [2, 3]), (4, [5, 6])]))
m = D.dataloader.default_mp_batchify_fn
T("mp", lambda: [type(m([1, 2])).__name__, m([1, 2]).asnumpy().tolist()])
for kw in (
    dict(),
    dict(batch_size=2, batch_sampler=3),
    dict(batch_size=2, shuffle=True, sampler=[1]),
    dict(batch_sampler=[[1]], last_batch="keep"),
    dict(batch_size=2, last_batch="discard"),
    dict(batch_size=2, last_batch="rollover"),
    dict(batch_size=2, timeout=0),
    dict(batch_size=2, sampler=[0, 2]),
    dict(batch_sampler=[[0, 1], [2]]),
    dict(batch_size=2, last_batch="x"),
    dict(batch_size=2, num_workers=-3),
    dict(batch_size=2, prefetch=-1),
    dict(batch_size=2, shuffle=True),
    dict(batch_size=2, batchify_fn=lambda s: s),
    dict(batch_size=2, batchify_fn=lambda s: {"a": nd.array(s)}),
):
    T(
        "dl %s" % sorted((k, v if not callable(v) else "f") for k, v in kw.items()),
        lambda: list(D.DataLoader(list(range(5)), **kw)),
    )
T("dl len", lambda: [len(D.DataLoader(list(range(5)), 2)), len(D.DataLoader(list(range(5)), 2, last_batch="discard"))])
T("dl tuple", lambda: list(D.DataLoader(ad, 2)))
T("dl nd", lambda: list(D.DataLoader(nd.arange(6).reshape((3, 2)), 2)))
T("dl np", lambda: list(D.DataLoader(np.arange(6).reshape((3, 2)), 2)))

# --- transforms
# words: norm shape; rot int; rrot bad; rrot p; rot 2d; norm bad; resize bad; cc bad; cc neg; cr over; tt bad; np
V = gluon.data.vision.transforms
img = nd.array(np.arange(6 * 8 * 3).reshape((6, 8, 3)) % 256, dtype="uint8")
TS = {
    "tt": lambda: V.ToTensor(),
    "cast": lambda: V.Cast("float16"),
    "norm": lambda: V.Normalize((1, 2, 3), (2, 2, 2)),
    "resize": lambda: V.Resize(4),
    "resize2": lambda: V.Resize((4, 3)),
    "resizek": lambda: V.Resize(4, keep_ratio=True),
    "cc": lambda: V.CenterCrop(4),
    "cc2": lambda: V.CenterCrop((10, 4)),
    "cr": lambda: V.CropResize(1, 1, 4, 3),
    "crr": lambda: V.CropResize(1, 1, 4, 3, (2, 2), 1),
    "lr": lambda: V.RandomFlipLeftRight(),
    "tb": lambda: V.RandomFlipTopBottom(),
    "rrc": lambda: V.RandomResizedCrop(4),
    "br": lambda: V.RandomBrightness(0.3),
    "co": lambda: V.RandomContrast(0.3),
    "sa": lambda: V.RandomSaturation(0.3),
    "hu": lambda: V.RandomHue(0.3),
    "cj": lambda: V.RandomColorJitter(0.1, 0.1, 0.1, 0.1),
    "li": lambda: V.RandomLighting(0.1),
    "rot": lambda: V.Rotate(30),
    "rrot": lambda: V.RandomRotation((-10, 10)),
    "ra": lambda: V.RandomApply(V.Cast("float16"), p=1.0),
    "co1": lambda: V.Compose([V.Resize(4), V.ToTensor(), V.Normalize(0.5, 0.2)]),
    "co0": lambda: V.Compose([]),
    "cof": lambda: V.Compose([V.Resize(4), V.CenterCrop(2)]),
}
for k, f in TS.items():
    T(k + " repr", lambda: repr(f()))
    if k not in ("rrc", "rot", "rrot"):
        T(k + " shape", lambda: (lambda y: [y.shape, str(np.dtype(y.dtype))])(f()(img)))
    else:
        T(
            k + " shape",
            lambda: (lambda y: [y.shape, str(np.dtype(y.dtype))])(
                f()(img.transpose((2, 0, 1)).astype("float32") if "rot" in k else img)
            ),
        )
for k in ("tt", "norm", "cc", "cr", "crr", "resize", "resize2", "resizek", "cof"):
    T(k + " value", lambda: TS[k]()(img if k != "norm" else img.transpose((2, 0, 1)).astype("float32")))
T("tt batch", lambda: V.ToTensor()(img.expand_dims(0)).shape)
T("rot int", lambda: V.Rotate(30)(img))
T("rot both", lambda: V.Rotate(30, True, True)(img.transpose((2, 0, 1)).astype("float32")))
T("rrot bad", lambda: V.RandomRotation((10, -10)))
T("rrot p", lambda: V.RandomRotation((-10, 10), rotate_with_proba=2))
T("rot 2d", lambda: V.Rotate(30)(nd.ones((3, 3))))
T("norm bad", lambda: V.Normalize(0.1)(img))
T("resize bad", lambda: V.Resize((1, 2, 3))(img))
T("cc bad", lambda: V.CenterCrop((1, 2, 3))(img))
T("cc neg", lambda: V.CenterCrop(-1)(img))
T("cr over", lambda: V.CropResize(5, 5, 10, 10)(img))
T("tt bad", lambda: V.ToTensor()(nd.ones(3)))
T("np", lambda: V.ToTensor()(img.asnumpy()))
