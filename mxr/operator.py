"""``mx.operator``: operators written in Python (CustomOp, CustomOpProp), and what operators there are."""

from __future__ import annotations

import itertools
import warnings
from collections import namedtuple
from collections.abc import Callable
from typing import Any

from .base import MXNetTypeError, MXNetValueError
from .core.op import all_names, get_op
from .core.params import Graph
from .ops.custom import props

__all__ = [
    "CustomOp", "CustomOpProp", "NDArrayOp", "NumpyOp", "OperatorArguments", "PythonOp", "get_all_registered_operators",
    "get_operator_arguments", "register",
]  # fmt: skip


class CustomOp:
    """Base of operators written in Python; subclass and write ``forward`` and ``backward``."""

    def forward(self, is_train: bool, req: list[str], in_data: list[Any], out_data: list[Any], aux: list[Any]) -> None:
        """Writes the outputs into `out_data`, by ``self.assign(out_data[i], req[i], value)``.

        Parameters
        ----------
        req : for each output 'null', 'write', 'inplace' or 'add'.
        in_data, out_data, aux : NDArrays.
        """

    def backward(
        self, req: list[str], out_grad: list[Any], in_data: list[Any], out_data: list[Any], in_grad: list[Any],
        aux: list[Any],
    ) -> None:  # fmt: skip
        """Writes the gradients of the inputs into `in_grad`, by ``self.assign(in_grad[i], req[i], value)``."""

    def assign(self, dst: Any, req: str, src: Any) -> None:
        """Puts `src` into `dst` as `req` says."""
        if req == "null":
            return
        if req in ("write", "inplace"):
            dst[:] = src
        elif req == "add":
            dst[:] += src
        else:
            raise MXNetValueError(f"assign: req={req!r}, expected 'null', 'write', 'inplace' or 'add'")


class CustomOpProp:
    """What there is to know of a custom operator: names, shapes, dtypes; made anew for each use.

    Parameters
    ----------
    need_top_grad : whether backward takes the gradients of the outputs; a loss does not.
    """

    def __init__(self, need_top_grad: bool = True) -> None:
        self.need_top_grad_ = need_top_grad

    def infer_shape(self, in_shape: list[Any]) -> tuple:
        """(input shapes, output shapes[, auxiliary shapes]); the default gives all the shape of the first input."""
        return in_shape, (in_shape[0],) * len(self.list_outputs()), ()

    def infer_type(self, in_type: list[Any]) -> tuple:
        """(input dtypes, output dtypes, auxiliary dtypes); the default gives all the dtype of the first input."""
        return (
            [in_type[0]] * len(self.list_arguments()),
            [in_type[0]] * len(self.list_outputs()),
            [in_type[0]] * len(self.list_auxiliary_states()),
        )

    def infer_storage_type(self, in_stype: list[str]) -> tuple:
        """(input, output, auxiliary) storage types; only 'default' is supported here."""
        for i, stype in enumerate(in_stype):
            if stype != "default":
                raise MXNetValueError(f"infer_storage_type: input {i} has storage type {stype!r}, expected 'default'")
        return (
            in_stype, ["default"] * len(self.list_outputs()), ["default"] * len(self.list_auxiliary_states()),
        )  # fmt: skip

    def infer_storage_type_backward(
        self, ograd_stype: list[str], in_stype: list[str], out_stype: list[str], igrad_stype: list[str],
        aux_stype: list[str],
    ) -> tuple:  # fmt: skip
        """Storage types of everything in backward; only 'default' is supported here."""
        parts = ograd_stype, in_stype, out_stype, igrad_stype, aux_stype
        if any(s not in ("default", "undefined") for part in parts for s in part):
            raise MXNetValueError("infer_storage_type_backward: expected 'default' storage everywhere")
        return tuple(["default"] * len(part) for part in parts)

    def list_outputs(self) -> list[str]:
        return ["output"]

    def list_arguments(self) -> list[str]:
        return ["data"]

    def list_auxiliary_states(self) -> list[str]:
        return []

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """Which of the numbered arrays backward needs."""
        deps: list[int] = []
        if self.need_top_grad_:
            deps.extend(out_grad)
        deps.extend(in_data)
        deps.extend(out_data)
        return deps

    def create_operator(self, ctx: Any, in_shapes: list[Any], in_dtypes: list[Any]) -> Any:
        """The CustomOp for these shapes and dtypes."""
        return CustomOp()


def register(reg_name: str) -> Callable[[type], type]:
    """``@mx.operator.register('name')`` makes a CustomOpProp known as ``op_type='name'`` of Custom."""

    def do_register(prop_cls: type) -> type:
        if not (isinstance(prop_cls, type) and issubclass(prop_cls, CustomOpProp)):
            raise MXNetTypeError(f"register: expected a subclass of CustomOpProp, got {prop_cls!r}")
        props[reg_name] = prop_cls
        return prop_cls

    return do_register


register("custom_op")(CustomOpProp)


# ---- before CustomOp
_numbers = itertools.count()


class PythonOp:
    """Base of the operators in Python that CustomOp replaced."""

    def __init__(self, need_top_grad: bool = True) -> None:
        self.info_: Any = None
        self.need_top_grad_ = need_top_grad
        warnings.warn("PythonOp has been deprecated. Please use CustomOp", DeprecationWarning, stacklevel=2)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.get_symbol(*args, **kwargs)

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        """The symbol of the operator on the given symbols."""
        raise NotImplementedError("Must override this")

    def forward(self, in_data: list[Any], out_data: list[Any]) -> None:
        """Writes the outputs; by default the first input."""
        out_data[0][:] = in_data[0]

    def backward(self, out_grad: list[Any], in_data: list[Any], out_data: list[Any], in_grad: list[Any]) -> None:
        """Writes the gradients of the inputs; by default ones."""
        in_grad[0][:] = 1.0

    def infer_shape(self, in_shape: list[Any]) -> tuple:
        return in_shape, [in_shape[0]]

    def list_outputs(self) -> list[str]:
        return ["output"]

    def list_arguments(self) -> list[str]:
        return ["data"]

    def need_top_grad(self) -> bool:
        return self.need_top_grad_

    def _symbol(self, convert: Callable[[list[Any]], list[Any]], back: Callable[[Any, Any], None], *args: Any,
                **kwargs: Any) -> Any:  # fmt: skip
        """A Custom node that calls this object, whose arrays `convert` makes of NDArrays and `back` writes back."""
        legacy = self

        class Op(CustomOp):
            def forward(self, is_train: Any, req: Any, in_data: Any, out_data: Any, aux: Any) -> None:
                outs = convert(out_data)
                legacy.forward(in_data=convert(in_data), out_data=outs)
                for dst, src in zip(out_data, outs):
                    back(dst, src)

            def backward(self, req: Any, out_grad: Any, in_data: Any, out_data: Any, in_grad: Any, aux: Any) -> None:
                grads = convert(in_grad)
                legacy.backward(
                    out_grad=convert(out_grad), in_data=convert(in_data), out_data=convert(out_data), in_grad=grads
                )
                for dst, src in zip(in_grad, grads):
                    back(dst, src)

        class Prop(CustomOpProp):
            def __init__(self) -> None:
                super().__init__(legacy.need_top_grad())

            def infer_shape(self, in_shape: list[Any]) -> tuple:
                ins, outs = legacy.infer_shape(in_shape)
                return ins, outs, []

            def list_arguments(self) -> list[str]:
                return legacy.list_arguments()

            def list_outputs(self) -> list[str]:
                return legacy.list_outputs()

            def create_operator(self, ctx: Any, in_shapes: Any, in_dtypes: Any) -> CustomOp:
                return Op()

        name = f"_python_op_{next(_numbers)}"
        register(name)(Prop)
        from . import symbol

        return symbol.Custom(*args, op_type=name, **kwargs)


class NumpyOp(PythonOp):
    """An operator on NumPy arrays: ``forward(in_data, out_data)`` fills the arrays of `out_data` in place."""

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        def back(dst: Any, src: Any) -> None:
            dst[:] = src

        return self._symbol(lambda arrays: [x.asnumpy().copy() for x in arrays], back, *args, **kwargs)


class NDArrayOp(PythonOp):
    """An operator on NDArrays: ``forward(in_data, out_data)`` fills the arrays of `out_data` in place."""

    def get_symbol(self, *args: Any, **kwargs: Any) -> Any:
        return self._symbol(list, lambda dst, src: None, *args, **kwargs)

    def declare_backward_dependency(self, out_grad: list[int], in_data: list[int], out_data: list[int]) -> list[int]:
        """Which of the numbered arrays backward needs."""
        return [*(out_grad if self.need_top_grad() else []), *in_data, *out_data]


# ---- what there is
OperatorArguments = namedtuple("OperatorArguments", ["narg", "names", "types"])


def get_all_registered_operators() -> list[str]:
    """The names of all operators."""
    return sorted(all_names())


def get_operator_arguments(op_name: str) -> OperatorArguments:
    """Number, names and types of the arguments of an operator, as MXNet's documentation writes them."""
    d = get_op(op_name)
    if d.variadic is not None:
        given = {n: p.describe() for n, p in d.params.items() if isinstance(p, Graph)}
        given[d.many] = "NDArray-or-Symbol[]"
    else:
        given = dict.fromkeys(d.inputs, "NDArray-or-Symbol")
    given |= {n: p.describe() for n, p in d.params.items() if n not in given}
    return OperatorArguments(len(given), list(given), list(given.values()))
