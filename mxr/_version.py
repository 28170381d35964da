"""The version of mxr, for the build and for `mxr.__version__`."""

__version__ = "0.1.0"
