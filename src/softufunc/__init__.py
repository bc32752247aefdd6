"""softplus, sigmoid, logit and their relatives as NumPy ufuncs."""

from softufunc._ufuncs import exports as _exports
from softufunc._ufuncs import instruction_set as _instruction_set
from softufunc._ufuncs import tables as _tables
from softufunc._ufuncs import ufuncs as _chosen

__all__ = [*_chosen, "get_include", "show_config"]
globals().update(_chosen)

# where cimport looks for what __init__.pxd declares
__pyx_capi__ = _exports


def get_include():
    """Return the directory of the C header ``softufunc.h``.

    Returns
    -------
    str
        The directory, for the include path of a compiler.

    Examples
    --------
    >>> import os
    >>> import softufunc
    >>> os.listdir(softufunc.get_include())
    ['softufunc.h']
    """
    from importlib.resources import files
    from os.path import dirname

    # in an editable install the header is in the build directory, and nothing else tells which one that is
    return dirname(str(files("softufunc").joinpath("include", "softufunc.h")))


def show_config():
    """Return how softufunc was built and which of its kernels are in use.

    Returns
    -------
    dict
        ``version`` of softufunc; version of ``numpy``; ``instruction_set``, the one in use: the best that the
        processor has, or the one that the environment variable ``SOFTUFUNC_ISA`` names at import; ``available``,
        all of those that this build has and this processor runs, the best first.

    Examples
    --------
    >>> import softufunc
    >>> config = softufunc.show_config()
    >>> config["instruction_set"] in config["available"]
    True
    """
    import numpy

    return {
        "version": __getattr__("__version__"),
        "numpy": numpy.__version__,
        "instruction_set": _instruction_set,
        "available": list(_tables),
    }


def __getattr__(name):
    if name == "__version__":
        # on demand: importlib.metadata takes longer to import than all the rest
        from importlib.metadata import version

        return version("softufunc")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*__all__, "__version__"]
