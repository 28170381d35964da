"""mx.contrib.text: what MXNet does otherwise or not, and its hosted files."""

import hashlib
import zipfile

import numpy as np
import pytest

import mxr as mx
from mxr.contrib.text import embedding, vocab


def test_reserved_tokens_keep_their_own_rows(tmp_path):
    """MXNet lists a reserved token of the file twice and gives the rows to others."""
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 2\nb 3 4\n")
    e = embedding.CustomEmbedding(str(path), reserved_tokens=["<pad>", "b"], init_unknown_vec=mx.nd.ones)
    assert e.idx_to_token == ["<unk>", "<pad>", "b", "a"]
    np.testing.assert_array_equal(e.idx_to_vec.asnumpy(), [[1, 1], [1, 1], [3, 4], [1, 2]])


def test_messages_name_file_line_and_value(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 2\nb 1 x\n")
    with pytest.raises(mx.MXNetError, match=r"line 2 .*vectors\.txt: 'x' is no number"):
        embedding.CustomEmbedding(str(path))
    path.write_text("a 1 2\na 3 4\n")
    with pytest.warns(UserWarning, match="token a has been loaded and a duplicate"):
        embedding.CustomEmbedding(str(path))


def test_many_lines_are_read_in_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr(embedding, "CHUNK", 7)
    path = tmp_path / "vectors.txt"
    path.write_text("".join(f"w{i} {i} {i / 2}\n" for i in range(50)))
    e = embedding.CustomEmbedding(str(path))
    np.testing.assert_array_equal(e.idx_to_vec.asnumpy()[1:], [[i, i / 2] for i in range(50)])


def test_vectors_serve_an_embedding_layer(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("hello 1 2\nworld 3 4\n")
    e = embedding.CustomEmbedding(str(path))
    layer = mx.gluon.nn.Embedding(len(e), e.vec_len)
    layer.initialize()
    layer.weight.set_data(e.idx_to_vec)
    out = layer(mx.nd.array(e.to_indices(["world", "hello", "there"])))
    np.testing.assert_array_equal(out.asnumpy(), [[3, 4], [1, 2], [0, 0]])


def test_own_embeddings_are_registered(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 2\n")

    @embedding.register
    class Mine(embedding._TokenEmbedding):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self._load_embedding(str(path), " ", mx.nd.zeros)

    assert embedding.create("mine").idx_to_token == ["<unk>", "a"]


def test_hosted_file_from_disk_or_repository(tmp_path, monkeypatch):
    name, content = "glove.6B.50d.txt", b"a 1 2\nb 3 4\n"
    monkeypatch.setitem(embedding.GloVe.pretrained_file_name_sha1, name, hashlib.sha1(content).hexdigest())
    folder = tmp_path / "glove"
    folder.mkdir()
    (folder / name).write_bytes(content)
    v = vocab.Vocabulary(mx.contrib.text.utils.count_tokens_from_str("b c"))
    e = embedding.create("GloVe", pretrained_file_name=name, embedding_root=str(tmp_path), vocabulary=v)
    np.testing.assert_array_equal(e.idx_to_vec.asnumpy(), [[0, 0], [3, 4], [0, 0]])

    def fetch(url, path, retries):
        assert url == "http://here/gluon/embeddings/glove/glove.6B.zip"
        with zipfile.ZipFile(f"{path}/glove.6B.zip", "w") as packed:
            packed.writestr(name, content)
        return f"{path}/glove.6B.zip"

    (folder / name).unlink()
    monkeypatch.setenv("MXNET_GLUON_REPO", "http://here")
    monkeypatch.setattr(mx.gluon.utils, "download", fetch)
    assert embedding.GloVe(name, str(tmp_path)).idx_to_token == ["<unk>", "a", "b"]
    assert [p.name for p in folder.iterdir()] == [name]
    monkeypatch.setattr(mx.gluon.utils, "check_sha1", lambda path, sha1: False)  # programs replace it, too
    with pytest.raises(mx.MXNetError, match="is damaged"):
        embedding.GloVe(name, str(tmp_path))


def test_no_network_says_where_the_file_belongs(tmp_path, monkeypatch):
    monkeypatch.setenv("MXNET_GLUON_REPO", "http://127.0.0.1:9/")
    with pytest.raises(mx.MXNetError, match=r"the embedding file wiki\.aa\.vec is not at .* could not be downloaded"):
        embedding.FastText("wiki.aa.vec", str(tmp_path))
