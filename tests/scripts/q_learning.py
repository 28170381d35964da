"""Q learning on a line: two networks, copied parameters, replay, one executor for acting and one for training."""

import random

import mxnet as mx
import numpy as np

random.seed(32)
np.random.seed(32)
mx.random.seed(32)
STATES, ACTIONS, BATCH = 7, 2, 8


def q_net(train):
    data = mx.sym.Variable("data")
    h = mx.sym.Activation(mx.sym.FullyConnected(data, num_hidden=16, name="fc1"), act_type="relu")
    q = mx.sym.FullyConnected(h, num_hidden=ACTIONS, name="q")
    if not train:
        return q
    action, target = mx.sym.Variable("action"), mx.sym.Variable("target")
    taken = mx.sym.sum(mx.sym.one_hot(action, depth=ACTIONS) * q, axis=1)
    return mx.sym.MakeLoss(mx.sym.smooth_l1(taken - target, scalar=1.0), name="loss")


def one_hot(s):
    return mx.nd.one_hot(mx.nd.array(s), STATES)


train = q_net(True).simple_bind(mx.cpu(), data=(BATCH, STATES), action=(BATCH,), target=(BATCH,), grad_req="write")
act = q_net(False).simple_bind(mx.cpu(), data=(1, STATES), grad_req="null")
frozen = q_net(False).simple_bind(mx.cpu(), data=(BATCH, STATES), grad_req="null")
names = ["fc1_weight", "fc1_bias", "q_weight", "q_bias"]
for n in names:
    mx.init.Xavier()(mx.init.InitDesc(n), train.arg_dict[n])


def copy_to(exe):
    for n in names:
        train.arg_dict[n].copyto(exe.arg_dict[n])


copy_to(frozen)
opt = mx.optimizer.create(
    "rmsprop", learning_rate=0.003, gamma1=0.95, gamma2=0.95, centered=True, rescale_grad=1.0 / BATCH
)
updater = mx.optimizer.get_updater(opt)
memory, state, losses = [], 3, []
for step in range(240):
    copy_to(act)
    q = act.forward(is_train=False, data=one_hot([state]))[0].asnumpy()[0]
    action = random.randrange(2) if random.random() < 0.5 else int(q.argmax())
    after = min(max(state + (1 if action else -1), 0), STATES - 1)
    reward, done = (1.0, True) if after == STATES - 1 else (0.0, after == 0)
    memory.append((state, action, reward, after, done))
    state = 3 if done else after
    if len(memory) < 2 * BATCH:
        continue
    s, a, r, s2, d = map(np.array, zip(*random.sample(memory, BATCH)))
    best = frozen.forward(is_train=False, data=one_hot(s2))[0].max(axis=1)
    target = mx.nd.array(r) + 0.9 * best * (1 - mx.nd.array(d.astype("f")))
    train.forward(is_train=True, data=one_hot(s), action=mx.nd.array(a), target=target)
    train.backward()
    losses.append(float(train.outputs[0].mean().asscalar()))
    for i, n in enumerate(names):
        updater(i, train.grad_dict[n], train.arg_dict[n])
    if step % 20 == 0:
        copy_to(frozen)
print(len(losses), np.mean(losses[:50]), np.mean(losses[-50:]))
values = np.array([act.forward(data=one_hot([s]))[0].asnumpy()[0] for s in range(STATES)])
print(values.round(3), values.argmax(1))
