"""softplus, sigmoid, logit and related functions as NumPy ufuncs."""

from softufunc._ufuncs import docstring as _docstring
from softufunc._ufuncs import exports as _exports
from softufunc._ufuncs import fma_sets as _fma_sets
from softufunc._ufuncs import instruction_set as _instruction_set
from softufunc._ufuncs import instruction_sets as _instruction_sets
from softufunc._ufuncs import ufuncs as _chosen

__all__ = [*_chosen, "get_include", "show_config"]
globals().update(_chosen)
__doc__ = _docstring

# read by cimport for the functions declared in __init__.pxd
__pyx_capi__ = _exports


def get_include():
    """Return the directory of the C header ``softufunc.h``.

    Returns
    -------
    str
        The directory, to be added to a compiler's include path.

    Examples
    --------
    >>> import os
    >>> import softufunc
    >>> os.listdir(softufunc.get_include())
    ['softufunc.h']
    """
    from importlib.resources import files
    from os.path import dirname

    # importlib.resources also finds the header in the build directory of an editable install
    return dirname(str(files("softufunc").joinpath("include", "softufunc.h")))


def show_config():
    """Return information about the build and the instruction set in use.

    Returns
    -------
    dict
        ``version``: the version of softufunc; ``numpy``: the version of NumPy; ``instruction_set``: the instruction
        set in use, by default the first one of ``available``, or the one named by the environment variable
        ``SOFTUFUNC_ISA`` at import; ``available``: all instruction sets that this build and this processor support,
        in order of preference; ``fma``: whether the one in use has fused multiply-adds. All that have them give the
        same bits.

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
        "available": list(_instruction_sets),
        "fma": _instruction_set in _fma_sets,
    }


def __getattr__(name):
    if name == "__version__":
        # imported on demand: importlib.metadata takes longer to import than softufunc
        from importlib.metadata import version

        return version("softufunc")
    if name == "hooks":
        from importlib import import_module

        return import_module("softufunc.hooks")
    message = f"module {__name__!r} has no attribute {name!r}"
    if name.startswith("_"):
        raise AttributeError(message)
    from softufunc._facts import OTHER_NAMES

    if name in OTHER_NAMES:
        here = " or ".join(OTHER_NAMES[name])
        # with `name` but without `obj`, Python does not guess another one, such as logit for inv_logit
        raise AttributeError(f"{message}; it is called {here} here", name=name)
    raise AttributeError(message)


def __dir__():
    return [*__all__, "__version__", "hooks"]
