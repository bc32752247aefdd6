"""The libraries that softufunc is measured against: for each, how it computes each function. A module, not a command.

A peer is a function of (function's name, input array, output array): it returns a call without arguments that fills
the output, or None where the library has nothing for the function. It writes into the given output wherever the
library can. A library is imported only in the process that measures it.
"""

from functools import cache


def numpy_formula(name, x, out):
    """What one writes with NumPy alone; for the softplus family the formula that cannot overflow."""
    import numpy as np

    def softplus_of(z_limit, negative, combine):
        """max(z, 0) + log1p(exp(-|z|)) for z = x or -x, negated or not: -|z| is the same, the rest is chosen here."""

        def call():
            np.abs(x, out=out)
            np.negative(out, out=out)
            np.exp(out, out=out)
            np.log1p(out, out=out)
            combine(z_limit(x, 0), out, out=out)
            if negative:
                np.negative(out, out=out)

        return call

    softplus = softplus_of(np.maximum, False, np.add)
    softminus = softplus_of(np.minimum, False, np.subtract)
    log_prob_0 = softplus_of(np.maximum, True, np.add)

    def sigmoid():
        np.negative(x, out=out)
        np.exp(out, out=out)
        np.add(out, 1, out=out)
        np.reciprocal(out, out=out)

    def one_minus_sigmoid():
        np.exp(x, out=out)
        np.add(out, 1, out=out)
        np.reciprocal(out, out=out)

    def logit():
        np.subtract(1, x, out=out)
        np.divide(x, out, out=out)
        np.log(out, out=out)

    def softplusinv():
        np.expm1(x, out=out)
        np.log(out, out=out)

    def softminusinv():
        np.expm1(x, out=out)
        np.negative(out, out=out)
        np.log(out, out=out)
        np.subtract(x, out, out=out)

    def log1mexp():
        # np.log(-np.expm1(x)) takes as long or longer
        np.exp(x, out=out)
        np.negative(out, out=out)
        np.log1p(out, out=out)

    def sigmoid_grad():
        # s (1 - s): one more array, and no more exponentials
        np.negative(x, out=out)
        np.exp(out, out=out)
        np.add(out, 1, out=out)
        np.reciprocal(out, out=out)
        np.multiply(out, 1 - out, out=out)

    return {
        "softplus": softplus,
        "softminus": softminus,
        "log_prob_1": softminus,
        "log_prob_0": log_prob_0,
        "sigmoid": sigmoid,
        "one_minus_sigmoid": one_minus_sigmoid,
        "logit": logit,
        "softplusinv": softplusinv,
        "softminusinv": softminusinv,
        "log1mexp": log1mexp,
        "sigmoid_grad": sigmoid_grad,
    }.get(name)


def numpy_naive(name, x, out):
    """log(1 + exp(x)) and its relatives to the letter: inf beyond the range of exp, 0 where exp(x) is below EPSILON."""
    import numpy as np

    def naive(before, after):
        def call():
            argument = x
            if before:
                argument = np.negative(x, out=out)
            np.exp(argument, out=out)
            np.add(out, 1, out=out)
            np.log(out, out=out)
            if after:
                np.negative(out, out=out)

        return call

    signs = {"softplus": (0, 0), "softminus": (1, 1), "log_prob_1": (1, 1), "log_prob_0": (0, 1)}
    return naive(*signs[name]) if name in signs else None


def numpy_logaddexp(name, x, out):
    import numpy as np

    def softminus():
        np.negative(x, out=out)
        np.logaddexp(out, 0, out=out)
        np.negative(out, out=out)

    def log_prob_0():
        np.logaddexp(x, 0, out=out)
        np.negative(out, out=out)

    return {
        "softplus": lambda: np.logaddexp(x, 0, out=out),
        "softminus": softminus,
        "log_prob_1": softminus,
        "log_prob_0": log_prob_0,
    }.get(name)


def scipy(name, x, out):
    import numpy as np
    from scipy import special

    def negated_first(function):
        return lambda: function(np.negative(x, out=out), out=out)

    calls = {
        "softminus": lambda: special.log_expit(x, out=out),
        "log_prob_1": lambda: special.log_expit(x, out=out),
        "log_prob_0": negated_first(special.log_expit),
        "sigmoid": lambda: special.expit(x, out=out),
        "one_minus_sigmoid": negated_first(special.expit),
        "logit": lambda: special.logit(x, out=out),
    }
    if hasattr(special, "softplus"):
        calls["softplus"] = lambda: special.softplus(x, out=out)
    return calls.get(name)


def torch(name, x, out):
    import torch

    torch.set_num_threads(1)
    x, out = torch.from_numpy(x), torch.from_numpy(out)
    softplus, log_sigmoid = torch._C._nn.softplus, torch._C._nn.log_sigmoid

    def one_minus_sigmoid():
        torch.neg(x, out=out)
        torch.sigmoid(out, out=out)

    def log_prob_0():
        softplus(x, out=out)
        torch.neg(out, out=out)

    def softplusinv():
        torch.expm1(x, out=out)
        torch.log(out, out=out)

    def softminusinv():
        torch.expm1(x, out=out)
        torch.neg(out, out=out)
        torch.log(out, out=out)
        torch.sub(x, out, out=out)

    def log1mexp():
        torch.exp(x, out=out)
        torch.neg(out, out=out)
        torch.log1p(out, out=out)

    def sigmoid_grad():
        torch.sigmoid(x, out=out)
        torch.mul(out, 1 - out, out=out)

    return {
        "softplus": lambda: softplus(x, out=out),
        "softminus": lambda: log_sigmoid(x, out=out),
        "log_prob_1": lambda: log_sigmoid(x, out=out),
        "log_prob_0": log_prob_0,
        "sigmoid": lambda: torch.sigmoid(x, out=out),
        "one_minus_sigmoid": one_minus_sigmoid,
        "logit": lambda: torch.logit(x, out=out),
        "softplusinv": softplusinv,
        "softminusinv": softminusinv,
        "log1mexp": log1mexp,
        "sigmoid_grad": sigmoid_grad,
    }.get(name)


def jax(name, x, out):
    """jax.jit; it has no out."""
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
    function = {
        "softplus": jax.nn.softplus,
        "softminus": jax.nn.log_sigmoid,
        "log_prob_1": jax.nn.log_sigmoid,
        "log_prob_0": lambda x: -jax.nn.softplus(x),
        "sigmoid": jax.nn.sigmoid,
        "one_minus_sigmoid": lambda x: jax.nn.sigmoid(-x),
        "logit": jax.scipy.special.logit,
        "softplusinv": lambda y: jnp.log(jnp.expm1(y)),
        "softminusinv": lambda y: y - jnp.log(-jnp.expm1(y)),
        "log1mexp": lambda x: jnp.log1p(-jnp.exp(x)),
        "sigmoid_grad": lambda x: jax.nn.sigmoid(x) * jax.nn.sigmoid(-x),
    }.get(name)
    if function is None:
        return None
    compiled, argument = jax.jit(function), jax.device_put(x)
    return lambda: compiled(argument).block_until_ready()


FORMULAS = {
    "softplus": "log1p(exp(x))",
    "softminus": "-log1p(exp(-x))",
    "log_prob_1": "-log1p(exp(-x))",
    "log_prob_0": "-log1p(exp(x))",
    "sigmoid": "one / (one + exp(-x))",
    "one_minus_sigmoid": "one / (one + exp(x))",
    "logit": "log(x / (one - x))",
    "softplusinv": "log(expm1(x))",
    "softminusinv": "x - log(-expm1(x))",
    "log1mexp": "log1p(-exp(x))",
    "sigmoid_grad": "exp(-x) / ((one + exp(-x)) * (one + exp(-x)))",
}


def numexpr(name, x, out):
    import numexpr

    if name not in FORMULAS:
        return None
    numexpr.set_num_threads(1)
    formula, values = FORMULAS[name], {"x": x, "one": x.dtype.type(1)}
    return lambda: numexpr.evaluate(formula, values, out=out)


@cache
def numba_loop(name):
    """A loop compiled with fastmath; `one` has the type of the elements."""
    import math

    import numba

    source = (
        "def loop(x_array, out, one):\n"
        "    for i in range(x_array.size):\n"
        "        x = x_array[i]\n"
        f"        out[i] = {FORMULAS[name]}\n"
    )
    scope = {function: getattr(math, function) for function in ("exp", "log", "log1p", "expm1")}
    exec(source, scope)
    return numba.njit(fastmath=True)(scope["loop"])


def numba(name, x, out):
    if name not in FORMULAS:
        return None
    loop, one = numba_loop(name), x.dtype.type(1)
    return lambda: loop(x, out, one)


def onnxruntime(name, x, out):
    """A model of one node, written as the bytes of its protocol buffer, so that the onnx package is not needed."""
    import onnxruntime as ort

    operator = {"sigmoid": "Sigmoid", "softplus": "Softplus"}.get(name)
    if operator is None:
        return None

    def field(number, value):
        if isinstance(value, int):
            return bytes([number << 3, value])
        value = value.encode() if isinstance(value, str) else value
        return bytes([number << 3 | 2, len(value)]) + value

    element = {4: 1, 8: 11}[x.itemsize]  # TensorProto.FLOAT, DOUBLE

    def value_info(label):
        shape = field(1, field(2, "n"))
        return field(1, label) + field(2, field(1, field(1, element) + field(2, shape)))

    node = field(1, "x") + field(2, "y") + field(4, operator)
    graph = field(1, node) + field(2, "g") + field(11, value_info("x")) + field(12, value_info("y"))
    model = field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except ort.capi.onnxruntime_pybind11_state.NotImplemented:
        return None  # Softplus of doubles
    binding = session.io_binding()
    for bind, label, array in ((binding.bind_input, "x", x), (binding.bind_output, "y", out)):
        bind(label, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
    return lambda: session.run_with_iobinding(binding)


PEERS = {
    "numpy": numpy_formula,
    "naive": numpy_naive,
    "logaddexp": numpy_logaddexp,
    "scipy": scipy,
    "torch": torch,
    "jax": jax,
    "numexpr": numexpr,
    "numba": numba,
    "onnxruntime": onnxruntime,
}

# Shown, not counted in the ratio to the fastest peer: wrong over half of the line, or accurate in absolute terms only.
NOT_COUNTED = {"naive", "onnxruntime"}

# These cannot be held to an instruction set: left out where the machine has more than the set measured.
UNBOUND = {"onnxruntime"}


def version(peer):
    """The version of a peer's package, None where it is not installed."""
    from importlib import metadata

    package = "numpy" if peer in ("naive", "logaddexp") else peer
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def environment(isa, numpy_dispatch):
    """The environment variables that hold every peer to an instruction set; numpy_dispatch: what NumPy chooses from."""
    one_thread = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1"}
    one_thread["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    one_thread["JAX_PLATFORMS"] = "cpu"
    if isa == "avx512":
        return one_thread
    above = [name for name in numpy_dispatch if isa != "avx2" or name.startswith(("AVX512", "X86_V4"))]
    features = "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16"
    held = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(above),
        "ATEN_CPU_CAPABILITY": "avx2" if isa == "avx2" else "default",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2" if isa == "avx2" else "SSE4_2",
        "ONEDNN_MAX_CPU_ISA": "AVX2" if isa == "avx2" else "SSE41",
        "XLA_FLAGS": f"{one_thread['XLA_FLAGS']} --xla_cpu_max_isa={'AVX2' if isa == 'avx2' else 'SSE4_2'}",
        "NUMBA_CPU_NAME": "haswell" if isa == "avx2" else "nehalem",
        "NUMBA_CPU_FEATURES": f"{features},+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt" if isa == "avx2" else features,
    }
    return one_thread | held
