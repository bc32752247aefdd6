"""Placeholder texts."""

_NAMES = "softplus softminus sigmoid one_minus_sigmoid logit softplusinv softminusinv log_prob_0 log_prob_1".split()
DOCS = {name: name for name in _NAMES}
