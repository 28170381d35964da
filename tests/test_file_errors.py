"""Files that are not there or cannot be opened: MXNet's error, and Python's as well."""

import errno
import pickle

import pytest

import mxr as mx
from mxr.base import MXNetError

MISSING = "no_such_folder/x"


def trainer():
    p = mx.gluon.Parameter("p", shape=(2,))
    p.initialize()
    return mx.gluon.Trainer([p], "sgd")


READERS = {
    "nd.load": mx.nd.load,
    "load_parameters": lambda f: mx.gluon.nn.Dense(1).load_parameters(f),
    "sym.load": mx.sym.load,
    "imports": lambda f: mx.gluon.SymbolBlock.imports(f, ["data"]),
    "load_states": lambda f: trainer().load_states(f),
    "MXRecordIO": lambda f: mx.recordio.MXRecordIO(f, "r"),
    "RecordFileDataset": lambda f: mx.gluon.data.RecordFileDataset(f),
    "ImageRecordIter": lambda f: mx.io.ImageRecordIter(path_imgrec=f, data_shape=(3, 4, 4), batch_size=1),
    "CSVIter": lambda f: mx.io.CSVIter(data_csv=f, data_shape=(3,), batch_size=1),
    "LibSVMIter": lambda f: mx.io.LibSVMIter(data_libsvm=f, data_shape=(3,), batch_size=1),
    "MNISTIter": lambda f: mx.io.MNISTIter(image=f, label=f, batch_size=1),
    "imread": mx.image.imread,
}
WRITERS = {
    "nd.save": lambda f: mx.nd.save(f, mx.nd.ones(1)),
    "sym.save": lambda f: mx.sym.var("x").save(f),
    "MXRecordIO": lambda f: mx.recordio.MXRecordIO(f, "w"),
}


@pytest.mark.parametrize("call", [*READERS.values(), *WRITERS.values()], ids=[*READERS, *(f"w-{n}" for n in WRITERS)])
def test_missing(call):
    with pytest.raises(FileNotFoundError, match=MISSING) as caught:
        call(MISSING)
    assert isinstance(caught.value, MXNetError) and not str(caught.value).startswith("[Errno")


def test_what_the_system_said():
    with pytest.raises(OSError, match="^cannot read '/': Is a directory$") as caught:
        mx.nd.load("/")
    error = caught.value
    assert isinstance(error, MXNetError) and isinstance(error, IsADirectoryError)
    assert (error.errno, error.filename) == (errno.EISDIR, "/")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
