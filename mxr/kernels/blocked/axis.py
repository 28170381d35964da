"""One spatial axis of a convolution: which inputs go into which outputs, forward and backward alike."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Axis", "backward", "forward"]


@dataclass(frozen=True)
class Axis:
    """Output p is the sum over taps j of input ``p*step + first + j*apart`` by the weight in slot ``slot + j*turn``.

    Inputs outside of 0..size-1 count as zero. Result p is kept at ``out_first + p*out_step`` of an axis of `out_size`.
    """

    outs: int
    size: int
    step: int
    first: int
    taps: int
    apart: int
    slot: int
    turn: int
    slots: int
    out_size: int
    out_first: int = 0
    out_step: int = 1

    def at(self, p: int, j: int) -> int | None:
        """The input of output p at tap j; None outside."""
        i = p * self.step + self.first + j * self.apart
        return i if 0 <= i < self.size else None

    def reach(self, p: int) -> tuple[int, int]:
        """(first tap, number of taps) whose inputs are there."""
        good = [j for j in range(self.taps) if self.at(p, j) is not None]
        return (good[0], len(good)) if good else (0, 0)

    @property
    def inner(self) -> tuple[int, int]:
        """(first, end) of the outputs for which all inputs are there; (0, 0) if none."""
        good = [p for p in range(self.outs) if self.reach(p)[1] == self.taps]
        return (good[0], good[-1] + 1) if good and self.taps else (0, 0)

    @property
    def fewest(self) -> int:
        """The smallest number of taps of an output."""
        return min(self.reach(p)[1] for p in range(self.outs))

    @property
    def fewest_outs(self) -> int:
        """The smallest number of outputs that a tap takes part in."""
        return min(sum(self.at(p, j) is not None for p in range(self.outs)) for j in range(self.taps))


def forward(size: int, kernel: int, stride: int, dilate: int, pad: int) -> Axis:
    """The axis of a convolution."""
    outs = (size + 2 * pad - dilate * (kernel - 1) - 1) // stride + 1
    return Axis(outs, size, stride, -pad, kernel, dilate, 0, 1, kernel, outs)


def backward(size: int, kernel: int, stride: int, dilate: int, pad: int) -> list[Axis]:
    """The gradient's: the inputs i of the convolution by their rest i % stride, as sums over its outputs."""
    outs = (size + 2 * pad - dilate * (kernel - 1) - 1) // stride + 1
    axes = []
    for rest in range(min(stride, size)):
        count = -(-(size - rest) // stride)
        # (offset of the output from p, tap): those taps whose outputs exist between strides
        taps = sorted(
            ((rest + pad - k * dilate) // stride, k) for k in range(kernel) if (rest + pad - k * dilate) % stride == 0
        )
        apart = taps[1][0] - taps[0][0] if len(taps) > 1 else 1
        turn = taps[1][1] - taps[0][1] if len(taps) > 1 else 1
        first, slot = taps[0] if taps else (0, 0)
        axes.append(Axis(count, outs, 1, first, len(taps), apart, slot, turn, kernel, size, rest, stride))
    return axes
