from typing import Final, TypedDict, type_check_only

from softufunc._typing.of_one import UFuncOfOne

@type_check_only
class _Config(TypedDict):
    version: str
    numpy: str
    instruction_set: str
    available: list[str]

__version__: Final[str]

def show_config() -> _Config: ...

softplus: Final[UFuncOfOne]
softminus: Final[UFuncOfOne]
sigmoid: Final[UFuncOfOne]
one_minus_sigmoid: Final[UFuncOfOne]
logit: Final[UFuncOfOne]
softplusinv: Final[UFuncOfOne]
softminusinv: Final[UFuncOfOne]
log_prob_0: Final[UFuncOfOne]
log_prob_1: Final[UFuncOfOne]
