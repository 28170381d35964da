"""mx.contrib.text against MXNet: tokens counted, vocabularies, embeddings from files."""

import pytest

COUNTER = "import collections\nc = collections.Counter(['a', 'b', 'b', 'c', 'c', 'c', 'some_word$', 'd', 'd'])\n"
DESCRIBE = """
def describe(v):
    return [v.idx_to_token, v.token_to_idx, v.unknown_token, v.reserved_tokens, len(v)]
def describe_vectors(e):
    return [*describe(e), e.vec_len, e.idx_to_vec]
text = mx.contrib.text
"""


@pytest.mark.parametrize(
    "arguments",
    [
        "' Life is great ! \\n life is good . \\n', to_lower=True",
        "' Life is great ! \\n life is good . \\n'",
        "'*Life*is*great*!*\\n*life*is*good*.*\\n', r'\\*', '\\n', True",
        "'a;b;;c|a', token_delim=';', seq_delim=r'\\|'",
        "'x y z y', counter_to_update=c",
        "''",
    ],
)
def test_count(both, arguments):
    both(f"{COUNTER}result = sorted(mx.contrib.text.utils.count_tokens_from_str({arguments}).items())")


@pytest.mark.parametrize(
    "arguments",
    [
        "c", "None", "c, most_freq_count=2", "c, min_freq=2", "c, reserved_tokens=['<pad>', 'b']",
        "c, unknown_token='u', reserved_tokens=['<pad>']", "c, most_freq_count=0", "c, min_freq=9", "c, 3, 2, 'b'",
        "c, most_freq_count=2, reserved_tokens=['c']", "collections.Counter([(1, 2), (0, 5)]), unknown_token=()",
    ],
)  # fmt: skip
def test_vocabulary(both, arguments):
    both(
        COUNTER + DESCRIBE + f"v = text.vocab.Vocabulary({arguments})\n"
        "result = [*describe(v), v.to_indices('c'), v.to_indices(['a', 'zzz', 'c']), v.to_indices([]), v.to_tokens(0), "
        "v.to_tokens([0, -1])]"
    )


@pytest.mark.parametrize(
    "call",
    [
        "text.vocab.Vocabulary(c, min_freq=0)", "text.vocab.Vocabulary(c, reserved_tokens=['<unk>'])",
        "text.vocab.Vocabulary(c, reserved_tokens=['x', 'x'])", "text.vocab.Vocabulary(['a'])",
        "text.vocab.Vocabulary(c).to_tokens(100)", "text.vocab.Vocabulary(c).to_tokens('a')",
        "text.embedding.CustomEmbedding('nope.txt')", "text.embedding.create('nope')",
        "text.embedding.get_pretrained_file_names('nope')", "text.embedding.GloVe('nope')",
        "text.embedding.CompositeEmbedding(text.vocab.Vocabulary(c), 3)", "text.utils.count_tokens_from_str('a', '+')",
    ],
)  # fmt: skip
def test_errors(both, call):
    both(COUNTER + DESCRIBE + call, raises=True)


FILES = {
    "plain": ("a 0.1 0.2 0.3\nb 1 2 3\nc 4 5 6\n", " "),
    "unknown": ("a 0.1 0.2 0.3\nb 1 2 3\n<unk> 9 9 9\nc 4 5 6\na 7 7 7\n", " "),
    "header": ("z 5\na 0.1 0.2\nb 1e-3 -2\n", " "),
    "semicolons": ("a;0.1;0.2\nb;1;2\n", ";"),
    "wide": ("".join(f"w{i} {' '.join(str((i * j) % 7 / 7) for j in range(50))}\n" for i in range(30)), " "),
}


@pytest.fixture(params=FILES)
def file(request, tmp_path):
    text, delim = FILES[request.param]
    path = tmp_path / "vectors.txt"
    path.write_text(text)
    return {"path": str(path), "delim": delim}


IGNORE = "import warnings\nwarnings.simplefilter('ignore')\n"


@pytest.mark.parametrize("more", ["", ", init_unknown_vec=nd.ones", ", unknown_token='b'", ", vocabulary=v"])
def test_custom_embedding(both, file, more):
    code = f"e = text.embedding.CustomEmbedding(path, delim{more})\nresult = describe_vectors(e)"
    both(IGNORE + COUNTER + DESCRIBE + "v = text.vocab.Vocabulary(c, reserved_tokens=['<pad>'])\n" + code, **file)


def test_vectors_asked_and_changed(both, file):
    both(
        IGNORE
        + DESCRIBE
        + """
e = text.embedding.CustomEmbedding(path, delim)
first, second = e.idx_to_token[1:3]
result = [e.get_vecs_by_tokens(first), e.get_vecs_by_tokens([second, first.upper(), "zzz"]),
          e.get_vecs_by_tokens([second.upper(), first], lower_case_backup=True)]
e.update_token_vectors(first, nd.arange(e.vec_len))
result += [e.idx_to_vec.copy()]
e.update_token_vectors([second, "<unk>"], nd.ones((2, e.vec_len)))
result += [e.idx_to_vec]
""",
        **file,
    )


@pytest.mark.parametrize(
    "call", ["'zzz', nd.ones(3)", "'a', nd.ones(2)", "['a', 'b'], nd.ones(3)", "'a', nd.ones((2, 3))", "'a', [1, 2, 3]"]
)
def test_bad_updates(both, tmp_path, call):
    path = tmp_path / "vectors.txt"
    path.write_text(FILES["plain"][0])
    code = f"mx.contrib.text.embedding.CustomEmbedding(path).update_token_vectors({call})"
    both(code, raises=True, path=str(path))


@pytest.mark.parametrize("content", ["a 1 2\nb 1 2 3\n", "a 1 2\n\n", "a\n", "a 1 x\n", ""])
def test_bad_files(both, tmp_path, content):
    path = tmp_path / "vectors.txt"
    path.write_text(content)
    both("mx.contrib.text.embedding.CustomEmbedding(path)", raises=True, path=str(path))


def test_composite_embedding(both, tmp_path):
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text(FILES["unknown"][0])
    two.write_text("c 1 2\nsome_word$ 3 4\n")
    both(
        IGNORE
        + COUNTER
        + DESCRIBE
        + """
v = text.vocab.Vocabulary(c)
one, two = text.embedding.CustomEmbedding(one), text.embedding.CustomEmbedding(two, init_unknown_vec=nd.ones)
result = [describe_vectors(text.embedding.CompositeEmbedding(v, e)) for e in ([one, two], one)]
""",
        one=str(one),
        two=str(two),
    )


def test_hosted_files(both):
    both("""
e = mx.contrib.text.embedding
result = [e.get_pretrained_file_names(), e.get_pretrained_file_names("glove")]
result += [[c._get_download_file_name(n) for n in e.get_pretrained_file_names(c.__name__.lower())]
           for c in (e.GloVe, e.FastText)]
""")
