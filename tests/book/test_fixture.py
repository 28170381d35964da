"""The fixture `book` must see differences, or the tests of the book prove nothing."""

import pytest

from tests.book.conftest import assert_same_text


@pytest.mark.parametrize(
    "ours, theirs",
    [
        ("loss 0.123", "loss 0.130"),
        ("[1. 2.]", "[1. 2. 3.]"),
        ("dense0_weight", "dense1_weight"),
        ("Dense(20 -> 10)", "Dense(20 -> 11)"),
        ("(2, 3)", "(2, 4)"),
        ("[1. 2.]\n", "[1. 2.]"),
        ("nan", "1.0"),
        ("loss 0.5 Dense", "loss 0.50001 Conv"),
    ],
)
def test_texts_that_differ(ours, theirs):
    with pytest.raises(AssertionError):
        assert_same_text(ours, theirs)


@pytest.mark.parametrize("ours, theirs", [("[0.25   1.]", "[0.25001 1.]"), ("-1.5e-05\nnan", "-1.5e-05\nnan")])
def test_texts_that_are_equal(ours, theirs):
    assert_same_text(ours, theirs)


@pytest.mark.parametrize("code", ["print(mx.__file__)", "result = {'name': nd.__file__}"])
def test_sides_that_differ(book, code):
    with pytest.raises(AssertionError):
        book(code)


def test_both_sides_run(book):
    got = book("print(mx.__name__)\nresult = {'x': nd.ones(2)}\ny = 3", "y")
    assert got.ours["printed"] == "mxnet\n" and got.ours["y"] == 3 and got.theirs["x"].shape == (2,)
