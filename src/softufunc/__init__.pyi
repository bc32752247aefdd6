from typing import Final, TypedDict, type_check_only

from softufunc._typing.generalised import GUFuncOfLabels, GUFuncOfOne
from softufunc._typing.of_labels import UFuncOfLabels
from softufunc._typing.of_one import UFuncOfOne, UFuncWithTwoResults
from softufunc._typing.of_two import UFuncOfTwo

@type_check_only
class _Config(TypedDict):
    version: str
    numpy: str
    instruction_set: str
    available: list[str]

__version__: Final[str]

def get_include() -> str: ...
def show_config() -> _Config: ...

softplus: Final[UFuncOfOne]
softminus: Final[UFuncOfOne]
sigmoid: Final[UFuncOfOne]
one_minus_sigmoid: Final[UFuncOfOne]
logit: Final[UFuncOfOne]
softplusinv: Final[UFuncOfOne]
softminusinv: Final[UFuncOfOne]
log1mexp: Final[UFuncOfOne]
log_prob_0: Final[UFuncOfOne]
log_prob_1: Final[UFuncOfOne]
sigmoid_grad: Final[UFuncOfOne]

logaddexp: Final[UFuncOfTwo]
logsubexp: Final[UFuncOfTwo]
softminimum: Final[UFuncOfTwo]
log_prob: Final[UFuncOfLabels]

softplus_sigmoid: Final[UFuncWithTwoResults]
log_probs: Final[UFuncWithTwoResults]

logsumexp: Final[GUFuncOfOne]
log_likelihood: Final[GUFuncOfLabels]
