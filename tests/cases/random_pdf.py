"""Densities and probabilities of samples."""

from tests.cases import X, case, values

_D = dict(dtypes=("float32", "float64"), rtol=2e-4, atol=2e-5)


def _positive(*shape, hi=3.0):
    return X(*shape, lo=0.5, hi=hi)


def _counts(*shape):
    return X(*shape, lo=0, hi=6, whole=True)


def _simplex(*shape):
    return X(*shape, lo=0.2, hi=1, via=lambda x: x / x.sum(-1, keepdims=True))


def _all(op, sample, *params, **more):
    """Without and with the logarithm."""
    return [case(op, sample, *params, attrs=dict(is_log=log), **{**_D, **more}) for log in (False, True)]


CASES = [
    *_all("_random_pdf_uniform", X(2, 3), X(2, lo=-3, hi=-2), X(2, lo=2, hi=3)),
    *_all("_random_pdf_uniform", X(3), X(3, lo=-3, hi=-2), X(3, lo=2, hi=3)),
    *_all("_random_pdf_normal", X(2, 3), X(2), _positive(2)),
    *_all("_random_pdf_normal", X(2, 3, 4), X(2, 3), _positive(2, 3)),
    *_all("_random_pdf_normal", X(2, 1, 4), X(2), _positive(2)),
    case("_random_pdf_normal", X(2, 3), X(2), _positive(2), dtypes=("float16",)),
    *_all("_random_pdf_gamma", _positive(2, 3), _positive(2), _positive(2)),
    *_all("_random_pdf_gamma", _positive(3), _positive(3), _positive(3)),
    *_all("_random_pdf_exponential", _positive(2, 3), _positive(2)),
    *_all("_random_pdf_exponential", _positive(1), _positive(1)),
    *_all("_random_pdf_poisson", _counts(2, 5), _positive(2), grad=(0, 1)),
    *_all("_random_pdf_poisson", values([[-1, 0], [2.5, 3]]), _positive(2), grad=(0, 1), numeric=False),
    *_all("_random_pdf_negative_binomial", _counts(2, 5), _positive(2), X(2, lo=0.2, hi=0.8), grad=(0, 1, 1)),
    *_all("_random_pdf_negative_binomial", _counts(2, 2, 5), _positive(2, 2), X(2, 2, lo=0.2, hi=0.8), grad=(0, 1, 1)),
    *_all("_random_pdf_generalized_negative_binomial", _counts(2, 5), _positive(2), X(2, lo=0.2, hi=0.8),
          grad=(0, 1, 1)),
    *_all("_random_pdf_dirichlet", _simplex(2, 4, 3), _positive(2, 3)),
    *_all("_random_pdf_dirichlet", _simplex(2, 3), _positive(2, 3)),
    *_all("_random_pdf_dirichlet", _simplex(3), _positive(3)),
]  # fmt: skip
