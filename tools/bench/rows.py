"""The cases of `bench sums` for functions of whole rows, an index, and matrices. Not a command.

Every call writes a new array, as those of JAX must.

JAX 0.10.2 computes softmax and log_softmax with YNNPACK, which takes the best kernels of the processor, whatever
--xla_cpu_max_isa says: on a processor with AVX-512 the kernels are those of AVX-512 also for --isa avx2. No flag
limits them, and --xla_cpu_experimental_ynn_fusion_type=dot, which replaces them by kernels that XLA compiles for the
set, more than doubles the time. Hence JAX is required (MUST) with the best set of the processor only; with other sets
it is shown with an asterisk.
"""

from tools.bench.peers import version

ROWS = (3, 10, 100, 1000, 100_000)
ELEMENTS = 100_000
"""in a matrix of short rows"""
SQUARES = (1000, 1024)
"""rows and columns; with a power of two, the elements of a column compete for places in the caches"""

MUST = {
    **{
        (f"{name}, {case}", peer): 1.0
        for name in ("softmax", "log_softmax")
        for case in (*(f"rows of {n}" for n in ROWS), *(f"axis 0 of ({n}, {n})" for n in SQUARES))
        for peer in ("scipy", "torch", "jax")
    },
    **{(f"categorical_log_prob, rows of {n}", "torch"): 1.0 for n in ROWS[:-1]},
    **{("logcumsumexp, n = 100000", peer): 5.0 for peer in ("numpy", "torch")},
    ("logmatmulexp, (200, 150) and (150, 180)", "logsumexp"): 5.0,
}

UNLIMITED = {(case, peer) for case, peer in MUST if peer == "jax"}
"""cases in which a peer computes with the best instruction set of the processor, whatever the column"""


def peers_of(name, x, axis):
    """Return {label: call} of the libraries that have softmax or log_softmax."""
    calls = {}
    if version("scipy"):
        from scipy import special

        of_scipy = getattr(special, name)
        calls["scipy"] = lambda: of_scipy(x, axis=axis)
    if version("torch"):
        import torch

        torch.set_num_threads(1)
        of_torch, tensor = getattr(torch, name), torch.from_numpy(x)
        calls["torch"] = lambda: of_torch(tensor, axis)
    if version("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
        compiled, given = jax.jit(lambda x: getattr(jax.nn, name)(x, axis=axis)), jax.device_put(x)
        calls["jax"] = lambda: compiled(given).block_until_ready()
    return calls


def row_cases(ufunc, random, dtype):
    """Yield the cases of softmax or log_softmax: rows of every length, and the first axis."""
    name = ufunc.__name__
    for n in ROWS:
        x = (3 * random.standard_normal((max(ELEMENTS // n, 1), n))).astype(dtype)
        yield f"{name}, rows of {n}", x.size, {"ours": lambda x=x: ufunc(x), **peers_of(name, x, -1)}
    for n in SQUARES:
        x = (3 * random.standard_normal((n, n))).astype(dtype)
        yield f"{name}, axis 0 of ({n}, {n})", x.size, {"ours": lambda x=x: ufunc(x, axis=0), **peers_of(name, x, 0)}


def index_cases(ufunc, random, dtype):
    """Yield the cases of categorical_log_prob, which is minus the cross-entropy."""
    for n in ROWS[:-1]:
        x = (3 * random.standard_normal((max(ELEMENTS // n, 1), n))).astype(dtype)
        k = random.integers(0, n, len(x))
        calls = {"ours": lambda x=x, k=k: ufunc(x, k)}
        if version("torch"):
            import torch

            torch.set_num_threads(1)
            given = torch.from_numpy(x), torch.from_numpy(k)
            entropy = torch.nn.functional.cross_entropy
            calls["torch"] = lambda given=given, entropy=entropy: entropy(*given, reduction="none")
        yield f"categorical_log_prob, rows of {n}", x.size, calls


def cases(ufuncs, random, dtype):
    """Yield (name, number of elements, {label: call}); the first call is ours."""
    import numpy as np

    for name in ("softmax", "log_softmax"):
        yield from row_cases(ufuncs[name], random, dtype)
    yield from index_cases(ufuncs["categorical_log_prob"], random, dtype)
    x = (3 * random.standard_normal(100_000)).astype(dtype)
    calls = {"ours": lambda: ufuncs["logcumsumexp"](x), "numpy": lambda: np.logaddexp.accumulate(x)}
    if version("torch"):
        import torch

        torch.set_num_threads(1)
        tensor = torch.from_numpy(x)
        calls["torch"] = lambda: torch.logcumsumexp(tensor, 0)
    yield "logcumsumexp, n = 100000", x.size, calls
    a, b = ((3 * random.standard_normal(shape)).astype(dtype) for shape in ((200, 150), (150, 180)))
    calls = {"ours": lambda: ufuncs["logmatmulexp"](a, b)}
    calls["logsumexp"] = lambda: ufuncs["logsumexp"](a[:, :, None] + b, axis=1)
    yield "logmatmulexp, (200, 150) and (150, 180)", 200 * 150 * 180, calls
