"""gluon.contrib.data.text against MXNet, on files with all kinds of white space."""

import pytest

TEXTS = {
    "plain": " = Title = \n \n Senjō no 3 : <unk> ( 戦場の3 , lit . the a a ) \n the game <unk> the a\n\nno end the",
    "spaces": "a\tb c\xa0d\n e\u2028f g\x85h\x0ci\r\nj <eos> k\rl  m",
    "empty": "\n\n",
}


@pytest.mark.parametrize("seq_len", [1, 3, 35])
@pytest.mark.parametrize("name", TEXTS)
def test_sequences(both, tmp_path, name, seq_len):
    for part in ("train", "valid", "test"):
        (tmp_path / f"wiki.{part}.tokens").write_bytes(TEXTS[name if part == "train" else "plain"].encode())
    both(
        """
        text = gluon.contrib.data.text
        if hasattr(text, "check_sha1"):
            text.check_sha1 = lambda *args: True  # MXNet takes files of its own only
        train = text.WikiText2(root, seq_len=seq_len)
        valid = text.WikiText103(root=root, segment="validation", vocab=train.vocabulary, seq_len=2)
        v = train.vocabulary
        result = [len(train), [list(train[i]) for i in range(len(train))], [list(valid[i]) for i in range(len(valid))],
                  v.idx_to_token, v.reserved_tokens, sorted(train.frequencies.items()), len(v)]
        """,
        root=str(tmp_path),
        seq_len=seq_len,
    )


@pytest.mark.parametrize("args", ["segment='foo'", "segment='valid'", "seq_len=0"])
def test_errors(both, tmp_path, args):
    (tmp_path / "wiki.train.tokens").write_text(TEXTS["plain"])
    both(
        "text = gluon.contrib.data.text\n"
        "if hasattr(text, 'check_sha1'): text.check_sha1 = lambda *args: True\n"
        f"text.WikiText2(root=root, {args})",
        root=str(tmp_path),
        raises=args.partition("=")[0] if "seg" in args else "seq_len",
    )
