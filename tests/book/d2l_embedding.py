"""Chapter 11 of the book: word vectors and sentiment. Run by both sides, under `mxnet`."""

import collections
import hashlib
import math
import os
import random

from mxnet import nd
from mxnet.contrib import text
from mxnet.gluon import nn, rnn

# word2vec


def vocabulary(raw_dataset, min_count=5):
    counter = collections.Counter([tk for st in raw_dataset for tk in st])
    counter = dict(filter(lambda x: x[1] >= min_count, counter.items()))
    idx_to_token = [tk for tk, _ in counter.items()]
    return counter, idx_to_token, {tk: idx for idx, tk in enumerate(idx_to_token)}


def get_centers_and_contexts(dataset, max_window_size):
    centers, contexts = [], []
    for st in dataset:
        if len(st) < 2:
            continue
        centers += st
        for center_i in range(len(st)):
            window_size = random.randint(1, max_window_size)
            indices = list(range(max(0, center_i - window_size), min(len(st), center_i + 1 + window_size)))
            indices.remove(center_i)
            contexts.append([st[idx] for idx in indices])
    return centers, contexts


def get_negatives(all_contexts, sampling_weights, K):
    all_negatives, neg_candidates, i = [], [], 0
    population = list(range(len(sampling_weights)))
    for contexts in all_contexts:
        negatives = []
        while len(negatives) < len(contexts) * K:
            if i == len(neg_candidates):
                i, neg_candidates = 0, random.choices(population, sampling_weights, k=int(1e4))
            neg, i = neg_candidates[i], i + 1
            if neg not in set(contexts):
                negatives.append(neg)
        all_negatives.append(negatives)
    return all_negatives


def batchify(data):
    max_len = max(len(c) + len(n) for _, c, n in data)
    centers, contexts_negatives, masks, labels = [], [], [], []
    for center, context, negative in data:
        cur_len = len(context) + len(negative)
        centers += [center]
        contexts_negatives += [context + negative + [0] * (max_len - cur_len)]
        masks += [[1] * cur_len + [0] * (max_len - cur_len)]
        labels += [[1] * len(context) + [0] * (max_len - len(context))]
    return nd.array(centers).reshape((-1, 1)), nd.array(contexts_negatives), nd.array(masks), nd.array(labels)


def skip_gram(center, contexts_and_negatives, embed_v, embed_u):
    return nd.batch_dot(embed_v(center), embed_u(contexts_and_negatives).swapaxes(1, 2))


def subwords(word, n):
    """fastText's: the n-grams of <word>, and <word> itself."""
    word = "<%s>" % word
    return [word[i : i + n] for i in range(len(word) - n + 1)] + [word]


# similarity


def glove(root, **kwargs):
    """The vectors of a file of our own in the place of glove.6B.50d.txt, whose hash both libraries check."""
    name, hashes = "glove.6B.50d.txt", text.embedding.GloVe.pretrained_file_name_sha1
    published = hashes[name]
    with open(os.path.join(root, "glove", name), "rb") as f:
        hashes[name] = hashlib.sha1(f.read()).hexdigest()
    try:
        return text.embedding.create("glove", pretrained_file_name=name, embedding_root=root, **kwargs)
    finally:
        hashes[name] = published


def knn(W, x, k):
    cos = nd.dot(W, x.reshape((-1,))) / ((nd.sum(W * W, axis=1) + 1e-9).sqrt() * nd.sum(x * x).sqrt())
    topk = nd.topk(cos, k=k, ret_typ="indices").asnumpy().astype("int32")
    return topk, [cos[int(i)].asscalar() for i in topk]


def get_similar_tokens(query_token, k, embed):
    topk, cos = knn(embed.idx_to_vec, embed.get_vecs_by_tokens([query_token]), k + 1)
    return [(embed.idx_to_token[i], "%.3f" % c) for i, c in zip(topk[1:], cos[1:])]


def get_analogy(token_a, token_b, token_c, embed):
    vecs = embed.get_vecs_by_tokens([token_a, token_b, token_c])
    topk, _ = knn(embed.idx_to_vec, vecs[1] - vecs[0] + vecs[2], 1)
    return embed.idx_to_token[topk[0]]


# sentiment


def read_imdb(root, folder):
    data = []
    for label in ["pos", "neg"]:
        folder_name = os.path.join(root, folder, label)
        for file in sorted(os.listdir(folder_name)):
            with open(os.path.join(folder_name, file), "rb") as f:
                review = f.read().decode("utf-8").replace("\n", "").lower()
                data.append([review, 1 if label == "pos" else 0])
    random.shuffle(data)
    return data


def get_tokenized_imdb(data):
    return [[tok.lower() for tok in review.split(" ")] for review, _ in data]


def get_vocab_imdb(data, min_freq=5):
    counter = collections.Counter([tk for st in get_tokenized_imdb(data) for tk in st])
    return text.vocab.Vocabulary(counter, min_freq=min_freq)


def preprocess_imdb(data, vocab, max_l=500):
    def pad(x):
        return x[:max_l] if len(x) > max_l else x + [0] * (max_l - len(x))

    features = nd.array([pad(vocab.to_indices(x)) for x in get_tokenized_imdb(data)])
    return features, nd.array([score for _, score in data])


class BiRNN(nn.Block):
    def __init__(self, vocab, embed_size, num_hiddens, num_layers, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(len(vocab), embed_size)
        self.encoder = rnn.LSTM(num_hiddens, num_layers=num_layers, bidirectional=True, input_size=embed_size)
        self.decoder = nn.Dense(2)

    def forward(self, inputs):
        states = self.encoder(self.embedding(inputs.T))
        return self.decoder(nd.concat(states[0], states[-1]))


class TextCNN(nn.Block):
    def __init__(self, vocab, embed_size, kernel_sizes, num_channels, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(len(vocab), embed_size)
        self.constant_embedding = nn.Embedding(len(vocab), embed_size)
        self.dropout = nn.Dropout(0.5)
        self.decoder = nn.Dense(2)
        self.pool = nn.GlobalMaxPool1D()
        self.convs = nn.Sequential()
        for c, k in zip(num_channels, kernel_sizes):
            self.convs.add(nn.Conv1D(c, k, activation="relu"))

    def forward(self, inputs):
        embeddings = nd.concat(self.embedding(inputs), self.constant_embedding(inputs), dim=2)
        embeddings = embeddings.transpose((0, 2, 1))
        encoding = nd.concat(*[nd.flatten(self.pool(conv(embeddings))) for conv in self.convs], dim=1)
        return self.decoder(self.dropout(encoding))


def predict_sentiment(net, vocab, sentence):
    sentence = nd.array(vocab.to_indices(sentence))
    label = nd.argmax(net(sentence.reshape((1, -1))), axis=1)
    return "positive" if label.asscalar() == 1 else "negative"


def corr1d(X, K):
    w = K.shape[0]
    Y = nd.zeros(X.shape[0] - w + 1)
    for i in range(Y.shape[0]):
        Y[i] = (X[i : i + w] * K).sum()
    return Y


def corr1d_multi_in(X, K):
    return nd.add_n(*[corr1d(x, k) for x, k in zip(X, K)])


def sigmd(x):
    return -math.log(1 / (1 + math.exp(-x)))
