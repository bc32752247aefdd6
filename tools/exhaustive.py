"""Check float32 on all 2^32 inputs, or float16 on all 65536, against a reference that shares nothing with softufunc.

    python tools/exhaustive.py softplus                          the instruction set that this processor gets
    python tools/exhaustive.py softplus logit --isa avx2 baseline
    python tools/exhaustive.py --all --isa all --jobs 2          everything: a few minutes a function on 2 cores
    python tools/exhaustive.py sigmoid --range -104 -80          the inputs from -104 to -80 only
    python tools/exhaustive.py --all --dtype float16             all 65536: must be correctly rounded
    python tools/exhaustive.py --all --verify 100000             the float32 reference itself against MPFR

Printed for each function and instruction set: the largest error in ULP (a subnormal result is measured in the smallest
subnormal) with the input, what we got and what is right, in hexadecimal and decimal; the share of correctly rounded
results; the numbers of unfaithful results (neither neighbour of the true value), of neighbouring inputs whose results
are in the wrong order, of wrong nans, infinities and signs; with several instruction sets, of inputs whose results
differ in their bits. The exit status is 1 if an error exceeds --limit, or anything is unfaithful or wrongly special,
or float16 is not correctly rounded.

The float32 reference is exhaustive/reference.h: double formulas on the C library, below 2^-50 relative, and long double
for the near ties. The float16 reference is MPFR. C code is compiled with the system's compiler at run time.
"""

import argparse
import ctypes
import multiprocessing
import sys

import measuring
import numpy as np

sys.path.insert(0, str(measuring.TOOLS.parent / "tests"))

TASK = 1 << 24  # inputs handed to a process at a time
CHUNK = 1 << 16  # inputs a call: results and references stay in the second-level cache
ALL = 1 << 32


class Tally(ctypes.Structure):
    """The tally of exhaustive.c."""

    _fields_ = [
        ("worst", ctypes.c_double),
        ("worst_input", ctypes.c_uint32),
        ("worst_got", ctypes.c_uint32),
        ("worst_want", ctypes.c_double),
        ("inputs", ctypes.c_uint64),
        ("finite", ctypes.c_uint64),
        ("correct", ctypes.c_uint64),
        ("unfaithful", ctypes.c_uint64),
        ("not_monotone", ctypes.c_uint64),
        ("monotone_input", ctypes.c_uint32),
        ("wrong_special", ctypes.c_uint64),
        ("special_input", ctypes.c_uint32),
    ]

    def as_dict(self):
        return {name: getattr(self, name) for name, _ in self._fields_}


COUNTS = ("inputs", "finite", "correct", "unfaithful", "not_monotone", "wrong_special")


def float_of(bits):
    return np.uint32(bits).view(np.float32)


def number_of(x):
    """The number of a float32 in increasing order: the inverse of numbered() in exhaustive.c."""
    bits = int(np.float32(x).view(np.uint32))
    return ~bits & 0xFFFFFFFF if bits >> 31 else bits | 1 << 31


def load_helper():
    """The C helper; its functions get their argument types."""
    helper = measuring.compile_c(measuring.TOOLS / "exhaustive" / "exhaustive.c")
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    helper.find.argtypes = [ctypes.c_char_p]
    helper.fill.argtypes = [ctypes.c_uint64, size, pointer]
    helper.reference.argtypes = [ctypes.c_int, pointer, pointer, size]
    helper.judge.argtypes = [ctypes.c_int, pointer, pointer, pointer, size, ctypes.POINTER(Tally)]
    return helper


HELPER = None  # loaded before the processes fork


def check_task(task):
    """The tallies of one run of inputs, {isa: Tally as a dict}, and the number of inputs with differing bits."""
    name, sets, first, last = task
    index = HELPER.find(measuring.definition(name).encode())
    ufuncs = [measuring.one_result(isa, name) for isa in sets]
    tallies = [Tally() for _ in sets]
    differing, differing_input = 0, None
    x = np.empty(CHUNK + 1, np.float32)
    want = np.empty(CHUNK, np.float64)
    results = [np.empty(CHUNK + 1, np.float32) for _ in sets]
    with np.errstate(all="ignore"):
        for start in range(first, last, CHUNK):
            n = min(CHUNK, last - start)
            # one input before the first, for the comparison of neighbours; before input 0 comes itself
            before = max(start - 1, 0)
            HELPER.fill(before, 1, x.ctypes.data)
            HELPER.fill(start, n, x.ctypes.data + x.itemsize)
            HELPER.reference(index, x.ctypes.data + x.itemsize, want.ctypes.data, n)
            for ufunc, got, tally in zip(ufuncs, results, tallies, strict=True):
                ufunc(x[: n + 1], out=got[: n + 1])
                HELPER.judge(
                    index, x.ctypes.data + x.itemsize, want.ctypes.data, got.ctypes.data, n, ctypes.byref(tally)
                )
            for got in results[1:]:
                one, other = results[0][1 : n + 1], got[1 : n + 1]
                unequal = (one.view(np.uint32) != other.view(np.uint32)) & ~(np.isnan(one) & np.isnan(other))
                if unequal.any():
                    differing += int(unequal.sum())
                    if differing_input is None:
                        differing_input = int(x[1:][:n][unequal][0].view(np.uint32))
    return name, first, [tally.as_dict() for tally in tallies], differing, differing_input


def merge(total, part):
    """Add a tally to another; parts must come in increasing order, so that a tie keeps the first input."""
    if not total:
        return dict(part)
    if part["worst"] > total["worst"]:
        for key in ("worst", "worst_input", "worst_got", "worst_want"):
            total[key] = part[key]
    for count, witness in (("not_monotone", "monotone_input"), ("wrong_special", "special_input")):
        if not total[count]:
            total[witness] = part[witness]
    for key in COUNTS:
        total[key] += part[key]
    return total


def described(name, isa, tally, seconds):
    """The record of a tally: what is printed and what --json writes."""
    record = {
        "function": name,
        "dtype": "float32",
        "isa": isa,
        "worst_ulp": tally["worst"],
        "input": measuring.hexed(float_of(tally["worst_input"])),
        "got": measuring.hexed(float_of(tally["worst_got"])),
        "want": measuring.hexed(tally["worst_want"]),
        "inputs": tally["inputs"],
        "finite_results": tally["finite"],
        "correctly_rounded": tally["correct"] / max(tally["finite"], 1),
        "unfaithful": tally["unfaithful"],
        "not_monotone": tally["not_monotone"],
        "wrong_special": tally["wrong_special"],
        "seconds": round(seconds, 1),
    }
    if tally["not_monotone"]:
        record["first_not_monotone"] = measuring.hexed(float_of(tally["monotone_input"]))
    if tally["wrong_special"]:
        record["first_wrong_special"] = measuring.hexed(float_of(tally["special_input"]))
    return record


def print_record(record):
    def both(text):
        return f"{text} ({float.fromhex(text):.9g})"

    print(f"{record['function']} {record['dtype']} {record['isa']}: {record['worst_ulp']:.5f} ULP at most")
    if record["worst_ulp"]:
        print(f"    at {both(record['input'])}: got {both(record['got'])}, want {both(record['want'])}")
    share = f"{100 * record['correctly_rounded']:.4f} % of {record['finite_results']} finite results"
    print(f"    {record['inputs']} inputs, {share} correctly rounded, {record['seconds']:.0f} s")
    for key, text in (
        ("unfaithful", "unfaithful results"),
        ("not_monotone", "neighbouring results in the wrong order"),
        ("wrong_special", "wrong nans, infinities or signs"),
    ):
        first = record.get(f"first_{key}")
        print(f"    {record[key]} {text}" + (f", the first at {both(first)}" if first else ""))
    sys.stdout.flush()


def check_float32(names, sets, low, high, jobs):
    """Records of all names and sets for the inputs from number low to number high - 1."""
    global HELPER
    HELPER = load_helper()
    missing = [name for name in names if HELPER.find(measuring.definition(name).encode()) < 0]
    if missing:
        sys.exit(f"no reference for {', '.join(missing)}: add it to tools/exhaustive/reference.h")
    records = []
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for name in names:
            step = min(TASK, max(CHUNK, (high - low) // (8 * jobs)))
            tasks = [(name, sets, start, min(start + step, high)) for start in range(low, high, step)]
            bar = measuring.Progress(name, high - low)
            totals, differing, witness = [{} for _ in sets], 0, None
            for task, (_, _, tallies, differences, input_bits) in zip(tasks, pool.imap(check_task, tasks), strict=True):
                totals = [merge(total, part) for total, part in zip(totals, tallies, strict=True)]
                differing += differences
                witness = input_bits if witness is None else witness
                bar.advance(task[3] - task[2])
            seconds = bar.close()
            for isa, total in zip(sets, totals, strict=True):
                records.append(described(name, isa, total, seconds))
                print_record(records[-1])
            if len(sets) > 1:
                where = f", the first at {measuring.hexed(float_of(witness))}" if differing else ""
                print(f"    {differing} results whose bits differ from those of {sets[0]}{where}")
                records[-1]["differing_bits"] = differing
    return records


def check_float16(names, sets):
    """Records for all 65536 inputs, with the MPFR definitions of tests/reference.py."""
    import reference

    bits = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16)
    x = bits.view(np.float16)
    records = []
    for name in names:
        bar = measuring.Progress(name, len(x))
        want = np.empty_like(x)
        for i in range(0, len(x), 1024):
            want[i : i + 1024] = reference.correct(measuring.definition(name), x[i : i + 1024])
            bar.advance(1024)
        seconds = bar.close()
        for isa in sets:
            with np.errstate(all="ignore"):
                got = measuring.one_result(isa, name)(x)
            wrong = (got.view(np.uint16) != want.view(np.uint16)) & ~(np.isnan(got) & np.isnan(want))
            record = {
                "function": name,
                "dtype": "float16",
                "isa": isa,
                "inputs": len(x),
                "wrong": int(wrong.sum()),
                "seconds": round(seconds, 1),
            }
            print(f"{name} float16 {isa}: {record['wrong']} of {len(x)} results not correctly rounded")
            if wrong.any():
                i = int(np.flatnonzero(wrong)[0])
                record |= {key: measuring.hexed(a[i]) for key, a in (("input", x), ("got", got), ("want", want))}
                print(f"    the first at {record['input']}: got {record['got']}, want {record['want']}")
            sys.stdout.flush()
            records.append(record)
    return records


def exceeds(record, limit):
    """Is the error above the limit or, without one, above the bound in the function's header?"""
    import reference

    if limit is None:
        stated = reference.bounds(record["function"].partition(".")[0]).get("f4")
        limit = stated.ulp if stated else 1.0
    return record["worst_ulp"] > limit


def verify(names, points):
    """The largest relative error of the double reference at random bit patterns, as a power of two."""
    import gmpy2
    import reference

    helper = load_helper()
    x = np.random.default_rng(1).integers(0, ALL, points, dtype=np.uint32).view(np.float32)
    # half of the points where most functions vary, and some next to the zeros of softplusinv and logit
    x[::2] = np.random.default_rng(2).uniform(-3, 3, len(x[::2]))
    x[:1000] = np.float32(0.6931472) + np.arange(-500, 500)[: len(x)] * np.float32(2**-24)
    x[1000:2000] = np.float32(0.5) + np.arange(-500, 500)[: len(x[1000:2000])] * np.float32(2**-24)
    failed = False
    for name in names:
        want = np.empty(len(x))
        helper.reference(helper.find(measuring.definition(name).encode()), x.ctypes.data, want.ctypes.data, len(x))
        worst, where = 0.0, 0.0
        for value, found, exact in zip(x, want, reference.exact(measuring.definition(name), x), strict=True):
            if not (np.isfinite(found) and gmpy2.is_finite(exact)):
                same = found == exact or (np.isnan(found) and gmpy2.is_nan(exact))
                error = 0.0 if same else np.inf
            elif abs(exact) < 2.0**-1022:
                error = 0.0  # the result is 0 in float32
            else:
                error = float(abs(found - exact) / abs(exact)) if found != exact else 0.0
            if error > worst:
                worst, where = error, value
        failed |= not worst < 2.0**-50
        bound = f"2^{np.log2(worst):.2f} relative (at {measuring.hexed(where)})"
        print(f"{name}: the reference is within {bound} at {len(x)} points")
    return failed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    measuring.add_choice_arguments(parser)
    parser.add_argument("--dtype", choices=["float32", "float16"], default="float32")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="processes (default 1); float32 only")
    parser.add_argument(
        "--range",
        nargs=2,
        type=measuring.number,
        metavar=("LO", "HI"),
        help="only the float32 inputs from LO to HI, both included",
    )
    parser.add_argument(
        "--limit", type=float, metavar="ULP", help="largest error allowed (default: BOUND in functions/NAME.h, or 1.0)"
    )
    parser.add_argument("--json", metavar="FILE", help="also write the records to FILE")
    parser.add_argument(
        "--verify", type=int, metavar="N", help="check the reference itself against MPFR at N inputs, nothing else"
    )
    args = measuring.parse(parser)
    names, sets = measuring.chosen(parser, args)
    if args.verify:
        sys.exit(verify(names, args.verify))
    if args.dtype == "float16":
        records = check_float16(names, sets)
        failed = any(record["wrong"] for record in records)
    else:
        low, high = (0, ALL) if not args.range else (number_of(args.range[0]), number_of(args.range[1]) + 1)
        records = check_float32(names, sets, low, high, args.jobs)
        failed = any(exceeds(r, args.limit) or r["unfaithful"] or r["wrong_special"] for r in records)
    if args.json:
        measuring.write_json(args.json, {"machine": measuring.machine(), "records": records})
    sys.exit(failed)


if __name__ == "__main__":
    main()
