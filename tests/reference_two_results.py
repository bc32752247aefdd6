"""The functions with two results: which function of the reference table each result is."""

from reference import FUNCTIONS

TWO_RESULTS = {
    "softplus_sigmoid": ("softplus", "sigmoid"),
    "log_probs": ("log_prob_0", "log_prob_1"),
}
SAME_BITS = {
    "softplus_sigmoid": (True, False),
    "log_probs": (True, True),
}
"""Is it that function bit for bit? If not, functions/NAME.h states a bound of its own."""

EVERY_NAME = [*FUNCTIONS, *TWO_RESULTS]
