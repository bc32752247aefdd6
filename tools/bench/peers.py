"""The libraries that softufunc is compared with, and how each computes each function. Not a command.

A peer is a function of (function name, input array, output array) that returns a call without arguments which fills
the output, or None if the library cannot compute the function. Formulas come from the facts: `peers`, or `plain` for
libraries of elementary functions. NumPy, SciPy and PyTorch run them operation by operation, as one would write for
speed: buffers are reused, and common subexpressions are computed once. A library is imported only in the process that
measures it.
"""

import ast
import json
import math
import operator
import os
import subprocess
import sys
from functools import cache

from tools import common
from tools.bench import intel
from tools.facts import FUNCTIONS

OPERATORS = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide", ast.USub: "negative"}


def formula(name, peer, plain=False):
    """Return the syntax tree of the expression for a peer, or with `plain` of that formula as a fallback, or None."""
    function = FUNCTIONS[name]
    text = function.peers.get(peer, function.plain[0] if plain else None)
    return text and ast.parse(text, mode="eval").body


def operations(tree):
    """Return [(function, arguments)] in order; an argument is "x", a number, or the index of an earlier operation."""
    found, places = [], {}

    def place(node):
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Constant):
            return float(node.value)
        if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
            return -float(node.operand.value)
        key = ast.dump(node)
        if key not in places:
            if isinstance(node, ast.BinOp):
                operation = OPERATORS[type(node.op)], [place(node.left), place(node.right)]
            elif isinstance(node, ast.UnaryOp):
                operation = OPERATORS[type(node.op)], [place(node.operand)]
            else:
                operation = ast.unparse(node.func), [place(argument) for argument in node.args]
            found.append(operation)
            places[key] = len(found) - 1
        return places[key]

    place(tree)
    return found


def step_by_step(tree, x, out, lookup, empty, number):
    """Return a call that runs the operations of an expression, the last one into `out`.

    `lookup` returns the library's function for a name, `empty` a new buffer like `out`, `number` a constant.
    """
    steps, free, memory, made = operations(tree), [out], {}, []
    last_use = {argument: i for i, (_, arguments) in enumerate(steps) for argument in arguments}
    for i, (name, arguments) in enumerate(steps):
        for argument in set(arguments):
            if last_use[argument] == i and argument in memory:
                free.append(memory[argument])
        inputs = [x if a == "x" else memory[a] if isinstance(a, int) else number(a) for a in arguments]
        memory[i] = out if i == len(steps) - 1 else free.pop(0) if free else empty()
        free = [each for each in free if each is not memory[i]]
        made.append((lookup(name), inputs, memory[i]))

    def call():
        for function, inputs, target in made:
            function(*inputs, out=target)

    return call


def numpy_call(name, x, out, peer, plain=False, module=None):
    """Return a call of the formula with NumPy; dotted names refer to another library's module."""
    import numpy as np

    tree = formula(name, peer, plain)
    if tree is None:
        return None

    def lookup(called):
        return operator.attrgetter(called)(module if "." in called else np)

    try:
        return step_by_step(tree, x, out, lookup, lambda: np.empty_like(out), lambda value: value)
    except AttributeError:
        return None  # a function that this version does not have


def numpy_formula(name, x, out):
    """Return a call of the usual NumPy formula; for softplus and its flips, one that does not overflow."""
    return numpy_call(name, x, out, "numpy", plain=True)


def numpy_naive(name, x, out):
    """Return a call of log(1 + exp(x)) or similar: inf where exp overflows, 0 where exp(x) is below the epsilon."""
    return numpy_call(name, x, out, "naive")


def numpy_logaddexp(name, x, out):
    return numpy_call(name, x, out, "logaddexp")


def scipy(name, x, out):
    import scipy
    import scipy.special

    return numpy_call(name, x, out, "scipy", module=scipy)


def svml(name, x, out, high_accuracy=False):
    return intel.svml(formula(name, "numpy", plain=True), x, out, high_accuracy)


def svml_ha(name, x, out):
    return svml(name, x, out, high_accuracy=True)


def mkl(name, x, out):
    import numpy as np

    lookup = intel.vml_lookup(x.itemsize)
    return step_by_step(
        formula(name, "numpy", plain=True), x, out, lookup, lambda: np.empty_like(out), lambda value: value
    )


def torch(name, x, out):
    import torch

    torch.set_num_threads(1)
    x, out = torch.from_numpy(x), torch.from_numpy(out)
    names = {"subtract": "sub", "multiply": "mul", "divide": "div", "negative": "neg"}

    def lookup(called):
        return operator.attrgetter(names.get(called, called))(torch)

    def number(value):
        return torch.tensor(value, dtype=x.dtype)

    return step_by_step(formula(name, "torch", plain=True), x, out, lookup, lambda: torch.empty_like(out), number)


def jax(name, x, out):
    """Return a call of the jitted formula; JAX has no `out`."""
    import jax

    jax.config.update("jax_enable_x64", True)
    text = ast.unparse(formula(name, "jax", plain=True))
    names = {function: getattr(jax.numpy, function) for function in ("cosh", "exp", "expm1", "log", "log1p")}
    scope = {**names, "nn": jax.nn, "scipy": jax.scipy, "numpy": jax.numpy}
    compiled, argument = jax.jit(eval(f"lambda x: {text}", scope)), jax.device_put(x)
    return lambda: compiled(argument).block_until_ready()


class TypedOnes(ast.NodeTransformer):
    """Replace every 1 by `one`, which has the type of the elements: a double would promote them."""

    def visit_Constant(self, node):
        return ast.Name("one") if node.value == 1 else node


def typed(name, peer):
    return ast.unparse(TypedOnes().visit(formula(name, peer, plain=True)))


def numexpr(name, x, out):
    import numexpr

    numexpr.set_num_threads(1)
    text, values = typed(name, "numexpr"), {"x": x, "one": x.dtype.type(1)}
    return lambda: numexpr.evaluate(text, values, out=out)


@cache
def numba_loop(name):
    """Compile a loop with fastmath; `one` has the type of the elements."""
    import numba

    source = (
        "def loop(x_array, out, one):\n"
        "    for i in range(x_array.size):\n"
        "        x = x_array[i]\n"
        f"        out[i] = {typed(name, 'numba')}\n"
    )
    scope = {function: getattr(math, function) for function in ("cosh", "exp", "expm1", "log", "log1p")}
    exec(source, scope)
    return numba.njit(fastmath=True)(scope["loop"])


def numba(name, x, out):
    loop, one = numba_loop(name), x.dtype.type(1)
    return lambda: loop(x, out, one)


def onnxruntime(name, x, out):
    """Return a call of a one-node model, serialized by hand so that the onnx package is not needed."""
    import onnxruntime as ort

    operator = FUNCTIONS[name].peers.get("onnxruntime")
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
    "svml": svml,
    "svml_ha": svml_ha,
    "mkl": mkl,
}

# Shown, but not counted as the fastest peer: inaccurate on half of the real line, or in relative terms; or no
# library of these functions, but what less accurate elementary functions allow.
NOT_COUNTED = {"naive", "onnxruntime", *intel.PACKAGES}

# These cannot be limited to an instruction set, and are measured with the best set of the machine only.
UNBOUND = {"onnxruntime"}


def version(peer):
    """Return the version of a peer's package, or None if it is not installed."""
    from importlib import metadata

    package = "numpy" if peer in ("naive", "logaddexp") else intel.PACKAGES.get(peer, peer)
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def worker_lines(arguments, isa, core):
    """Run `python -m tools bench ... --worker isa` in an environment limited to a set; yield what its lines hold."""
    import numpy as np

    command = [sys.executable, "-m", "tools", "bench", *arguments, "--worker", isa]
    command += [] if core is None else ["--core", str(core)]
    variables = os.environ | environment(isa, np._core._multiarray_umath.__cpu_dispatch__)
    process = subprocess.Popen(command, cwd=common.ROOT, env=variables, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        yield json.loads(line)
    if process.wait():
        sys.exit(f"{isa}: the process ended with status {process.returncode}")


def environment(isa, numpy_dispatch):
    """Return environment variables that limit every peer to a set; numpy_dispatch lists NumPy's dispatch targets."""
    one_thread = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1"}
    one_thread |= {"MKL_THREADING_LAYER": "SEQUENTIAL", intel.VECTOR_BYTES: "64" if isa == "avx512" else "32"}
    one_thread["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    one_thread["JAX_PLATFORMS"] = "cpu"
    if isa == "avx512":
        return one_thread
    above = [name for name in numpy_dispatch if isa != "avx2" or name.startswith(("AVX512", "X86_V4"))]
    features = "+sse3,+ssse3,+sse4.1,+sse4.2,+popcnt,+cx16"
    limited = {
        "NPY_DISABLE_CPU_FEATURES": " ".join(above),
        "ATEN_CPU_CAPABILITY": "avx2" if isa == "avx2" else "default",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2" if isa == "avx2" else "SSE4_2",
        "ONEDNN_MAX_CPU_ISA": "AVX2" if isa == "avx2" else "SSE41",
        "XLA_FLAGS": f"{one_thread['XLA_FLAGS']} --xla_cpu_max_isa={'AVX2' if isa == 'avx2' else 'SSE4_2'}",
        "NUMBA_CPU_NAME": "haswell" if isa == "avx2" else "nehalem",
        "NUMBA_CPU_FEATURES": f"{features},+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt" if isa == "avx2" else features,
    }
    return one_thread | limited
