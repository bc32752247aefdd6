"""softplus, sigmoid, logit and their relatives as NumPy ufuncs."""

from softufunc._ufuncs import instruction_set as _instruction_set
from softufunc._ufuncs import tables as _tables
from softufunc._ufuncs import ufuncs as _ufuncs

__version__ = "0.1.0"
__all__ = [*_ufuncs, "show_config"]  # noqa: PLE0604
globals().update(_ufuncs)


def show_config() -> dict[str, object]:
    return {"version": __version__, "instruction_set": _instruction_set, "available": list(_tables)}
