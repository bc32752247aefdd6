"""Generate the tables of accuracy and speed in README.md, and the addresses of its links.

PyPI shows the README too, so links and the picture are absolute: they begin with the address of the repository. Errors
come from the BOUND lines of functions/*.h, which the tests check; the fractions of correctly rounded results and the
times from docs/data.
"""

import json
import math

from tools.bench.peers import NOT_COUNTED
from tools.common import ROOT, repository, unary_names
from tools.facts import FUNCTIONS
from tools.reference import bounds

LINKS = {
    "picture": "docs/images/family.svg",
    "documentation": "docs/index.md",
    "tutorial": "docs/tutorial.md",
    "migrating": "docs/migrating.md",
    "numerics": "docs/numerics.rst",
    "accuracy": "docs/accuracy.md",
    "performance": "docs/performance.md",
    "platforms": "docs/platforms.md",
    "design": "docs/design.md",
    "examples": "examples",
    "contributing": "CONTRIBUTING.md",
    "changes": "CHANGELOG.md",
    "license": "LICENSE",
}
"""{name of a link in README.md: file}"""


def links():
    for name, file in LINKS.items():
        kind = "raw" if file.endswith(".svg") else "tree" if (ROOT / file).is_dir() else "blob"
        yield f"[{name}]: {repository()}/{kind}/main/{file}"


def kernels():
    """Return {unary function with its own kernel: [itself, its sign flips...]}."""
    found = {}
    for name in unary_names():
        flip = FUNCTIONS[name].flip
        found.setdefault(flip.of if flip else name, []).append(name)
    return found


def shares(records):
    """Return {function: smallest fraction of correctly rounded results over the instruction sets}."""
    smallest = {}
    for record in records:
        name = record["function"]
        smallest[name] = min(smallest.get(name, 1), record["correctly_rounded"])
    return smallest


def stored(page):
    return json.loads((ROOT / "docs" / "data" / f"{page}.json").read_text(encoding="utf-8"))


def accuracy():
    data = stored("accuracy")
    f32, f64 = shares(data["exhaustive"]["records"]), shares(data["ulp"]["records"])
    yield "| functions | float64: largest error | correctly rounded | float32: largest error | correctly rounded |"
    yield "|---|---|---|---|---|"
    for name, names in kernels().items():
        if name not in f32 or name not in f64:
            continue  # not measured yet; see `refresh data`
        bound = bounds(name)
        label = ", ".join(f"`{part}`" for part in names)
        # the data contains a new function only after the next measurement
        double = f"{bound['f8'].ulp:.3f} | {100 * f64[name]:.1f} %" if name in f64 else f"{bound['f8'].ulp:.3f} |"
        single = f"{bound['f4'].ulp:.3f} | {100 * f32[name]:.2f} %" if name in f32 else f"{bound['f4'].ulp:.3f} |"
        yield f"| {label} | {double} | {single} |"
    yield ""
    yield "In ULP, over all three instruction sets; float64: 10<sup>7</sup> or more points and a local search,"
    yield "`python -m tools accuracy --isa avx2 baseline --points 1e7`; float32: all 2<sup>32</sup> inputs,"
    yield "`python -m tools accuracy --exhaustive --isa all`."


def speed():
    data = stored("performance")["bench"]
    rows = {(r["function"], r["isa"], r["dtype"]): r for r in data["rows"] if r["n"] == 100_000}
    yield "| | AVX2, float32 | AVX2, float64 | AVX-512, float32 | AVX-512, float64 |"
    yield "|---|---|---|---|---|"
    ratios = []
    for name in dict.fromkeys(key[0] for key in rows):
        line = [f"`{name}`"]
        for isa in ("avx2", "avx512"):
            for dtype in ("float32", "float64"):
                row = rows[name, isa, dtype]
                counted = {peer: ratio for peer, (_, ratio, *_) in row["peers"].items() if peer not in NOT_COUNTED}
                best = min(counted, key=counted.get)
                ratios.append(counted[best])
                line.append(f"{row['ours']:.2f} ({counted[best]:.2f}, {best})")
        yield f"| {' | '.join(line)} |"
    machine = data["machine"]
    peers = ", ".join(
        f"{name} {version}" for name, version in machine["peers"].items() if name not in NOT_COUNTED | {"logaddexp"}
    )
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    yield ""
    yield "ns per element, n = 100 000, one core; in parentheses the fastest peer's time over ours, and the peer;"
    yield f"below 1 the peer is faster. The geometric mean is {mean:.2f}. {machine['processor']}, {machine['date']};"
    yield f"{peers}."


def rows():
    """Return {(file, name of the table): lines}, as in function_tables.py."""
    parts = {"accuracy": accuracy, "speed": speed, "link": links}
    return {("README.md", name): list(lines()) for name, lines in parts.items()}
