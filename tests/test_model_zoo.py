"""gluon.model_zoo: models by name, where parameter files are looked for, what is said where there are none."""

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

import mxr as mx
from mxr.gluon.model_zoo import model_store, vision


def test_there_are_34_models_and_each_has_a_hash():
    assert len(vision._models) == 34
    assert set(vision._models) == set(model_store._model_sha1)
    for name, make in vision._models.items():
        assert "pretrained" in make.__doc__, name


@pytest.mark.parametrize("name", sorted(vision._models))
def test_shapes(name):
    net = vision.get_model(name, classes=5)
    net.initialize()
    shape = (1, 3, 299, 299) if name == "inceptionv3" else (1, 3, 224, 224)
    assert net(mx.sym.Variable("data")).infer_shape(data=shape)[1] == [(1, 5)]


def test_unknown_names():
    with pytest.raises(mx.MXNetError, match=r"(?s)Model resnet19_v1 is not supported.*resnet18_v1") as e:
        vision.get_model("resnet19_v1")
    assert isinstance(e.value, ValueError)
    with pytest.raises(mx.MXNetError, match="name must be a string"):
        vision.get_model(18)
    with pytest.raises(mx.MXNetError, match="number of layers of ResNet: 19. Options are 18, 34"):
        vision.get_resnet(1, 19)
    with pytest.raises(mx.MXNetError, match="resnet version: 3"):
        vision.get_resnet(3, 18)
    with pytest.raises(mx.MXNetError, match="SqueezeNet version: '1.2'"):
        vision.SqueezeNet("1.2")
    with pytest.raises(mx.MXNetError, match="Pretrained model for resnet is not available"):
        model_store.short_hash("resnet")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A repository with a file for squeezenet1.1 of ten classes, and its hash in the table."""
    net = vision.squeezenet1_1(classes=10)
    net.initialize()
    net(mx.nd.ones((1, 3, 224, 224)))
    path = tmp_path / "made.params"
    net.save_parameters(str(path))
    sha1 = hashlib.sha1(path.read_bytes()).hexdigest()
    monkeypatch.setitem(model_store._model_sha1, "squeezenet1.1", sha1)
    folder = tmp_path / "server" / "gluon" / "models"
    folder.mkdir(parents=True)
    stem = f"squeezenet1.1-{sha1[:8]}"
    with zipfile.ZipFile(folder / f"{stem}.zip", "w") as packed:
        packed.write(path, f"{stem}.params")
    monkeypatch.setenv("MXNET_GLUON_REPO", (tmp_path / "server").as_uri())
    return net, path, stem


def test_pretrained_from_a_file_that_is_there(tiny, tmp_path):
    net, path, stem = tiny
    root = tmp_path / "models"
    root.mkdir()
    shutil.copy(path, root / f"{stem}.params")
    again = vision.get_model("squeezenet1.1", pretrained=True, root=str(root), classes=10)
    x = mx.nd.random.uniform(shape=(1, 3, 224, 224))
    assert (again(x) == net(x)).asnumpy().all()
    model_store.purge(str(root))
    assert not list(root.iterdir())


def test_pretrained_is_downloaded_and_checked(tiny, tmp_path, monkeypatch):
    net, path, stem = tiny
    served = []

    def fetch(url, path, retries):
        served.append(url)
        source = tmp_path / "server" / "gluon" / "models" / url.rsplit("/", 1)[1]
        return shutil.copy(source, path)

    monkeypatch.setattr(mx.gluon.utils, "download", fetch)
    root = tmp_path / "models"
    root.mkdir()
    (root / f"{stem}.params").write_bytes(b"damaged")
    found = model_store.get_model_file("squeezenet1.1", str(root))
    assert served == [f"{(tmp_path / 'server').as_uri()}/gluon/models/{stem}.zip"]
    assert Path(found).read_bytes() == path.read_bytes()
    assert [p.name for p in root.iterdir()] == [f"{stem}.params"]
    monkeypatch.setitem(model_store._model_sha1, "squeezenet1.1", stem[-8:] + "0" * 32)
    with pytest.raises(mx.MXNetError, match="damaged"):
        model_store.get_model_file("squeezenet1.1", str(root))


def test_no_network_says_where_the_file_belongs(tmp_path, monkeypatch):
    monkeypatch.setenv("MXNET_GLUON_REPO", "http://127.0.0.1:9/")
    with pytest.raises(mx.MXNetError, match=r"alexnet-44335d1f\.params and could not be downloaded"):
        vision.alexnet(pretrained=True, root=str(tmp_path / "models"))
    assert not list((tmp_path / "models").iterdir())


def test_scope_of_an_empty_prefix_counts_with_the_block_around_it():
    outer = mx.gluon.nn.HybridSequential(prefix="outer_")
    with outer.name_scope():
        inner = mx.gluon.nn.HybridSequential(prefix="")
        with inner.name_scope():
            inner.add(mx.gluon.nn.Dense(2))
        outer.add(inner, mx.gluon.nn.Dense(2))
    assert [n for n in outer.collect_params() if n.endswith("weight")] == ["outer_dense0_weight", "outer_dense1_weight"]
