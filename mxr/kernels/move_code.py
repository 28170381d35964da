"""The LLVM IR of routines that move data: copies between any strides, sums, rows by index, class numbers looked at."""

from __future__ import annotations

from collections.abc import Callable

from .block_text import words

__all__ = ["NAMES", "source"]

NAMES = ("copy", "add", "zero", "strided_runs", "strided_4", "strided_8", "take", "scatter", "classes")


def _chunks(tag: str, sizes: tuple[int, ...], count: str, body: Callable[[int, str, str], str], out: str) -> str:
    """Loops over `count` items, `sizes` at a time, falling sizes; `body(size, index, tag)` is the code of one trip."""
    text, before, start = "", "entry", "0"
    for size in sizes:
        t = f"{tag}{size}"
        text += f"""  br label %{t}.head
{t}.head:
  %{t}.i = phi i64 [ {start}, %{before} ], [ %{t}.e, %{t}.body ]
  %{t}.e = add i64 %{t}.i, {size}
  %{t}.ok = icmp ule i64 %{t}.e, {count}
  br i1 %{t}.ok, label %{t}.body, label %{t}.done
{t}.body:
{body(size, f"%{t}.i", t)}  br label %{t}.head
{t}.done:
"""
        before, start = f"{t}.done", f"%{t}.i"
    return f"{text}  br label %{out}\n"


def _vector(size: int, ty: str) -> str:
    return ty if size == 1 else f"<{size} x {ty}>"


def _move(size: int, i: str, t: str) -> str:
    ty = _vector(size, "i8")
    return f"""  %{t}.from = getelementptr i8, ptr %src, i64 {i}
  %{t}.to = getelementptr i8, ptr %dst, i64 {i}
  %{t}.x = load {ty}, ptr %{t}.from, align 1
  store {ty} %{t}.x, ptr %{t}.to, align 1
"""


def _plus(size: int, i: str, t: str) -> str:
    ty = _vector(size, "float")
    return f"""  %{t}.from = getelementptr float, ptr %src, i64 {i}
  %{t}.to = getelementptr float, ptr %dst, i64 {i}
  %{t}.x = load {ty}, ptr %{t}.from, align 4
  %{t}.y = load {ty}, ptr %{t}.to, align 4
  %{t}.z = fadd {ty} %{t}.y, %{t}.x
  store {ty} %{t}.z, ptr %{t}.to, align 4
"""


def _clear(size: int, i: str, t: str) -> str:
    return f"""  %{t}.to = getelementptr i8, ptr %dst, i64 {i}
  store {_vector(size, "i8")} zeroinitializer, ptr %{t}.to, align 1
"""


_BYTES, _FLOATS = (64, 16, 4, 1), (16, 4, 1)
_HELPERS = f"""
define internal void @move(ptr %dst, ptr %src, i64 %n) #0 {{
entry:
{_chunks("m", _BYTES, "%n", _move, "out")}out:
  ret void
}}
define internal void @plus(ptr %dst, ptr %src, i64 %n) #0 {{
entry:
{_chunks("p", _FLOATS, "%n", _plus, "out")}out:
  ret void
}}
define internal void @clear(ptr %dst, i64 %n) #0 {{
entry:
{_chunks("c", _BYTES, "%n", _clear, "out")}out:
  ret void
}}
declare i64 @llvm.fptosi.sat.i64.f32(float)
declare i64 @llvm.smax.i64(i64, i64)
declare i64 @llvm.smin.i64(i64, i64)
define internal i64 @place(ptr %index, i64 %i, i64 %rows) #0 {{
  %at = getelementptr float, ptr %index, i64 %i
  %x = load float, ptr %at
  %k = call i64 @llvm.fptosi.sat.i64.f32(float %x)
  %last = sub i64 %rows, 1
  %low = call i64 @llvm.smax.i64(i64 %k, i64 0)
  %in = call i64 @llvm.smin.i64(i64 %low, i64 %last)
  ret i64 %in
}}
"""

# Block: destination, source, bytes.
_COPY = f"""
define i64 @copy(ptr %block) #0 {{
{words("dst*", "src*", "n")}  call void @move(ptr %dst, ptr %src, i64 %n)
  ret i64 0
}}
"""

# Block: destination, source, floats.
_ADD = f"""
define i64 @add(ptr %block) #0 {{
{words("dst*", "src*", "n")}  call void @plus(ptr %dst, ptr %src, i64 %n)
  ret i64 0
}}
"""

# Block: destination, bytes.
_ZERO = f"""
define i64 @zero(ptr %block) #0 {{
{words("dst*", "n")}  call void @clear(ptr %dst, i64 %n)
  ret i64 0
}}
"""


def _strided(name: str, inner: str) -> str:
    """A copy between any strides. Block: destination, source, inner extent, its strides, outer dimensions (at most 8),
    the product of their extents, then extent and strides of each from the inside out. Strides in bytes."""
    return f"""
define i64 @{name}(ptr %block) #0 {{
entry:
{words("to*", "from*", "n", "ds", "ss", "ndim", "total")}  %dims = getelementptr i64, ptr %block, i64 7
  %counts = alloca [8 x i64]
  call void @clear(ptr %counts, i64 64)
  br label %outer
outer:
  %o = phi i64 [ 0, %entry ], [ %o.next, %advanced ]
  %dst = phi ptr [ %to, %entry ], [ %dst.next, %advanced ]
  %src = phi ptr [ %from, %entry ], [ %src.next, %advanced ]
{inner}
moved:
  %o.next = add i64 %o, 1
  %more = icmp ult i64 %o.next, %total
  br i1 %more, label %dim, label %out
dim:
  %d = phi i64 [ 0, %moved ], [ %d.next, %wrap ]
  %dst.d = phi ptr [ %dst, %moved ], [ %dst.back, %wrap ]
  %src.d = phi ptr [ %src, %moved ], [ %src.back, %wrap ]
  %d3 = mul i64 %d, 3
  %extent.at = getelementptr i64, ptr %dims, i64 %d3
  %ds.at2 = getelementptr i64, ptr %extent.at, i64 1
  %ss.at2 = getelementptr i64, ptr %extent.at, i64 2
  %extent = load i64, ptr %extent.at
  %ds.d = load i64, ptr %ds.at2
  %ss.d = load i64, ptr %ss.at2
  %count.at = getelementptr i64, ptr %counts, i64 %d
  %count = load i64, ptr %count.at
  %count.next = add i64 %count, 1
  %dst.on = getelementptr i8, ptr %dst.d, i64 %ds.d
  %src.on = getelementptr i8, ptr %src.d, i64 %ss.d
  %inside = icmp ult i64 %count.next, %extent
  br i1 %inside, label %advance, label %wrap
wrap:
  store i64 0, ptr %count.at
  %ds.all = mul i64 %ds.d, %extent
  %ss.all = mul i64 %ss.d, %extent
  %ds.neg = sub i64 0, %ds.all
  %ss.neg = sub i64 0, %ss.all
  %dst.back = getelementptr i8, ptr %dst.on, i64 %ds.neg
  %src.back = getelementptr i8, ptr %src.on, i64 %ss.neg
  %d.next = add i64 %d, 1
  br label %dim
advance:
  store i64 %count.next, ptr %count.at
  br label %advanced
advanced:
  %dst.next = phi ptr [ %dst.on, %advance ]
  %src.next = phi ptr [ %src.on, %advance ]
  br label %outer
out:
  ret i64 0
}}
"""


def _single(ty: str) -> str:
    """The inner loop of a strided copy, element by element."""
    return f"""  br label %one
one:
  %i = phi i64 [ 0, %outer ], [ %i.next, %one ]
  %d.off = mul i64 %i, %ds
  %s.off = mul i64 %i, %ss
  %d.one = getelementptr i8, ptr %dst, i64 %d.off
  %s.one = getelementptr i8, ptr %src, i64 %s.off
  %x = load {ty}, ptr %s.one
  store {ty} %x, ptr %d.one
  %i.next = add i64 %i, 1
  %again = icmp ult i64 %i.next, %n
  br i1 %again, label %one, label %moved
"""


def _rows(name: str, size: str, before: str, unit: str, source: str, result: str, call: str) -> str:
    """A loop over row numbers. Block: result, source, numbers (float32), how many, rows of the table, `size` of a row.

    Parameters
    ----------
    before : code ahead of the loop.
    unit : what the size counts. source, result : which row of them belongs together: that of the table, ``%k.off``, or
        the one beside the number, ``%i.off``.
    call : the routine for a row.
    """
    return f"""
define i64 @{name}(ptr %block) #0 {{
entry:
{words("dst*", "src*", "index*", "n", "rows", size)}{before}  br label %one
one:
  %i = phi i64 [ 0, %entry ], [ %i.next, %one ]
  %k = call i64 @place(ptr %index, i64 %i, i64 %rows)
  %k.off = mul i64 %k, %{size}
  %i.off = mul i64 %i, %{size}
  %from = getelementptr {unit}, ptr %src, i64 {source}
  %to = getelementptr {unit}, ptr %dst, i64 {result}
  call void @{call}(ptr %to, ptr %from, i64 %{size})
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, %n
  br i1 %more, label %one, label %out
out:
  ret i64 0
}}
"""


_ALL_ZERO = """  %all = mul i64 %rows, %floats
  %all.bytes = mul i64 %all, 4
  call void @clear(ptr %dst, i64 %all.bytes)
"""
_TAKE = _rows("take", "bytes", "", "i8", "%k.off", "%i.off", "move")
_SCATTER = _rows("scatter", "floats", _ALL_ZERO, "float", "%i.off", "%k.off", "plus")

# Block: class numbers (float32), how many, classes, one further number that is allowed (bits of a double). Answers 1
# where one of them is not in (-1, classes), nor -1, nor the further one.
_CLASSES = f"""
define i64 @classes(ptr %block) #0 {{
entry:
{words("label*", "n", "classes", "spare")}  %most = sitofp i64 %classes to double
  %extra = bitcast i64 %spare to double
  br label %one
one:
  %i = phi i64 [ 0, %entry ], [ %i.next, %good ]
  %at = getelementptr float, ptr %label, i64 %i
  %single = load float, ptr %at
  %x = fpext float %single to double
  %low = fcmp oge double %x, -1.0
  %high = fcmp olt double %x, %most
  %in = and i1 %low, %high
  %same = fcmp oeq double %x, %extra
  %ok = or i1 %in, %same
  br i1 %ok, label %good, label %bad
good:
  %i.next = add i64 %i, 1
  %more = icmp ult i64 %i.next, %n
  br i1 %more, label %one, label %out
bad:
  ret i64 1
out:
  ret i64 0
}}
"""

_RUNS = """  call void @move(ptr %dst, ptr %src, i64 %n)
  br label %moved
"""


def source() -> str:
    """The text of all of `NAMES`."""
    strided = [("strided_runs", _RUNS), ("strided_4", _single("i32")), ("strided_8", _single("i64"))]
    return "\n".join((_HELPERS, _COPY, _ADD, _ZERO, *(_strided(*s) for s in strided), _TAKE, _SCATTER, _CLASSES))
