"""gluon.contrib.data.text: where files come from, arguments, a language model that learns."""

import hashlib
import pickle
import zipfile

import numpy as np
import pytest

import mxr as mx
from mxr import gluon, nd
from mxr.base import MXNetError
from mxr.gluon.contrib.data import IntervalSampler, text

TRAIN = " = A Title = \n \n the cat sat on the <unk> mat , the dog sat on the cat . \n\n the end \n"
PARTS = {"train": TRAIN, "valid": "the dog sat on the horse \n", "test": "the end \n"}


def fill(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, words in PARTS.items():
        (folder / f"wiki.{name}.tokens").write_text(words)
    return folder


@pytest.fixture
def root(tmp_path):
    return fill(tmp_path / "wiki")


def words(data, row):
    return [data.vocabulary.to_tokens(x.asnumpy().tolist()) for x in data[row]]


def test_sequences(root):
    data = text.WikiText2(root, seq_len=4)
    assert len(data) == 5 and words(data, 0) == [["=", "A", "Title", "="], ["A", "Title", "=", "<eos>"]]
    assert words(data, 1)[1] == ["the", "cat", "sat", "on"] and words(data, -1)[1] == ["the", "cat", ".", "<eos>"]
    assert data.vocabulary.idx_to_token[:3] == ["<unk>", "<eos>", "the"] and data.frequencies["the"] == 5
    assert data[0][0].dtype is np.int32 and data[1:3][0].shape == (2, 4)
    other = text.WikiText2(root, "validation", data.vocabulary, 3)
    assert words(other, 1) == [["on", "the", "<unk>"], ["the", "<unk>", "<eos>"]]
    assert other.vocabulary is data.vocabulary and other.frequencies["horse"] == 1
    assert len(text.WikiText2(root, "test")) == 0
    assert pickle.loads(pickle.dumps(other))[0][0].asnumpy().tolist() == other[0][0].asnumpy().tolist()


@pytest.mark.parametrize("workers", [0, 2])
def test_loader(root, workers):
    data = text.WikiText2(root, seq_len=2)
    loader = gluon.data.DataLoader(data, 2, sampler=IntervalSampler(len(data), 5), num_workers=workers)
    batches = [x.asnumpy().tolist() for x, _ in loader]
    rows = data._data.asnumpy().tolist()
    order = [0, 5, 10, 1, 6, 2, 7, 3, 8, 4, 9]
    assert batches == [[rows[i] for i in order[n : n + 2]] for n in range(0, 11, 2)]


def test_default_folder_is_below_the_home(root, tmp_path, monkeypatch):
    monkeypatch.setenv("MXNET_HOME", str(tmp_path / "home"))
    fill(tmp_path / "home" / "datasets" / "wikitext-103")
    assert len(text.WikiText103(segment="train", seq_len=4)) == 5
    monkeypatch.setenv("MXR_OFFLINE", "1")
    with pytest.raises(
        MXNetError, match=r"WikiText2: .*wikitext-2' has neither wikitext-2-v1\.zip.*MXR_OFFLINE is set"
    ):
        text.WikiText2()


def archive(folder, names=PARTS):
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "wikitext-2-v1.zip", "w") as packed:
        packed.writestr("wikitext-2/", "")
        for name in names:
            packed.writestr(f"wikitext-2/wiki.{name}.tokens", PARTS[name])
    return folder


def test_archive_on_disk(tmp_path):
    data = text.WikiText2(archive(tmp_path / "a"), seq_len=4)
    assert len(data) == 5 and len(list((tmp_path / "a").iterdir())) == 4
    with pytest.raises(MXNetError, match=r"lacks wiki\.test\.tokens"):
        text.WikiText2(archive(tmp_path / "b", ["train", "valid"]))
    (tmp_path / "a" / "wikitext-2-v1.zip").write_bytes(b"no zip")
    (tmp_path / "a" / "wiki.test.tokens").unlink()
    with pytest.raises(MXNetError, match="cannot unpack"):
        text.WikiText2(tmp_path / "a", "test")


def test_download(tmp_path, monkeypatch):
    served = archive(tmp_path / "server" / "gluon" / "dataset" / "wikitext-2") / "wikitext-2-v1.zip"
    monkeypatch.delenv("MXR_OFFLINE", raising=False)
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "server").as_uri())
    with pytest.raises(MXNetError, match="cannot be downloaded.*hash"):
        text.WikiText2(tmp_path / "here")
    monkeypatch.setattr(text.WikiText2, "_sha1", hashlib.sha1(served.read_bytes()).hexdigest())
    assert len(text.WikiText2(tmp_path / "here", seq_len=4)) == 5
    served.unlink()
    assert len(text.WikiText2(tmp_path / "here", "validation", seq_len=3)) == 2


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"segment": "valid"}, "segment='valid': expected one of train, validation, test"),
        ({"segment": None}, "segment=None"), ({"seq_len": 0}, "seq_len"), ({"seq_len": 2.5}, "seq_len"),
        ({"vocab": {"the": 1}}, "vocab must be .*Vocabulary, got dict"),
    ],
)  # fmt: skip
def test_arguments(root, given, match):
    with pytest.raises(MXNetError, match=match):
        text.WikiText2(root, **given)


def test_bytes_that_are_no_text(root):
    (root / "wiki.test.tokens").write_bytes(b"the \xff\xfe end")
    with pytest.raises(MXNetError, match="cannot read .*wiki.test.tokens"):
        text.WikiText2(root, "test")


def test_language_model(root):
    data = text.WikiText2(root, seq_len=4)
    size = len(data.vocabulary)
    mx.random.seed(0)
    net = gluon.nn.HybridSequential()
    net.add(gluon.nn.Embedding(size, 16), gluon.nn.Dense(size, flatten=False))
    net.initialize(mx.init.Xavier())
    net.hybridize()
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.1})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    values = []
    for _ in range(30):
        for x, y in gluon.data.DataLoader(data, 2):
            with mx.autograd.record():
                value = loss(net(x), y)
            value.backward()
            trainer.step(len(x))
        values.append(float(nd.mean(value).asscalar()))
    assert values[0] > 2 and values[-1] < 1
