"""Write the tables of accuracy and speed into README.md.

    python tools/exhaustive.py softplus sigmoid logit softplusinv log1mexp sigmoid_grad --isa all --json exhaustive.json
    python tools/ulp.py softplus sigmoid logit softplusinv log1mexp sigmoid_grad --isa avx2 baseline --points 1e8 --json ulp.json
    python tools/bench.py --json bench.json
    python tools/readme_tables.py --exhaustive exhaustive.json --ulp ulp.json --bench bench.json

Each table is written where its file is given. The errors are the BOUND lines of functions/*.h, which the tests check;
the shares of correctly rounded results and the times are those of the files.
"""

import argparse
import json
import math
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KERNELS = {
    "softplus": "softplus, softminus, log_prob_0, log_prob_1",
    "sigmoid": "sigmoid, one_minus_sigmoid",
    "logit": "logit",
    "softplusinv": "softplusinv, softminusinv",
    "log1mexp": "log1mexp",
    "sigmoid_grad": "sigmoid_grad",
}
UNCOUNTED = {"naive", "onnxruntime"}


def bounds(name):
    text = (ROOT / "src" / "softufunc" / "functions" / f"{name}.h").read_text(encoding="utf-8")
    return dict(re.findall(r"BOUND (f32|f64) ([\d.]+)", text))


def shares(file):
    """The smallest share of correctly rounded results among the instruction sets, by function."""
    smallest = {}
    for record in json.loads(Path(file).read_text(encoding="utf-8"))["records"]:
        name = record["function"]
        smallest[name] = min(smallest.get(name, 1), record["correctly_rounded"])
    return smallest


def accuracy(exhaustive, ulp):
    f32, f64 = shares(exhaustive), shares(ulp)
    yield "| functions | float64: largest error | correctly rounded | float32: largest error | correctly rounded |"
    yield "|---|---|---|---|---|"
    for name, label in KERNELS.items():
        bound = bounds(name)
        label = ", ".join(f"`{part}`" for part in label.split(", "))
        yield f"| {label} | {bound['f64']} | {100 * f64[name]:.1f} % | {bound['f32']} | {100 * f32[name]:.2f} % |"
    yield ""
    yield "In ULP, on all three instruction sets; float64: 10<sup>8</sup> points a function and a search from them,"
    yield "`python tools/ulp.py --all --isa avx2 baseline --points 1e8`; float32: all 2<sup>32</sup> inputs,"
    yield "`python tools/exhaustive.py --all --isa all`."


def speed(bench):
    data = json.loads(Path(bench).read_text(encoding="utf-8"))
    cells = [cell for cell in data["cells"] if cell["n"] == 100_000 and not cell.get("wrong")]
    yield "| | AVX2, float32 | AVX2, float64 | AVX-512, float32 | AVX-512, float64 |"
    yield "|---|---|---|---|---|"
    ratios = []
    for name in dict.fromkeys(cell["function"] for cell in cells):
        row = [f"`{name}`"]
        for isa in ("avx2", "avx512"):
            for dtype in ("float32", "float64"):
                mine = [c for c in cells if (c["function"], c["isa"], c["dtype"]) == (name, isa, dtype)]
                mine = [c for c in mine if c["peer"] not in UNCOUNTED]
                best = min(mine, key=lambda c: c["peer_time"] / c["ours"])
                ratio = best["peer_time"] / best["ours"]
                ratios.append(ratio)
                row.append(f"{best['ours']:.2f} ({ratio:.2f}, {best['peer']})")
        yield f"| {' | '.join(row)} |"
    machine = data["machine"]
    peers = ", ".join(
        f"{name} {version}" for name, version in machine["peers"].items() if name not in UNCOUNTED | {"logaddexp"}
    )
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    yield ""
    yield "ns an element, n = 100 000, one core; in parentheses the time of the fastest peer over ours, and its name;"
    yield f"below 1 the peer is faster. The geometric mean is {mean:.2f}. {machine['processor']}, {machine['date']};"
    yield f"{peers}."


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("exhaustive", "ulp", "bench"):
        parser.add_argument(f"--{option}", metavar="FILE", help=f"what tools/{option}.py --json wrote")
    options = parser.parse_args()
    if bool(options.exhaustive) != bool(options.ulp):
        parser.error("--exhaustive and --ulp go together")
    tables = {}
    if options.ulp:
        tables["accuracy"] = accuracy(options.exhaustive, options.ulp)
    if options.bench:
        tables["speed"] = speed(options.bench)
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name, lines in tables.items():
        begin, end = f"<!-- {name}-table -->\n", f"<!-- /{name}-table -->"
        before, rest = text.split(begin)
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
