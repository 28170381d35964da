"""mx.profiler: what is recorded, the trace, the table; nothing in the way while it is off."""

import json

import pytest

import mxr as mx
from mxr import profiler
from mxr.base import MXNetError
from mxr.core.op import get_op
from mxr.graph import run


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "profile.json"
    profiler.store.options.clear()
    profiler.set_config(profile_all=True, aggregate_stats=True, filename=str(file))
    yield file
    profiler.set_state("stop")
    profiler.resume()
    profiler.dumps(reset=True)


def times(**options):
    return json.loads(profiler.dumps(format="json", **options))["Time"]


def test_operators_executors_and_blocks(path):
    a = mx.nd.ones((4, 4))
    mx.nd.dot(a, a)
    profiler.set_state("run")
    for _ in range(3):
        mx.nd.dot(a, a).wait_to_read()
    net = mx.sym.FullyConnected(mx.sym.Variable("data"), num_hidden=3, name="fc")
    exe = net.simple_bind(mx.cpu(), data=(2, 3))
    exe.forward(is_train=True)
    exe.backward(mx.nd.ones((2, 3)))
    block = mx.gluon.nn.Dense(2, prefix="dense_")
    block.initialize()
    block.hybridize()
    block(mx.nd.ones((2, 3)))
    profiler.set_state("stop")
    mx.nd.exp(a)
    found = times()["operator"]
    assert found["dot"]["Count"] == 3 and found["dot"]["Min"] <= found["dot"]["Avg"] <= found["dot"]["Max"]
    assert found["dot"]["Total"] == pytest.approx(3 * found["dot"]["Avg"])
    assert "fc" in found and any("dense_fwd" in name for name in found) and "exp" not in found
    assert len([name for name in found if "backward" in name]) > 0
    profiler.dump()
    trace = json.loads(path.read_text())
    spans = [event for event in trace["traceEvents"] if event.get("name") == "dot"]
    assert trace["displayTimeUnit"] == "ms" and len(spans) == 3
    assert all(event["ph"] == "X" and event["dur"] > 0 for event in spans)
    assert spans[0]["ts"] + spans[0]["dur"] <= spans[1]["ts"]


def test_off_means_off(path):
    profiler.set_state("run")
    mx.nd.tanh(mx.nd.ones((2,)))
    assert run.timed is not None and type(get_op("tanh").plans) is not dict
    profiler.set_state("stop")
    assert run.timed is None and type(get_op("tanh").plans) is dict
    assert mx.nd.tanh(mx.nd.zeros((2,))).asnumpy().tolist() == [0, 0]


def test_pause_reset_and_errors_inside(path):
    a = mx.nd.ones((2, 2))
    profiler.set_state("run")
    profiler.pause()
    mx.nd.exp(a)
    profiler.resume()
    mx.nd.log(a)
    with pytest.raises(MXNetError, match="dot"):
        mx.nd.dot(a, mx.nd.ones((3, 3))).asnumpy()
    found = times(reset=True)["operator"]
    assert "log" in found and "exp" not in found
    assert times() == {}


def test_own_records(path):
    profiler.set_state("run")
    domain = profiler.Domain("mine")
    with domain.new_task("task"), domain.new_frame("frame"), profiler.Event("event"):
        counter = domain.new_counter("count", 3)
        counter += 2
        counter -= 1
        domain.new_marker("now").mark("process")
    profiler.set_state("stop")
    counter.increment(100)  # not recorded any more
    found = times()
    assert found["mine"]["task"]["Count"] == 1 and "frame" in found["mine,frame"] and "event" in found["event"]
    profiler.dump()
    events = json.loads(path.read_text())["traceEvents"]
    assert [e["args"]["count"] for e in events if e["ph"] == "C"] == [3, 5, 4]
    assert [e["s"] for e in events if e["name"] == "now"] == ["p"]
    with pytest.raises(MXNetError, match="without start"):
        domain.new_task("x").stop()
    with pytest.raises(MXNetError, match="valid values"):
        domain.new_marker("x").mark("nowhere")


def test_table_and_order(path):
    profiler.set_state("run")
    for _ in range(2):
        mx.nd.sqrt(mx.nd.ones((2,)))
    table = profiler.dumps(sort_by="count")
    assert "Profile Statistics:" in table and "Total Count" in table
    line = next(line for line in table.splitlines() if line.startswith("sqrt "))
    assert line.split()[1] == "2"
    names = list(times(sort_by="total")["operator"])
    assert names[::-1] == list(times(sort_by="total", ascending=True)["operator"])


def test_what_is_recorded_can_be_chosen(path):
    profiler.store.options.clear()
    profiler.set_config(profile_symbolic=True)
    profiler.set_state("run")
    mx.nd.cbrt(mx.nd.ones((2,)))
    exe = mx.sym.sin(mx.sym.Variable("a"), name="wave").simple_bind(mx.cpu(), a=(2,))
    exe.forward()
    found = times()["operator"]
    assert "cbrt" not in found and any("wave" in name for name in found)


def test_misuse():
    with pytest.raises(ValueError, match="Cannot find argument 'profile_al'. Did you mean 'profile_all'"):
        profiler.set_config(profile_al=True)
    with pytest.raises(ValueError, match="'run' or 'stop'"):
        profiler.set_state("go")
    with pytest.raises(AssertionError, match="sort_by: size"):
        profiler.dumps(sort_by="size")
    with pytest.raises(AssertionError, match="format: xml"):
        profiler.dumps(format="xml")
    with pytest.warns(UserWarning, match="deprecated"):
        profiler.profiler_set_state("stop")
