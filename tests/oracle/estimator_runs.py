"""What the snippets about estimators have in common: data, a network, an estimator that keeps its log records."""

import textwrap

SETUP = """
import logging, os, re, warnings
E = gluon.contrib.estimator
X = np.random.RandomState(0).randn(10, 4).astype("f")
Y = (np.arange(10) % 3).astype("f")
log = []

class Records(logging.Handler):
    def emit(self, record):
        text = record.getMessage().replace(os.environ.get("FOLDER", "?"), "FOLDER")
        text = re.sub(r"[0-9.]+s(?=[ ,]|$)", "#s", text)
        values = [float(v) for v in re.findall(r"[0-9]+[.][0-9]+", text)]
        log.append([record.levelname, record.name, re.sub(r"[0-9]+[.][0-9]+", "#", text)])
        log.append(values)

def loader(n=10, size=4):
    return gluon.data.DataLoader(gluon.data.ArrayDataset(X[:n], Y[:n]), batch_size=size)

def network(init=True, ctx=None, hybrid=False):
    net = gluon.nn.HybridSequential(prefix="n_")
    with net.name_scope():
        net.add(gluon.nn.Dense(5, activation="relu", in_units=4), gluon.nn.Dense(3, in_units=5))
    if init:
        net.initialize(mx.init.Xavier(), ctx=ctx)
        for i, p in enumerate(net.collect_params().values()):
            p.set_data(nd.array(np.random.RandomState(i).randn(*p.shape) / 2))
    if hybrid:
        net.hybridize()
    return net

def estimator(net=None, loss=None, hybrid=False, rate=0.1, **given):
    net = net or network(ctx=given.get("context"), hybrid=hybrid)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": rate, "momentum": 0.9})
    est = E.Estimator(net, loss or gluon.loss.SoftmaxCrossEntropyLoss(), trainer=trainer, **given)
    est.logger.handlers = [Records()]
    return est

def weights(est):
    return [p.list_data()[0].asnumpy() for p in est.net.collect_params().values()]

def names(metrics):
    return [m.name for m in metrics]

def state(handler):
    skipped = ("monitor", "model_dir", "metrics", "val_data", "eval_fn")
    found = {k: str(v) if k == "monitor_op" else v for k, v in vars(handler).items() if k not in skipped}
    return {k: v for k, v in found.items() if "start" not in k and k != "log_interval_time"}

class Seen(E.TrainBegin, E.TrainEnd, E.EpochBegin, E.EpochEnd, E.BatchBegin, E.BatchEnd):
    def __init__(self, name, priority=None, stop=None):
        self.name, self.stop = name, stop
        if priority is not None:
            self.priority = priority
    def note(self, event, args, more):
        log.append([self.name, event, len(args), sorted((k, type(v).__name__) for k, v in more.items())])
        return event == self.stop
    def train_begin(self, est, *args, **more): return self.note("train_begin", args, more)
    def train_end(self, est, *args, **more): return self.note("train_end", args, more)
    def epoch_begin(self, est, *args, **more): return self.note("epoch_begin", args, more)
    def epoch_end(self, est, *args, **more): return self.note("epoch_end", args, more)
    def batch_begin(self, est, *args, **more): return self.note("batch_begin", args, more)
    def batch_end(self, est, *args, **more): return self.note("batch_end", args, more)
"""

FOLDER = """
folder = os.environ["FOLDER"] = os.path.join(folder, mx.__name__)
os.makedirs(folder, exist_ok=True)
"""


def runner(both, tmp_path):
    def run(code):
        """`code` after SETUP in both, each with a folder of its own; `result` must hold what to compare."""
        return both(SETUP + FOLDER + textwrap.dedent(code), folder=str(tmp_path), rtol=2e-4, atol=1e-4)

    return run
