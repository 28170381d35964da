"""Sequences of unequal lengths."""

from tests.cases import X, case, values

A = X(4, 3, 2)
B = X(3, 4, 2)
LENGTHS = values([4, 1, 2])
USE = dict(use_sequence_length=True)
CASES = [
    case("SequenceMask", A),
    case("SequenceMask", A, LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceMask", A, LENGTHS, attrs=dict(value=-1.5, **USE), grad=(1, 0)),
    case("SequenceMask", B, LENGTHS, attrs=dict(axis=1, value=2, **USE), grad=(1, 0)),
    case("SequenceMask", X(4, 3), LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceLast", A, differs_grad="MXNet's goes to the first step, or it crashes"),
    case("SequenceLast", A, LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceLast", B, LENGTHS, attrs=dict(axis=1, **USE), grad=(1, 0)),
    case("SequenceLast", X(4, 3, 2, 2), LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceReverse", A),
    case("SequenceReverse", A, LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceReverse", X(4, 3), LENGTHS, attrs=USE, grad=(1, 0)),
    case("SequenceReverse", X(1, 3, 2), values([1, 1, 1]), attrs=USE, grad=(1, 0)),
]
