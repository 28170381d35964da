"""Generated code for CPUs and platforms other than this one: it compiles, and calls nothing but functions of libm.

A function of a compiler's run-time library (soft floats, float16, atomics) would not be found in a Python process.
"""

import struct

import pytest

from mxr.kernels import crew, fingerprint, gathering, jit, routines, shares, team, winograd
from mxr.kernels.batched import Backward, Conv, Forward, make
from mxr.kernels.blocked.conv import Convolution
from mxr.kernels.jit.engine import Engine, vector_registers
from mxr.kernels.jit.function import compile_functions
from mxr.kernels.jit.gemm import Product, packer, product
from mxr.kernels.jit.tile import shape_for
from mxr.kernels.onednn import Conv as Geometry

from .test_platforms import triple  # noqa: F401 (a fixture)

pytestmark = pytest.mark.skipif(not jit.available(), reason=str(jit.why_not()))

TARGETS = [
    ("aarch64-unknown-linux-gnu", "generic"),
    ("aarch64-unknown-linux-gnu", "neoverse-v1"),  # Graviton 3: SVE, and atomics of its own
    ("arm64-apple-macosx14.0", "apple-m1"),
    ("x86_64-pc-windows-msvc", "haswell"),
]


class Abroad(Engine):
    """An engine for another target, whose code is kept instead of run."""

    def __init__(self, name, cpu):
        import llvmlite.binding as llvm

        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        super().__init__(cpu, "+avx2,+fma,+f16c" if name.startswith("x86") else "")
        try:
            self.target = llvm.Target.from_triple(name)
        except RuntimeError as e:
            pytest.skip(str(e))
        self.objects = []

    def compile(self, ir, names):
        machine = self.machine()
        self.objects.append(machine.emit_object(self.optimise(ir, machine)))
        return [1] * len(names)


def loops(abroad):
    """Compiles routines, and loops of all types."""
    routines.compiled(abroad)
    for code in (team.CODE, gathering._CODE, crew._CODE, shares._CODE, fingerprint._text()):
        abroad.compile(code, [])
    fused = [
        ("float32", "tanh(x)*exp(y) + log1p(abs(y))", 1),
        ("float32", "where(x > y, floor(x), power(x, y))", 3),
        ("float64", "erf(x) + sin(y)/cosh(x)", 1),
        ("float16", "x*y + 1", 1),
        ("float16", "maximum(x, y)", 2),
        ("int64", "x*y + mod(x, y)", 1),
        ("int32", "floor_divide(x, y)", 1),
        ("uint8", "x + y", 1),
    ]
    programs = []
    for dtype, text, step in fused:
        operands = [jit.Operand(n, dtype, (step,), n == "z") for n in "xyz"]
        programs.append(jit.fused([("z", text)], operands, (37,)))
        programs.append(jit.Program([("z", text)], operands, (37,), open_end=True))
    for op in ("sum", "prod", "max", "mean"):
        ends = [jit.Operand("x", "float32", (37, 1)), jit.Operand("y", "float32", (1, 0), True)]
        programs.append(jit.reduce([("y", "x")], ends, (9, 37), (1,), op))
    programs.append(jit.rows.softmax((9, 37)))
    jit.compile_many(programs, abroad)


def tiles(abroad):
    """Compiles products and convolutions."""
    lanes = abroad.vector_bytes // 4
    rows, vectors = shape_for(abroad.vector_bytes)
    p = Product(20, 37, 50, lanes, rows, vectors)
    compile_functions([("product", product(p, 50, 1, 37, bias=True)), ("pack", packer(p, 37, 1))], abroad)
    conv = Conv(3, (9, 11), 10, (3, 3), (1, 1), (1, 1), (1, 1))
    make(Forward(conv, True, "tanh", (2, 2), True), abroad)
    make(Backward(conv, True, True, True, "tanh", ("max", (2, 2))), abroad)
    g = Geometry((2, 16, 9, 11), (24, 16, 3, 3), (1, 1), (1, 1), (1, 1), (1, 1))
    blocked = Convolution(g, lanes, vector_registers(abroad.vector_bytes))
    for made in (blocked.forward, blocked.data, blocked.weights):
        made(generator=abroad)
    problem = winograd.Problem(g.src, 24, (1, 1), lanes=lanes, wide=True)
    winograd.Convolution(problem, generator=abroad)
    winograd.Gradient(problem, generator=abroad)


def outside(obj):
    """Names of functions in an ELF file that are not in it."""
    at, size, count = struct.unpack_from("<Q", obj, 40)[0], *struct.unpack_from("<HH", obj, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", obj, at + k * size) for k in range(count)]
    for _, kind, _, _, start, length, link, *_ in sections:
        for place in range(start, start + length, 24) if kind == 2 else ():
            name, _, section = struct.unpack_from("<IBxH", obj, place)
            if name and not section:
                begin = sections[link][4] + name
                yield obj[begin : obj.index(b"\0", begin)].decode()


def strangers(abroad):
    return {n for obj in abroad.objects for n in outside(obj) if not n.startswith("mxr.")}


@pytest.mark.parametrize(("name", "cpu"), TARGETS)
def test_code_for_other_targets(name, cpu, triple):  # noqa: F811
    triple(name)
    abroad = Abroad(name, cpu)
    assert abroad.half and abroad.vector_bytes == (32 if name.startswith("x86") else 16)
    loops(abroad)
    if cpu == "generic":
        tiles(abroad)
    assert len(abroad.objects) == (15 if cpu == "generic" else 7)
    if "linux" in name:
        assert strangers(abroad) == set()
        abroad.compile("define i64 @f(ptr %p) {\n  %x = load float, ptr %p\n  %y = frem float %x, 3.0\n"
                       "  store float %y, ptr %p\n  ret i64 0\n}\n", [])  # fmt: skip
        assert strangers(abroad) == {"fmodf"}
