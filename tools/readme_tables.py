"""Write the tables of accuracy and speed into README.md, from docs/data, which tools/pages.py fills.

    python tools/readme_tables.py

The errors are the BOUND lines of functions/*.h, which the tests check; the shares of correctly rounded results and the
times are those of the data.
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


def shares(records):
    """The smallest share of correctly rounded results among the instruction sets, by function."""
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
    for name, label in KERNELS.items():
        bound = bounds(name)
        label = ", ".join(f"`{part}`" for part in label.split(", "))
        yield f"| {label} | {bound['f64']} | {100 * f64[name]:.1f} % | {bound['f32']} | {100 * f32[name]:.2f} % |"
    yield ""
    yield "In ULP, on all three instruction sets; float64: 10<sup>8</sup> points a function and a search from them,"
    yield "`python tools/ulp.py --all --isa avx2 baseline --points 1e8`; float32: all 2<sup>32</sup> inputs,"
    yield "`python tools/exhaustive.py --all --isa all`."


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
                counted = {peer: ratio for peer, (_, ratio) in row["peers"].items() if peer not in UNCOUNTED}
                best = min(counted, key=counted.get)
                ratios.append(counted[best])
                line.append(f"{row['ours']:.2f} ({counted[best]:.2f}, {best})")
        yield f"| {' | '.join(line)} |"
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
    # --help and no other argument
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    for name, lines in {"accuracy": accuracy(), "speed": speed()}.items():
        begin, end = f"<!-- {name}-table -->\n", f"<!-- /{name}-table -->"
        before, rest = text.split(begin)
        text = before + begin + "\n".join(lines) + "\n" + end + rest.split(end)[1]
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
