"""Loops and branches as symbols: ``foreach``, ``while_loop`` and ``cond`` of ``mx.sym.contrib``.

The functions are called once, with variables; what they make inside a scope of its own is cut out of the graph and
becomes the body of one node. What the body uses from outside becomes an input of the node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..attribute import AttrScope, current_attrs
from ..base import MXNetTypeError, MXNetValueError
from ..core.nested import flat_list, regroup
from ..core.op import get_op
from ..core.params import Graph
from ..graph.compose import Variable, compose
from ..graph.subgraph import Subgraph
from ..graph.symbol import Entry, Symbol, SymNode, active
from ..name import current_name

__all__ = ["cond", "foreach", "while_loop"]

_SCOPE = "__subgraph_name__"


@contextmanager
def _scope(name: str) -> Iterator[str]:
    """Everything made inside carries the name of the subgraph."""
    outer = current_attrs(None).get(_SCOPE)
    if outer:
        name = f"{outer}${name}"
    number = AttrScope._subgraph_names.get(name, 0)
    AttrScope._subgraph_names[name] = number + 1
    with AttrScope(**{_SCOPE: f"{name}{number}"}):
        yield f"{name}{number}"


def _variables(symbols: list[Symbol], what: str, sliced: bool = False) -> list[Symbol]:
    """What stands in a body for `symbols`, or for their slices along the first axis."""
    for s in symbols:
        if len(s._entries) != 1:
            raise MXNetValueError(f"{what}: a symbol with {len(s._entries)} outputs; pick one, as in sym[0]")
    made = [Variable(f"{s.name}-{s._entries[0][1]}") for s in symbols]
    if active.trace is not None:
        for v, s in zip(made, symbols):
            active.trace.stands_for(v, s, sliced)
    return made


def _heads(scope: str, outs: list[Symbol], states: list[Symbol]) -> list[Symbol]:
    """The results of a body; one that is no result of its own (a variable, one from outside, one twice) is copied."""

    def own(s: Symbol) -> bool:
        node = s._single("control flow")
        return node.op is not None and node.attrs.get(_SCOPE) == scope

    names, copy = {s.name for s in outs}, get_op("_copy")
    return [
        s if own(s) and not (again and s.name in names) else compose(copy, [s], {}, None, None, "identity")
        for again, s in [*((False, s) for s in outs), *((True, s) for s in states)]
    ]


class _Body:
    """The cut-out graph: for each of its variables what it is outside."""

    def __init__(self, scope: str, heads: list[Symbol], label: str) -> None:
        made: dict[int, SymNode] = {}
        outside: dict[int, Entry] = {}
        cut: dict[tuple[int, int], SymNode] = {}

        def entry(e: Entry) -> Entry:
            node, i, version = e
            if node.attrs.get(_SCOPE) == scope:
                return made[id(node)], i, version
            if (id(node), i) not in cut:
                variable = cut[id(node), i] = SymNode(None, node.output_name(i), {}, [])
                outside[id(variable)] = (node, i, node.version if node.op is None else 0)
            return cut[id(node), i], 0, version

        entries = [e for s in heads for e in s._entries]
        for node in Symbol(entries)._nodes():
            if node.attrs.get(_SCOPE) != scope:
                continue
            if node.op is None:
                made[id(node)] = node
            else:
                shell = made[id(node)] = node.shell()
                shell.inputs = [entry(e) for e in node.inputs]
        self.symbol = Symbol([entry(e) for e in entries])
        self.variables = [n for n in self.symbol._nodes() if n.op is None]
        self.outside = [outside.get(id(n), (n, 0, n.version)) for n in self.variables]
        names = [n.name for n in self.variables]
        if len(set(names)) != len(names):
            raise MXNetValueError(f"{label}: The inputs of the subgraph don't have unique names: {names}")

    def position(self, variable: Symbol) -> int | None:
        node = variable._entries[0][0]
        return next((i for i, n in enumerate(self.variables) if n is node), None)


def _node(op_name: str, inputs: list[Entry], bodies: list[_Body], values: dict[str, Any]) -> list[Symbol]:
    """The node with its bodies, all its outputs."""
    op = get_op(op_name)
    values = {"num_args": len(inputs) + len(bodies), **values}
    graphs = [n for n, p in op.params.items() if isinstance(p, Graph)]
    a = op.parse_anew({**values, **{n: Subgraph(b.symbol) for n, b in zip(graphs, bodies)}})
    attrs = current_attrs(None)
    attrs.update({k: str(v) for k, v in values.items()})
    node = SymNode(op, current_name(None, op_name), attrs, inputs, a)
    if active.trace is not None:
        active.trace.made(node)
    return [Symbol([(node, i, 0)]) for i in range(node.n_visible)]


def foreach(
    body: Callable[[Any, Any], tuple[Any, Any]], data: Any, init_states: Any, name: str = "foreach"
) -> tuple[Any, Any]:
    """A loop over the first axis of `data`.

    Parameters
    ----------
    body : ``outputs, new_states = body(slices, states)``, called once with variables.
    data : Symbol or nested list of them.
    init_states : Symbol or nested list of them.

    Returns
    -------
    The outputs of all steps stacked along a new first axis, and the last states.
    """
    flat_data, data_form = flat_list(data, Symbol, "foreach input")
    flat_states, state_form = flat_list(init_states, Symbol, "foreach states")
    if not flat_data:
        raise MXNetValueError("foreach: data is empty; expected at least one symbol")
    with _scope(name) as scope:
        slices, states = _variables(flat_data, "foreach input", True), _variables(flat_states, "foreach states")
        outs, new_states = body(regroup(slices, data_form), regroup(states, state_form))
        flat_outs, out_form = flat_list(outs, Symbol, "foreach output")
        flat_new, new_form = flat_list(new_states, Symbol, "foreach loop_vars")
        if new_form != state_form:
            raise MXNetValueError("foreach: The input and output loop_vars have different format")
        heads = _heads(scope, flat_outs, flat_new)
    cut = _Body(scope, heads, "foreach")
    locs: dict[str, list[int]] = {}
    for what, variables in (("data", slices), ("state", states)):
        found = [cut.position(v) for v in variables]
        for v, p in zip(variables, found):
            if p is None:
                raise MXNetValueError(f"foreach: the {what} arrays have to be used in the loop body; {v.name} is not")
        locs[what] = [p for p in found if p is not None]
    rest = [i for i in range(len(cut.variables)) if i not in locs["data"] and i not in locs["state"]]
    inputs = [s._entries[0] for s in (*flat_data, *flat_states)] + [cut.outside[i] for i in rest]
    made = _node(
        "_foreach", inputs, [cut],
        {
            "num_outputs": len(heads), "num_out_data": len(flat_outs), "in_state_locs": locs["state"],
            "in_data_locs": locs["data"], "remain_locs": rest,
        },
    )  # fmt: skip
    return regroup(made[: len(flat_outs)], out_form), regroup(made[len(flat_outs) :], state_form)


class _Inputs:
    """The inputs of a node with several bodies: a variable is one input, however many of them use it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._where: dict[Any, int] = {}

    def locs(self, body: _Body, own: list[Symbol], given: list[Symbol]) -> list[int]:
        """For each variable of `body` its input; the variables `own` stand for the symbols `given`."""
        loop = {id(v._entries[0][0]): (k, s._entries[0]) for k, (v, s) in enumerate(zip(own, given))}
        out = []
        for n, outside in zip(body.variables, body.outside):
            k, entry = loop.get(id(n), (None, outside))
            # what is computed outside is an input of each body by itself, as in MXNet
            key: Any = object() if entry[0].op is not None else id(entry[0])
            if k is not None:
                key = "loop variable", k
            if key not in self._where:
                self._where[key] = len(self.entries)
                self.entries.append(entry)
            out.append(self._where[key])
        return out


def while_loop(
    cond: Callable[..., Any],
    func: Callable[..., tuple[Any, Any]],
    loop_vars: Any,
    max_iterations: int | None = None,
    name: str = "while_loop",
) -> tuple[Any, Any]:
    """A loop that runs while ``cond(*loop_vars)`` is not zero, at most `max_iterations` times.

    Parameters
    ----------
    cond, func : called once with variables; ``outputs, new_loop_vars = func(*loop_vars)``.
    loop_vars : Symbol or list of them, at least one.

    Returns
    -------
    The outputs of all steps stacked, padded with zeros to `max_iterations` (MXNet leaves the rest undefined), and
    the last loop variables.
    """
    if max_iterations is None:
        raise MXNetValueError("while_loop: max_iterations should be specified")
    flat, form = flat_list(loop_vars, Symbol, "while loop_vars")
    if not flat:
        raise MXNetValueError("while_loop: loop_vars should contain at least one element")

    def call(f: Callable[..., Any], variables: list[Symbol]) -> Any:
        given = regroup(variables, form)
        return f(*given) if isinstance(given, list) else f(given)

    with _scope(f"{name}_cond") as scope:
        test_vars = _variables(flat, "while loop_vars")
        test = call(cond, test_vars)
        if not isinstance(test, Symbol):
            raise MXNetTypeError(f"while_loop: Return of cond must be a Symbol, got {type(test).__name__}")
        test_body = _Body(scope, _heads(scope, [test], []), "while_loop")
    with _scope(f"{name}_func") as scope:
        func_vars = _variables(flat, "while loop_vars")
        outs, new = call(func, func_vars)
        flat_outs, out_form = flat_list([] if outs is None else outs, Symbol, "while output")
        flat_new, _ = flat_list([] if new is None else new, Symbol, "while loop_vars")
        if len(flat_new) != len(flat):
            raise MXNetValueError(
                "while_loop: The number of loop_vars should be consistent during the loop: "
                f"func returned {len(flat_new)}, expected {len(flat)}"
            )
        body = _Body(scope, _heads(scope, flat_outs, flat_new), "while_loop")
    inputs = _Inputs()
    cond_locs = inputs.locs(test_body, test_vars, flat)
    func_locs = inputs.locs(body, func_vars, flat)
    var_locs = []
    for k, v in enumerate(func_vars):
        position = body.position(v)
        if position is None:
            raise MXNetValueError(f"while_loop: The {k + 1}-th loop_var doesn't involve into the computation")
        var_locs.append(position)
    made = _node(
        "_while_loop", inputs.entries, [test_body, body],
        {
            "num_outputs": len(flat_outs) + len(flat_new), "num_out_data": len(flat_outs),
            "max_iterations": max_iterations, "cond_input_locs": cond_locs, "func_input_locs": func_locs,
            "func_var_locs": var_locs,
        },
    )  # fmt: skip
    return regroup(made[: len(flat_outs)], out_form), regroup(made[len(flat_outs) :], form)


def cond(pred: Any, then_func: Callable[[], Any], else_func: Callable[[], Any], name: str = "cond") -> Any:
    """The outputs of ``then_func()`` where `pred`, of one element, is not zero, else those of ``else_func()``."""
    bodies, forms = [], []
    for what, f in (("pred", lambda: pred), ("then", then_func), ("else", else_func)):
        with _scope(f"{name}_{what}") as scope:
            flat, form = flat_list(f(), Symbol, f"cond: {what}")
            if what == "pred" and len(flat) != 1:
                raise MXNetValueError(f"cond: pred must be one Symbol, got {len(flat)}")
            bodies.append(_Body(scope, _heads(scope, flat, []), "cond"))
            forms.append((form, len(flat)))
    if forms[1][1] != forms[2][1]:
        raise MXNetValueError(
            f"cond: Number of outputs differs between then-branch and else-branch: {forms[1][1]} and {forms[2][1]}"
        )
    inputs = _Inputs()
    locs = [inputs.locs(b, [], []) for b in bodies]
    made = _node(
        "_cond", inputs.entries, bodies,
        {
            "num_outputs": forms[1][1], "cond_input_locs": locs[0], "then_input_locs": locs[1],
            "else_input_locs": locs[2],
        },
    )  # fmt: skip
    return regroup(made, forms[1][0])
