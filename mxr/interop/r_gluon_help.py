"""The help pages of R's Gluon constructors, from the docstrings and signatures of the classes.

``python -m mxr.interop.r_gluon_help r-package/man`` writes a page for each class and function (functions of the zoo
that make one kind of network share one); ``--check`` only says whether they are in step.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mxr as mx
from mxr.gluon.block import Block, HybridBlock
from mxr.gluon.rnn import RecurrentCell

from . import generated
from .r_codegen import default_text
from .r_gluon_codegen import stacks
from .r_gluon_names import Formal, declared, formals, formals_text
from .r_gluon_words import BY_HAND, GIVEN, INITIALISER, INPUTS, WORDS
from .r_text import escaped, in_r_order, paragraphs, rd, wrapped

__all__ = ["Page", "files", "main", "out_of_step", "pages"]

COMMAND = "python -m mxr.interop.r_gluon_help"
HEADER = f"% Made from the classes of mxr.gluon by `{COMMAND}`; do not edit.\n"
OVERVIEW = "mx.gluon"

FAMILIES = {
    "gluon": "Gluon", "gluon.nn": "Gluon layers", "gluon.rnn": "Gluon recurrent layers", "gluon.loss": "Gluon losses",
    "gluon.contrib.nn": "Gluon contributed layers", "gluon.contrib.rnn": "Gluon contributed layers",
    "gluon.contrib.cnn": "Gluon contributed layers", "gluon.model_zoo.vision": "Gluon networks",
    "gluon.utils": "Gluon", "gluon.data.vision.transforms": "Gluon transforms", "init": "initialisers",
}  # fmt: skip


@dataclass
class Page:
    """One class, or functions of one kind, with R's functions by name."""

    module: str
    functions: dict[str, Callable[..., Any]] = field(default_factory=dict)  # path -> class or function

    @property
    def name(self) -> str:
        return "mx." + next(iter(self.functions))

    @property
    def file(self) -> str:
        # mx.init.uniform and the networks' functions have pages, too, and some file systems know one case only
        apart = self.module in ("init", "gluon.model_zoo.vision") and isinstance(self.first, type)
        return f"{self.name}-class.Rd" if apart else f"{self.name}.Rd"

    @property
    def first(self) -> Callable[..., Any]:
        return next(iter(self.functions.values()))

    @functools.cached_property
    def formals(self) -> list[Formal]:
        found: dict[str, Formal] = {}
        for fn in self.functions.values():
            for f in formals(fn):
                found.setdefault(f.name, f)
        return list(found.values())


def pages() -> list[Page]:
    """All pages in the order of their first functions; names of one class, and kinds of one network, are together."""
    found: dict[Any, Page] = {}
    for path, fn in declared().items():
        module = path.rpartition(".")[0]
        zoo = module == "gluon.model_zoo.vision" and not isinstance(fn, type) and fn.__name__ != "get_model"
        maker = getattr(fn, "family", fn)
        key = maker.__module__ if zoo else fn
        found.setdefault(key, Page("gluon" if module == "gluon.SymbolBlock" else module)).functions[path] = fn
    return list(found.values())


# Docstrings
_OBJECTS = re.compile(r"(?<![\w.])(net|trainer|other|block|self|cell|params|layer|x|p)\.(?=[a-z])")


def _in_r(text: str) -> str:
    """Python's objects and dicts as R writes them."""
    text = re.sub(r"\{'(\w+)': ([^}]*)\}", r"list(\1 = \2)", _OBJECTS.sub(r"\1$", text))
    text = re.sub(r"(\w+)=(?=[\w(])", r"\1 = ", text)
    return re.sub(r"(?<![\w])dict(?= or | of )", "named list", text)


def _parts(doc: str) -> tuple[str, dict[str, str], str]:
    """(text before the parameters, parameters by name, errors) of a docstring."""
    sections = re.split(r"^(\w+)\n-{3,}\n", _in_r(inspect.cleandoc(doc)), flags=re.M)
    named = dict(zip(sections[1::2], sections[2::2]))
    found: dict[str, str] = {}
    text, _, rest = named.get("Parameters", "").partition("\n\n")
    more = [p for p in rest.split("\n\n") if re.match(r"[\w*, ]+ : ", p)]
    for row in re.split(r"\n(?=\S)", "\n".join([text, *more])):
        names, colon, said = row.partition(" : ")
        if colon:
            for n in names.split(","):
                found[n.strip().lstrip("*")] = " ".join(said.split())
    left = "\n\n".join(p for p in rest.split("\n\n") if p and p not in more)
    return f"{sections[0].strip()}\n\n{left}".strip(), found, named.get("Raises", "").strip()


def _documented(fn: Any) -> dict[str, str]:
    """What docstrings of a function or class and of its bases say of the parameters."""
    found: dict[str, str] = {}
    for source in fn.__mro__ if isinstance(fn, type) else (fn, getattr(fn, "family", fn)):
        for part in (source, vars(source).get("__init__") if isinstance(source, type) else None):
            doc = vars(part).get("__doc__") if isinstance(part, type) else getattr(part, "__doc__", None)
            if doc and (isinstance(part, type) or inspect.isfunction(part)):
                found = {**_parts(doc)[1], **found}
    return found


def _argument(page: Page, f: Formal, said: dict[str, str]) -> tuple[str, str]:
    if f.name == "...":
        if any(map(stacks, page.functions.values())):
            return "\\dots", "blocks that become children, in this order, or lists of them."
        return "\\dots", "arguments of the network's own function, by name."
    text = said.get(f.name) or WORDS.get(f.name) or (INITIALISER if "initializer" in f.name else "")
    dims = isinstance(f.default, tuple) or f.name in ("kernel_size", "strides", "padding", "shape", "input_shape")
    text = rd(in_r_order(text) if dims else text).rstrip(".")
    if f.required:
        rest = "required"
    else:
        value = default_text(f.default if not callable(f.default) else None, not (f.ordered or f.kept))
        rest = "" if value == "NULL" else f"default \\code{{{escaped(value)}}}"
    joined = "; ".join(p for p in (text, rest) if p) or "not used where not given"
    return escaped(f.name), joined + "."


def _arguments(page: Page) -> str:
    said: dict[str, str] = {}
    for fn in page.functions.values():
        said = {**_documented(fn), **said}
    fs = list(page.formals)
    if any(map(stacks, page.functions.values())):
        fs.insert(0, Formal("...", True, None, False, False))
    return "\n\n".join(f"  \\item{{{n}}}{{{t}}}" for n, t in (_argument(page, f, said) for f in fs))


def _usage(page: Page) -> str:
    out = []
    for path, fn in page.functions.items():
        texts = [*(["..."] if stacks(fn) else []), *formals_text(formals(fn))]
        row, rows = f"mx.{path}(", []
        for i, t in enumerate(texts or [""]):
            item = t + (")" if i >= len(texts) - 1 else ", ")
            if len(row) + len(item.rstrip()) > 88:
                rows.append(row.rstrip())
                row = "  "
            row += item
        out.append("\n".join([*rows, row]))
    return escaped("\n\n".join(out), braces=False)


def _first_sentence(doc: str) -> str:
    return _parts(doc)[0].split("\n\n")[0].replace("\n", " ")


# Methods and fields that a class has of its own
def _methods(fn: Any) -> list[str]:
    if not isinstance(fn, type) or not fn.__module__.startswith("mxr.gluon"):
        return []
    rows = []
    for name in sorted(dir(fn)):
        value = inspect.getattr_static(fn, name)
        base = HybridBlock if issubclass(fn, HybridBlock) else Block
        if isinstance(value, property) and value.__doc__ and getattr(base, name, None) is not value:
            rows.append(f"  \\item \\code{{${escaped(name)}}}: {rd(_first_sentence(value.__doc__))}")
        hidden = name.startswith("_") or name in ("forward", "hybrid_forward", "add", "infer_shape")
        if hidden or not inspect.isfunction(value) or not value.__doc__ or getattr(base, name, None) is value:
            continue
        if issubclass(fn, Block) and hasattr(base, name):
            continue
        first = _first_sentence(value.__doc__)
        args = ", ".join(formals_text(formals(value)[1:]))
        rows.append(f"  \\item \\code{{${escaped(f'{name}({args})')}}}: {rd(first)}")
    return rows


def _value(page: Page) -> str:
    fn = page.first
    see = f"see \\code{{\\link{{{OVERVIEW}}}}}"
    if isinstance(fn, type) and issubclass(fn, mx.init.Initializer):
        return (
            "an initialiser: a function \\code{function(name, shape, ctx, allow.unknown = FALSE)} that gives an "
            "MXNDArray, for the model functions and for \\code{$initialize()} and \\code{*_initializer} of Gluon."
        )
    if isinstance(fn, type) and issubclass(fn, Block):
        kind = "a recurrent cell" if issubclass(fn, RecurrentCell) else "a block"
        return f"{kind}, a function of arrays or symbols with fields and methods: {see}."
    if page.module == "gluon.model_zoo.vision":
        return f"a network, which is a block: {see}. Its layers are in \\code{{$features}} and \\code{{$output}}."
    if isinstance(fn, type):
        return "an object with the methods below; fields are read, and where that makes sense assigned, by \\code{$}."
    said = str(inspect.signature(fn).return_annotation)
    if said.startswith("list"):
        return "a list of MXNDArrays."
    return f"a block: {see}." if "Block" in said else "a number, or an MXNDArray of it."


def _arrays(shapes: tuple[tuple[int, ...], ...]) -> str:
    def one(shape: tuple[int, ...]) -> str:
        return f"mx.nd.ones({default_text(shape) if len(shape) > 1 else shape[0]})"

    return ", ".join(map(one, shapes))


def _built(fn: Any, values: dict[str, Any]) -> Any:
    return fn(**{k: v() if callable(v) else v for k, v in values.items()})


def _example_input(fn: Any, values: dict[str, Any]) -> tuple[tuple[int, ...], ...] | None:
    """Shapes that a block can be called with."""
    for shapes in INPUTS:
        try:
            block = _built(fn, values)
            block.initialize()
            arrays = [mx.nd.ones(s) for s in shapes]
            if isinstance(block, RecurrentCell):
                block(arrays[0], block.begin_state(batch_size=shapes[0][0]))
            else:
                block(*arrays)
            mx.nd.waitall()
        except Exception:
            continue
        return shapes
    return None


def _required(fn: Any) -> tuple[list[str], dict[str, Any]] | None:
    """R's and Python's form of the required arguments, where there is an example of each."""
    texts: list[str] = []
    values: dict[str, Any] = {}
    text: str
    value: Any
    for f in formals(fn):
        if not f.required or f.name == "...":
            continue
        axes = re.search(r"Conv(\d)D", fn.__name__) if f.name == "input_shape" else None
        if axes is not None:
            shape = (8 if axes[1] == "3" else 4, *(8,) * int(axes[1]))
            text, value = default_text(shape), shape
        elif f.name == "base_cell":
            text, value = "mx.gluon.rnn.LSTMCell(4)", lambda: mx.gluon.rnn.LSTMCell(4)
        elif f.name in GIVEN:
            text, value = GIVEN[f.name]
        else:
            return None
        texts.append(f"{f.name} = {text}")
        values[f.name] = value
    return texts, values


def _folded(call: str) -> str:
    """A long call on several lines."""
    return "\n".join(textwrap.wrap(call, 88, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def _example(page: Page) -> str:
    path, fn = next(iter(page.functions.items()))
    if path in BY_HAND:
        return BY_HAND[path]
    if page.module == "gluon.model_zoo.vision" and not isinstance(fn, type):
        small = [p for p in page.functions if "get_" not in p] or [path]
        named = '"resnet18_v1", ' if path.endswith("get_model") else ""
        call = f"mx.{small[0]}({named}classes = 10)"
        return f"net <- {call}\nnet$output"
    got = _required(fn)
    if got is None:
        return ""
    texts, values = got
    call = f"mx.{path}({', '.join(texts)})"
    if isinstance(fn, type) and issubclass(fn, mx.init.Initializer):
        return f'init <- {call}\ninit\ninit("fc_weight", c(3, 2), mx.cpu())'
    if not (isinstance(fn, type) and issubclass(fn, Block)):
        return _folded(call)
    if stacks(fn):
        call = f"mx.{path}(mx.gluon.nn.Dense(2), mx.gluon.nn.Dense(3))"
        return f"net <- {call}\nnet$initialize()\ndim(net(mx.nd.ones(c(4, 2))))"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shapes = _example_input(fn, values)
        has_parameters = len(_built(fn, values).collect_params()) > 0
    name = "cell" if issubclass(fn, RecurrentCell) else "loss" if page.module == "gluon.loss" else "net"
    rows = [_folded(f"{name} <- {call}")]
    if shapes is None:
        return "\n".join([*rows, name])
    if has_parameters:
        rows.append(f"{name}$initialize()")
    if name == "cell":
        n = shapes[0][0]
        rows += [f"out <- cell({_arrays(shapes[:1])}, cell$begin_state(batch_size = {n}))", "dim(out[[1]])"]
    elif name == "loss":
        rows.append(f"loss({_arrays(shapes)})")
    else:
        rows.append(f"dim(net({_arrays(shapes)}))")
    return "\n".join(rows)


def _title(page: Page) -> str:
    if page.module == "gluon.model_zoo.vision" and len(page.functions) > 1:
        family = next((getattr(f, "family", f) for f in page.functions.values()), page.first)
        kind = family.__name__.removeprefix("get_").replace("_v2", "")
        return f"Networks of the kind {ZOO.get(kind, kind)}"
    first = _parts(page.first.__doc__ or "")[0].split("\n\n")[0].replace("\n", " ")
    first = re.split(r"(?<=[^.])\.(?=\s|$)|: (?=[a-z`(])|;\s", first)[0].strip().rstrip(".:;")
    plain = first or page.name.rpartition(".")[2]
    return plain[:1].upper() + plain[1:] if not plain.startswith("`") else plain


ZOO = {
    "resnet": "ResNet", "vgg": "VGG", "densenet": "DenseNet", "squeezenet": "SqueezeNet", "mobilenet": "MobileNet",
}  # fmt: skip
ORDER = (
    "Shapes and axes in this text are the engine's: an array with \\code{dim} \\code{c(w, h, c, n)} has the shape "
    "(n, c, h, w). Sizes, steps and shapes are given in R's order, the reverse of it; a single axis counts from 0 in "
    "the engine's order, so that axis 0 is the last dim in R, and names of layouts are the engine's."
)


def _details(page: Page) -> list[str]:
    doc, _, _ = _parts(page.first.__doc__ or "")
    blocks = [b for b in doc.split("\n\n") if ">>>" not in b]
    body = paragraphs("\n\n".join(blocks)) or [rd(_title(page) + ".")]
    mentions = re.search(r"\(\w+(, [\w.*+/ -]+)+,?\)|\.shape|\baxis\b|\baxes\b", doc)
    names = {f.name for f in page.formals}
    if mentions or names & {"axis", "axes", "batch_axis", "layout", "kernel_size", "padding", "shape", "input_shape"}:
        body.append(ORDER)
    return body


def render(page: Page) -> str:
    """The text of a page."""
    aliases = [f"mx.{p}" for p in page.functions]
    first, *more = _details(page)
    rows = _methods(page.first)
    listed = _arguments(page)
    example = _example(page)
    guard = "\\dontshow{if (mx.available()) withAutoprint(\\{ # examplesIf}"
    shown = f"{guard}\n{escaped(example, braces=False)}\n\\dontshow{{\\}}) # examplesIf}}"
    parts = [
        f"\\name{{{page.name}}}",
        *(f"\\alias{{{n}}}" for n in aliases),
        f"\\title{{{rd(_title(page))}}}",
        f"\\usage{{\n{_usage(page)}\n}}",
        *([f"\\arguments{{\n{listed}\n}}"] if listed else []),
        f"\\value{{\n{_value(page)}\n}}",
        f"\\description{{\n{first}\n}}",
        *(["\\details{\n" + "\n\n".join(more) + "\n}"] if more else []),
        *(["\\section{Fields and methods}{\n\\itemize{\n" + "\n".join(rows) + "\n}\n}"] if rows else []),
        f"\\seealso{{\n\\code{{\\link{{{OVERVIEW}}}}} for all of Gluon.\n}}",
        *([f"\\examples{{\n{shown}\n}}"] if example else []),
        f"\\concept{{{escaped(FAMILIES[page.module])}}}",
    ]
    return HEADER + "\n".join(wrapped(p) for p in parts) + "\n"


def _links(page: Page) -> str:
    return ", ".join(f"\\code{{\\link{{mx.{path}}}}}" for path in page.functions)


def listing(everything: list[Page]) -> str:
    """The page that lists all constructors by family, after what is said of Gluon by hand in gluon_about.R."""
    families: dict[str, list[Page]] = {}
    for p in everything:
        families.setdefault(FAMILIES[p.module], []).append(p)
    sections = []
    for family, members in families.items():
        rows = [f"  \\item {_links(p)}: {rd(_title(p))}." for p in members]
        head = family[:1].upper() + family[1:]
        sections.append(f"\\section{{{escaped(head)}}}{{\n\\itemize{{\n" + "\n".join(rows) + "\n}\n}")
    parts = [
        "\\name{mx-gluon-all}",
        "\\alias{mx-gluon-all}",
        "\\title{All layers, losses and networks of Gluon}",
        "\\description{\nThe constructors of Gluon by family. How blocks are used is told in "
        f"\\code{{\\link{{{OVERVIEW}}}}}.\n}}",
        *sections,
        "\\concept{Gluon}",
    ]
    return HEADER + "\n".join(wrapped(p) for p in parts) + "\n"


def files() -> dict[str, str]:
    """All pages by file name."""
    everything = pages()
    return {**{p.file: render(p) for p in everything}, "mx-gluon-all.Rd": listing(everything)}


def out_of_step(man: Path) -> list[str]:
    """Names of files that are missing, differ, or belong to nothing any more."""
    return generated.stale_pages(files(), man, HEADER)


main = generated.pages_command(COMMAND, __doc__, "mxr.gluon", lambda man: files(), HEADER)


if __name__ == "__main__":
    sys.exit(main())
