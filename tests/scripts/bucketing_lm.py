"""A language model of sequences of several lengths: BucketSentenceIter, mx.rnn cells, BucketingModule, Perplexity."""

import logging
import random
import sys

import mxnet as mx
import numpy as np

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
random.seed(1)
np.random.seed(1)
mx.random.seed(1)

words = "the cat sat on a mat and dog ran to house".split()
text = []
for i in range(120):
    n = 3 + i % 6
    text.append([words[(i * 3 + j * j) % len(words)] for j in range(n)])
sentences, vocabulary = mx.rnn.encode_sentences(text, start_label=1, invalid_label=0)
print(len(vocabulary), sorted(vocabulary.items(), key=lambda kv: kv[1])[:4], sentences[:3])
it = mx.rnn.BucketSentenceIter(sentences, 8, buckets=[4, 6, 8], invalid_label=0)
print(it.default_bucket_key, it.provide_data, it.provide_label)

stack = mx.rnn.SequentialRNNCell()
stack.add(mx.rnn.LSTMCell(num_hidden=12, prefix="lstm_l0_"))
stack.add(mx.rnn.DropoutCell(0.0, prefix="drop_"))
stack.add(mx.rnn.GRUCell(num_hidden=12, prefix="gru_l1_"))


def generate(length):
    data, label = mx.sym.Variable("data"), mx.sym.Variable("softmax_label")
    embed = mx.sym.Embedding(data, input_dim=len(vocabulary) + 1, output_dim=8, name="embed")
    stack.reset()
    outputs, states = stack.unroll(length, inputs=embed, merge_outputs=True)
    flat = mx.sym.Reshape(outputs, shape=(-1, 12))
    pred = mx.sym.FullyConnected(flat, num_hidden=len(vocabulary) + 1, name="pred")
    return mx.sym.SoftmaxOutput(pred, mx.sym.Reshape(label, shape=(-1,)), name="softmax"), ("data",), ("softmax_label",)


model = mx.mod.BucketingModule(generate, default_bucket_key=it.default_bucket_key, context=mx.cpu())
model.fit(
    train_data=it,
    eval_metric=mx.metric.Perplexity(0),
    optimizer="adam",
    optimizer_params={"learning_rate": 0.02},
    initializer=mx.init.Xavier(factor_type="in", magnitude=2.34),
    num_epoch=3,
    batch_end_callback=mx.callback.Speedometer(8, 6, auto_reset=False),
)
symbol = generate(3)[0]
print(symbol.list_arguments())
args, aux = model.get_params()
print({k: v.shape for k, v in sorted(args.items())})
split = stack.unpack_weights(args)
print(sorted(split)[:6])
packed = stack.pack_weights(split)
print(sorted(packed) == sorted(args))
mx.rnn.save_rnn_checkpoint(stack, "lm", 3, symbol, args, aux)
_, loaded, _ = mx.rnn.load_rnn_checkpoint(stack, "lm", 3)
print(max(float(abs(loaded[k] - args[k]).max().asscalar()) for k in args))
print([tuple(b.data[0].shape) for b in it][:3])
