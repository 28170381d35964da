"""Linear algebra: products, triangles, factorisations, each for a matrix and for batches."""

import numpy as np

from tests.cases import X, case

F = dict(dtypes=("float32", "float64"), rtol=1e-3, atol=1e-4)


def spd(x):
    """Symmetric, positive and well conditioned."""
    return x @ x.swapaxes(-1, -2) + 3 * np.eye(x.shape[-1])


def lower(x):
    return np.tril(x, -1) + np.eye(x.shape[-1]) * (2 + np.abs(x))


def upper(x):
    return lower(x).swapaxes(-1, -2)


def regular(x):
    return x + 4 * np.eye(x.shape[-1])


CASES = []
for _b in ((), (2,), (2, 1)):
    for _ta, _tb in ((False, False), (True, False), (False, True), (True, True)):
        _left = (*_b, 4, 3) if _ta else (*_b, 3, 4)
        _right = (*_b, 2, 4) if _tb else (*_b, 4, 2)
        _t = dict(transpose_a=_ta, transpose_b=_tb)
        CASES += [
            case("_linalg_gemm2", X(*_left), X(*_right), attrs=dict(alpha=1.5, **_t), **F),
            case("_linalg_gemm", X(*_left), X(*_right), X(*_b, 3, 2), attrs=dict(alpha=1.5, beta=-0.5, **_t), **F),
        ]
    CASES += [
        case("_linalg_syrk", X(*_b, 3, 4), attrs=dict(alpha=2), **F),
        case("_linalg_syrk", X(*_b, 3, 4), attrs=dict(transpose=True), **F),
        case("_linalg_sumlogdiag", X(*_b, 3, 3, via=spd), **F),
        case("_linalg_extractdiag", X(*_b, 3, 3), **F),
        case("_linalg_extractdiag", X(*_b, 4, 4), attrs=dict(offset=-1), **F),
        case("_linalg_makediag", X(*_b, 3), **F),
        case("_linalg_makediag", X(*_b, 3), attrs=dict(offset=2), **F),
        case("_linalg_extracttrian", X(*_b, 4, 4), **F),
        case("_linalg_extracttrian", X(*_b, 4, 4), attrs=dict(offset=1), **F),
        case("_linalg_extracttrian", X(*_b, 4, 4), attrs=dict(lower=False), **F),
        case("_linalg_extracttrian", X(*_b, 4, 4), attrs=dict(offset=-2, lower=True), **F),
        case("_linalg_maketrian", X(*_b, 6), **F),
        case("_linalg_maketrian", X(*_b, 6), attrs=dict(lower=False), **F),
        case("_linalg_maketrian", X(*_b, 3), attrs=dict(offset=1), **F),
        case("_linalg_maketrian", X(*_b, 6), attrs=dict(offset=-1), **F),
        case("_linalg_potrf", X(*_b, 3, 3, via=spd), numeric=False, **F),
        case("_linalg_potrf", X(*_b, 3, 3, via=spd), attrs=dict(lower=False), numeric=False, **F),
        case("_linalg_potri", X(*_b, 3, 3, via=lower), numeric=False, **F),
        case("_linalg_potri", X(*_b, 3, 3, via=upper), attrs=dict(lower=False), numeric=False, **F),
        case("_linalg_gelqf", X(*_b, 2, 4), **F),
        case("_linalg_syevd", X(*_b, 3, 3, via=spd), numeric=False, **F),
        case("_linalg_inverse", X(*_b, 3, 3, via=regular), **F),
        case("_linalg_det", X(*_b, 3, 3, via=regular), **F),
        case("_linalg_slogdet", X(*_b, 3, 3, via=regular), **F),
    ]
    for _rs in (False, True):
        for _tr in (False, True):
            for _lo in (False, True):
                _attrs = dict(transpose=_tr, rightside=_rs, lower=_lo, alpha=1.5)
                _m = X(*_b, 3, 3, via=lower if _lo else upper)
                _other = X(*_b, 2, 3) if _rs else X(*_b, 3, 2)
                CASES += [
                    case("_linalg_trmm", _m, _other, attrs=_attrs, numeric=False, **F),
                    case("_linalg_trsm", _m, _other, attrs=_attrs, numeric=False, **F),
                ]
CASES += [
    case("_linalg_gemm2", X(3, 2, 4), X(4, 2, 5), attrs=dict(axis=0), **F, id="axis"),
    case("_linalg_gemm", X(3, 2, 4), X(4, 2, 5), X(3, 2, 5), attrs=dict(axis=-3), **F, id="axis"),
    case("dot", X(2, 3), X(3, 4), rtol={"float16": 1e-2}, beyond=("float16",)),
    case("dot", X(3, 2), X(3, 4), attrs=dict(transpose_a=True), rtol={"float16": 1e-2}, beyond=("float16",)),
    case("dot", X(2, 3), X(4, 3), attrs=dict(transpose_b=True), rtol={"float16": 1e-2}, beyond=("float16",)),
    case(
        "dot",
        X(3, 2),
        X(4, 3),
        attrs=dict(transpose_a=True, transpose_b=True),
        rtol={"float16": 1e-2},
        beyond=("float16",),
    ),
    case("dot", X(5), X(5), rtol={"float16": 1e-2}, beyond=("float16",)),
    case("dot", X(2, 3, 4), X(4, 5), dtypes=("float32", "float64"), rtol=1e-4),
    case("dot", X(2, 3), X(3), dtypes=("float32", "float64"), rtol=1e-4),
    case("dot", X(2, 3, 4), X(4, 2, 2), dtypes=("float32", "float64"), rtol=1e-4),
    case("batch_dot", X(2, 3, 4), X(2, 4, 5), dtypes=("float32", "float64"), rtol=1e-4),
    case("batch_dot", X(2, 4, 3), X(2, 4, 5), attrs=dict(transpose_a=True), dtypes=("float32", "float64"), rtol=1e-4),
    case("batch_dot", X(2, 3, 4), X(2, 5, 4), attrs=dict(transpose_b=True), dtypes=("float32", "float64"), rtol=1e-4),
    case(
        "batch_dot",
        X(1, 4, 3),
        X(1, 5, 4),
        attrs=dict(transpose_a=True, transpose_b=True),
        dtypes=("float32", "float64"),
        rtol=1e-4,
    ),
    case("khatri_rao", X(3, 2), X(4, 2), dtypes=("float32", "float64")),
    case("khatri_rao", X(2, 3), X(4, 3), X(1, 3), dtypes=("float32", "float64")),
]
