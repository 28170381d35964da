"""``%%R`` cells: rpy2's own magic with the objects of mxr as handles."""

import pytest

from tests.rpy2_support import PRELUDE, start_session

pytest.importorskip("IPython")

SHELL = (
    PRELUDE
    + """
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
warnings.simplefilter("default")
shell = InteractiveShell.instance()
def cell(code):
    with capture_output() as shown:
        done = shell.run_cell(code)
    if done.error_in_exec or done.error_before_exec:
        raise done.error_in_exec or done.error_before_exec
    return done.result, shown
cell("%load_ext mxr.interop.rpy2")
cell("import mxr as mx, numpy as np")
"""
)


@pytest.fixture
def session():
    return start_session()


def test_cells(session):
    session(
        """
        cell("x = mx.nd.ones((2, 3)); net = mx.sym.Variable('data'); n = np.array([[1.0, 2.0], [3.0, 4.0]]); k = 3")
        _, shown = cell('''%%R -i x,net,n,k -o y,fc,m,z,v
        stopifnot(is.mx.ndarray(x), identical(dim(x), c(3L, 2L)), is.mx.symbol(net))
        y <- x * 2 + 1                      # library(mxr) is done
        fc <- mx.symbol.FullyConnected(net, num_hidden = 2)
        z <- n                              # NumPy arrays keep their shape, as in every %%R cell
        m <- mx.nd.array(n)
        v <- c(1.5, 2.5)
        print(y)
        ''')
        assert "[1,]    3    3" in shown.stdout + "".join(str(o.data) for o in shown.outputs)
        ns = shell.user_ns
        assert isinstance(ns["y"], mx.nd.NDArray) and (ns["y"].asnumpy() == 3).all() and ns["y"].shape == (2, 3)
        assert isinstance(ns["fc"], mx.sym.Symbol)
        assert ns["z"].tolist() == [[1, 2], [3, 4]] and ns["m"].asnumpy().tolist() == [[1, 3], [2, 4]]
        assert list(ns["v"]) == [1.5, 2.5]
        # no copy: the handle is of the very array
        cell("%R -i x invisible(mxr:::.call('nd_assign', mxr:::nd_id(x), mxr:::nd_id(x * 5)))")
        assert (ns["x"].asnumpy() == 5).all()
        result, _ = cell("%R mx.nd.ones(c(2, 3)) + 1")
        assert isinstance(result, mx.nd.NDArray) and result.asnumpy().sum() == 12
        cell("%Rpush x"); cell("%R w <- x * 2")
        assert (cell("%Rget w")[0].asnumpy() == 10).all()      # %Rpull gives rpy2's raw objects, whatever the rules
        # models cross whole
        cell('''%%R -o model
        set.seed(1); a <- matrix(runif(80), 4); b <- as.numeric(a[1, ] > a[2, ])
        model <- mx.mlp(a, b, hidden_node = 2, out_node = 2, num.round = 1, array.layout = "colmajor", verbose = FALSE)
        ''')
        assert isinstance(ns["model"], mx.model.FeedForward)
        # errors are rpy2's
        from rpy2.ipython.rmagic import RInterpreterError
        raises(RInterpreterError, lambda: cell("%R mx.nd.array('text')"), "src.array")
        assert cell("%R 1 + 1")[0][0] == 2
        """,
        prelude=SHELL,
    )


def test_plots(session):
    session(
        """
        _, shown = cell('''%%R -w 300 -h 200
        plot(as.array(mx.nd.array(1:10)))
        ''')
        pictures = [o.data["image/png"] for o in shown.outputs if "image/png" in o.data]
        assert len(pictures) == 1 and len(pictures[0]) > 1000
        """,
        prelude=SHELL,
    )
