"""The inputs of one argument that hypothesis comes up with: simple, special and arbitrary floats."""

from functools import cache

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tools.inputs import ends, harmless
from tools.reference import FACTS, FORMATS

EXAMPLES = 60


def floats(name: str, dtype: str) -> st.SearchStrategy[float]:
    """Floats of the type inside the domain of one input, half of the time where the function is not flat."""
    kind, width = np.dtype(dtype).type, 8 * FORMATS[dtype].dtype.itemsize
    middle = kind(harmless(name, "f8")[0])
    low, high = (float(np.nextafter(kind(x), middle)) for x in ends(name, dtype))
    lowest, highest = FACTS[name].domain
    everywhere = st.floats(
        min_value=None if np.isinf(lowest) else lowest,
        max_value=None if np.isinf(highest) else highest,
        exclude_min=bool(np.isfinite(lowest)),
        exclude_max=bool(np.isfinite(highest)),
        allow_nan=False,
        allow_infinity=False,
        width=width,
    )
    return st.one_of(st.floats(float(kind(low)), float(kind(high)), width=width), everywhere)


@cache
@np.errstate(all="ignore")
def examples(name: str, dtype: str) -> np.ndarray:
    """Different numbers, the same ones in every run; drawn once, and tried on every instruction set."""
    found = {float(x) for x in np.array(harmless(name, dtype))}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(floats(name, dtype))
    def draw(x):
        found.add(x)

    draw()
    x = np.array(sorted(found), dtype)
    x.flags.writeable = False
    return x
