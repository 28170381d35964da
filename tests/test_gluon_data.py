"""Data sets, samplers, loaders with and without workers, transforms."""

import os
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.base import MXNetError, MXNetValueError
from mxr.gluon import data as gdata
from mxr.gluon.data.vision import transforms
from mxr.kernels.row_copies import rows_of

WORKERS = [{"num_workers": 0}, {"num_workers": 2}, {"num_workers": 2, "thread_pool": True}]
IDS = ["here", "processes", "threads"]


@pytest.fixture
def loader():
    """DataLoader whose workers are ended with the test."""
    made = []

    def make(*args, **kwargs):
        made.append(gdata.DataLoader(*args, **kwargs))
        return made[-1]

    yield make
    for one in made:
        one.close()


def rows(batches):
    return [b.asnumpy().tolist() for b in batches]


@pytest.mark.parametrize("workers", WORKERS, ids=IDS)
def test_batches_in_order(loader, workers, rng):
    x, y = rng.normal(size=(23, 200, 50)).astype("f"), np.arange(23, dtype="int32")  # large: through shared memory
    made = loader(gdata.ArrayDataset(x, y), 4, **workers)
    assert len(made) == 6
    for _ in range(2):
        batches = list(made)
        assert [b[1].asnumpy().tolist() for b in batches][-1] == [20, 21, 22]
        assert np.array_equal(np.concatenate([b[0].asnumpy() for b in batches]), x)
        assert batches[0][1].dtype == np.int32


@pytest.mark.parametrize("workers", WORKERS, ids=IDS)
def test_functions_defined_here_work(loader, workers):
    def square(v):
        return np.float32(v * v)

    made = loader(
        gdata.SimpleDataset(list(range(7))).transform(square),
        3,
        batchify_fn=lambda items: nd.array(items[::-1]),
        **workers,
    )
    assert rows(made) == [[4, 1, 0], [25, 16, 9], [36]]


@pytest.mark.parametrize("workers", WORKERS, ids=IDS)
def test_shuffle_gives_the_same_order(loader, workers):
    made = loader(gdata.SimpleDataset(np.arange(20)), 6, shuffle=True, **workers)
    np.random.seed(7)
    got = np.concatenate([b.asnumpy() for b in made])
    np.random.seed(7)
    order = np.arange(20)
    np.random.shuffle(order)
    assert got.tolist() == order.tolist()


def test_last_batch():
    data = gdata.SimpleDataset(list(range(7)))
    assert rows(gdata.DataLoader(data, 3, last_batch="discard")) == [[0, 1, 2], [3, 4, 5]]
    rollover = gdata.DataLoader(data, 3, last_batch="rollover")
    assert [rows(rollover), len(rollover), rows(rollover)] == [
        [[0, 1, 2], [3, 4, 5]], 2, [[6, 0, 1], [2, 3, 4]],
    ]  # fmt: skip


@pytest.mark.parametrize("workers", WORKERS[1:], ids=IDS[1:])
def test_errors_of_workers_arrive(loader, workers):
    def fail(v):
        if v == 5:
            raise ValueError("five is right out")
        return v

    made = loader(gdata.SimpleDataset(list(range(8))).transform(fail), 2, **workers)
    got = []
    with pytest.raises(ValueError, match="five is right out"):
        for batch in made:
            got.append(batch)
    assert len(got) == 2
    assert len(list(loader(gdata.SimpleDataset(list(range(4))).transform(fail), 2, **workers))) == 2


def test_a_worker_that_dies_is_noticed(loader):
    def die(v):
        os._exit(3)

    with pytest.raises(MXNetError, match="died with exit code 3"):
        list(loader(gdata.SimpleDataset([1, 2]).transform(die), 1, num_workers=1))


def test_a_worker_that_hangs_is_noticed(loader):
    def hang(v):
        time.sleep(30)

    with pytest.raises(MXNetError, match=r"longer than 0.3 s"):
        list(loader(gdata.SimpleDataset([1, 2]).transform(hang), 1, num_workers=1, timeout=0.3))


def test_half_an_epoch_can_be_left(loader):
    made = loader(gdata.SimpleDataset(list(range(40))), 2, num_workers=2)
    for _ in range(3):
        for batch in made:
            assert batch.asnumpy().tolist() == [0, 1]
            break
    assert len(rows(made)) == 20


def test_two_epochs_at_once(loader):
    made = loader(gdata.SimpleDataset(list(range(6))), 2, num_workers=2)
    pairs = [(a.asnumpy().tolist(), b.asnumpy().tolist()) for a, b in zip(made, made)]
    assert pairs == [([0, 1],) * 2, ([2, 3],) * 2, ([4, 5],) * 2]


def test_workers_draw_their_own_numbers(loader):
    def noise(v):
        time.sleep(0.01)
        return np.float32(np.random.uniform())

    np.random.seed(1)
    before = np.random.get_state()[1].copy()
    made = loader(gdata.SimpleDataset(list(range(16))).transform(noise), 1, num_workers=2)
    values = {b.asscalar() for b in made}
    assert len(values) == 16
    assert (np.random.get_state()[1] == before).all()


def test_a_program_that_left_a_loop_over_workers_ends_in_silence():
    program = """if True:
        import numpy as np
        from mxr.gluon import data

        class Rows(data.Dataset):
            def __len__(self):
                return 64

            def __getitem__(self, i):
                return np.full((100, 100), i, "f")

        loader = data.DataLoader(Rows(), 8, num_workers=2)
        for batch in loader:
            break
        print(batch[0, 0, 0].asscalar())
    """
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout.split(), ended.stderr) == (0, ["0.0"], "")


def test_workers_end_with_the_loader():
    made = gdata.DataLoader(gdata.SimpleDataset([1, 2, 3]), 1, num_workers=2)
    list(made)
    processes = made._workers._processes
    assert len(processes) == 2 and all(p.is_alive() for p in processes)
    made.close()
    assert not any(p.is_alive() for p in processes)
    assert rows(made) == [[1], [2], [3]]
    made.close()


def test_auto_reload(loader):
    made = loader(gdata.SimpleDataset(list(range(4))), 2, num_workers=1, auto_reload=True)
    assert [rows(made), rows(made)] == [[[0, 1], [2, 3]]] * 2


def test_threads_run_in_this_process(loader):
    names = set()

    def name(v):
        names.add(threading.current_thread().name)
        return v

    list(loader(gdata.SimpleDataset([1, 2]).transform(name), 1, num_workers=1, thread_pool=True))
    assert all(n.startswith("mxr-data") for n in names) and names


@pytest.mark.parametrize(
    "options, message",
    [
        ({}, "batch_size must be specified"),
        ({"batch_size": 0}, "positive integer, got 0"),
        ({"batch_size": 2, "shuffle": True, "sampler": gdata.SequentialSampler(2)}, "shuffle must not be specified"),
        ({"batch_size": 2, "batch_sampler": [[0]]}, "must not be specified if batch_sampler"),
        ({"batch_size": 2, "last_batch": "drop"}, "'keep', 'discard', or 'rollover', but got drop"),
        ({"batch_size": 2, "timeout": 0}, "timeout"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises((ValueError, AssertionError), match=message):
        gdata.DataLoader([1, 2], **options)


def test_examples_of_different_sizes_need_a_batchify():
    with pytest.raises(MXNetValueError, match="batchify_fn"):
        next(iter(gdata.DataLoader(gdata.SimpleDataset([[1], [1, 2]]), 2)))
    with pytest.raises(MXNetError, match="stack"):
        next(iter(gdata.DataLoader(gdata.SimpleDataset([nd.ones((1,)), nd.ones((2,))]), 2)))


@pytest.mark.parametrize(
    "columns",
    [
        lambda r: (nd.array(r.normal(size=(9, 3))), nd.arange(9)),
        lambda r: (r.normal(size=(9, 3)), list(range(9))),
        lambda r: (r.integers(0, 9, (9, 2)).astype("uint8"), r.normal(size=9).astype("float16")),
        lambda r: (nd.array(r.normal(size=(9, 2, 2)), dtype="float64"),),
    ],
)
@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover"])
@pytest.mark.parametrize("shuffle", [False, True], ids=["in order", "shuffled"])
def test_batches_cut_out_at_once_equal_those_of_single_examples(columns, shuffle, last_batch, rng):
    data = gdata.ArrayDataset(*columns(rng))

    def epochs(of):
        np.random.seed(5)
        loader = gdata.DataLoader(of, 4, shuffle, last_batch=last_batch)
        return [batch for _ in range(3) for batch in loader]

    fast, slow = epochs(data), epochs(gdata.SimpleDataset([data[i] for i in range(9)]))
    assert len(fast) == len(slow) == {"keep": 9, "discard": 6, "rollover": 6}[last_batch]
    for a, b in zip(fast, slow):
        a, b = (x if isinstance(x, list) else [x] for x in (a, b))
        for x, y in zip(a, b, strict=True):
            assert (x.dtype, x.shape, x.asnumpy().tolist()) == (y.dtype, y.shape, y.asnumpy().tolist())


@pytest.mark.parametrize("shuffle", [False, True], ids=["in order", "shuffled"])
def test_batches_are_independent_of_the_data(shuffle, rng):
    x, y = rng.normal(size=(40, 3, 50)).astype("f"), nd.arange(40)
    data = gdata.ArrayDataset(nd.array(x), x, y)
    first, numpy, label = next(iter(gdata.DataLoader(data, 8, shuffle)))
    order = label.asnumpy().astype(int)
    data._data[0][:] = 0
    expected = x[order]
    x[:] = 1
    data._data[2][:] = -1
    for batch in (first, numpy):
        np.testing.assert_array_equal(batch.asnumpy(), expected)
    np.testing.assert_array_equal(label.asnumpy(), order)
    first[:] = 5
    assert not data._data[0].asnumpy().any()


@pytest.mark.parametrize("last_batch", ["keep", "discard", "rollover"])
def test_an_iterator_made_before_another_ends_takes_what_that_left(last_batch):
    def epochs(of):
        loader = gdata.DataLoader(of, 3, last_batch=last_batch)
        first, second = iter(loader), iter(loader)
        return [[b.asnumpy().tolist() for b in batches] for batches in (first, second, loader)]

    x = np.arange(7, dtype="f")
    assert epochs(gdata.ArrayDataset(x)) == epochs(gdata.SimpleDataset([*x]))


def test_numbers_of_a_sampler_that_are_out_of_range_or_negative():
    data = gdata.ArrayDataset(np.arange(5.0))
    for sampler in (gdata.RandomSampler(7), gdata.SequentialSampler(5, start=2)):
        with pytest.raises(IndexError):
            list(gdata.DataLoader(data, 2, sampler=sampler))
    assert rows(gdata.DataLoader(data, 2, sampler=[-1, 0, -5, 4])) == [[4, 0], [0, 4]]
    assert rows(gdata.DataLoader(data, 2, sampler=gdata.SequentialSampler(3, start=1))) == [[1, 2], [3]]


@pytest.mark.parametrize("shape", [(50, 64), (50, 65), (50, 3, 33), (20, 4096), (20, 4097), (50, 3), (50,), (50, 0)])
@pytest.mark.parametrize("dtype", ["float32", "uint8", "float64"])
def test_rows_of_any_length_are_those_of_take(shape, dtype, rng):
    table = rng.integers(0, 255, shape).astype(dtype)
    for source in (table, np.asfortranarray(table), table[::-1]):
        for numbers in (rng.integers(0, len(table), n) for n in (1, 2, 3, 40)):
            for index in (numbers, numbers[::-1], numbers.astype("int32")):
                taken = rows_of(source, index)
                np.testing.assert_array_equal(taken, source.take(index, axis=0))
                assert taken.flags.c_contiguous and taken.flags.owndata and taken.dtype == table.dtype


def test_dataset_tools():
    data = gdata.SimpleDataset(list(range(10)))
    assert list(data.filter(lambda v: v % 3 == 0)) == [0, 3, 6, 9]
    assert [list(data.shard(3, i)) for i in range(3)] == [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert list(data.take(2)) == [0, 1] and len(data.take(None)) == 10
    assert list(data.sample(gdata.SequentialSampler(3, start=4))) == [4, 5, 6]
    calls = []
    eager = data.transform(lambda v: calls.append(v) or v, lazy=False)
    assert len(calls) == 10 and eager[3] == 3
    lazy = gdata.ArrayDataset(np.arange(3), np.arange(3) * 10).transform_first(lambda v: -v)
    assert lazy[2] == (-2, 20)
    assert gdata.ArrayDataset(np.arange(4)).transform_first(lambda v: v + 1)[1] == 2
    with pytest.raises(AssertionError, match=r"array\[1\] has 2"):
        gdata.ArrayDataset([1, 2, 3], [1, 2])


@pytest.mark.parametrize("kind", ["MNIST", "FashionMNIST"])
@pytest.mark.parametrize("train", [True, False])
def test_image_sets(kind, train):
    data = getattr(gdata.vision, kind)(train=train)
    image, label = data[3]
    assert (image.shape, image.dtype, image.context) == ((28, 28, 1), np.uint8, mx.cpu())
    assert isinstance(label, np.int32) and 0 <= label <= 9
    images, labels = data[0:5]
    assert images.shape == (5, 28, 28, 1) and labels.shape == (5,)
    assert len(data) in ((60000, 10000) if train else (10000, 2000))
    assert images.asnumpy().max() > 200


def test_image_set_with_transform():
    data = gdata.vision.MNIST(train=False, transform=lambda x, y: (x.astype("float32") / 255, y.astype("float32")))
    image, label = data[0]
    assert image.asnumpy().max() <= 1 and label.dtype == np.float32


def test_loading_fashion_mnist_with_workers(loader):
    data = gdata.vision.FashionMNIST(train=False).take(600).transform_first(transforms.ToTensor())
    plain, quick = (list(loader(data, 256, num_workers=n)) for n in (0, 2))
    assert [b[0].shape for b in plain] == [(256, 1, 28, 28), (256, 1, 28, 28), (88, 1, 28, 28)]
    for a, b in zip(plain, quick):
        assert (a[0].asnumpy() == b[0].asnumpy()).all() and (a[1].asnumpy() == b[1].asnumpy()).all()


def test_resize():
    image = nd.array(np.arange(48).reshape(4, 4, 3), dtype="uint8")
    assert transforms.Resize(8)(image).shape == (8, 8, 3)
    assert transforms.Resize((6, 2))(image).shape == (2, 6, 3)
    wide = nd.zeros((4, 8, 1), dtype="uint8")
    assert transforms.Resize(2, keep_ratio=True)(wide).shape == (2, 4, 1)
    assert transforms.Resize(2)(nd.stack(wide, wide)).shape == (2, 2, 2, 1)
    assert transforms.Resize(4)(image).asnumpy().tolist() == image.asnumpy().tolist()
    with pytest.raises(MXNetValueError, match=r"expected \(h, w, c\)"):
        transforms.Resize(4)(nd.ones((4, 4)))


def test_transform_errors():
    with pytest.raises(MXNetValueError, match=r"shape \(3, 2\), expected \(h, w, c\)"):
        transforms.ToTensor()(nd.ones((3, 2)))
    with pytest.raises(MXNetValueError, match=r"expected \(c, h, w\).*channels"):
        transforms.Normalize(0.5, 0.5)(nd.ones((2, 2, 3), dtype="uint8"))
    with pytest.raises(TypeError, match="blocks and functions"):
        transforms.Compose([3])


def test_compose_takes_functions():
    chain = transforms.Compose([transforms.ToTensor(), lambda x: x * 2])
    assert chain(nd.full((2, 2, 1), 255, dtype="uint8")).asnumpy().max() == 2
    assert gluon.data.vision.transforms is transforms


@pytest.mark.parametrize("thread_pool", [False, True])
def test_a_loader_lives_as_long_as_its_iterator(thread_pool):
    data = gdata.ArrayDataset(np.arange(20, dtype="f"))
    seen = [x.asnumpy().tolist() for x in gdata.DataLoader(data, 4, num_workers=2, thread_pool=thread_pool)]
    assert seen == [list(range(i, i + 4)) for i in range(0, 20, 4)]


@pytest.mark.parametrize("workers", [0, 2])
def test_transforms_in_workers(workers):
    """OpenCV was used in the parent; its threads must not be waited for in the children."""
    big = np.random.default_rng(0).integers(0, 256, (8, 40, 50, 3)).astype("uint8")
    chain = transforms.Compose(
        [transforms.RandomResizedCrop(16), transforms.RandomColorJitter(0.1, 0.1, 0.1, 0.1), transforms.ToTensor()]
    )
    chain(nd.array(big[0], dtype="uint8")).wait_to_read()
    data = gdata.SimpleDataset([(nd.array(x, dtype="uint8"), i) for i, x in enumerate(big)]).transform_first(chain)
    shapes = [x.shape for x, _ in gdata.DataLoader(data, 4, num_workers=workers, timeout=60)]
    assert shapes == [(4, 3, 16, 16)] * 2
