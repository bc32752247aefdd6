"""Compare all 2^32 float32 or all 65536 float16 inputs with a reference that shares no code with softufunc."""

import ctypes
import multiprocessing
import sys

import numpy as np

from tools import reference
from tools.accuracy import definitions
from tools.accuracy.report import limit_of
from tools.common import Progress, definition, hexed, one_output
from tools.facts import FUNCTIONS

TASK = 1 << 24  # inputs per task of a process
CHUNK = 1 << 16  # inputs per call: results and references stay in the second-level cache
ALL = 1 << 32


class Tally(ctypes.Structure):
    """The struct `tally` of accuracy.c."""

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
    """Return the index of a float32 in increasing order: the inverse of numbered() in accuracy.c."""
    bits = int(np.float32(x).view(np.uint32))
    return ~bits & 0xFFFFFFFF if bits >> 31 else bits | 1 << 31


def check_task(task):
    """Return (name, first input, tallies by instruction set, number and first of the inputs with differing bits)."""
    name, sets, first, last = task
    helper, index = definitions.library(), definitions.index(definition(name))
    ufuncs = [one_output(isa, name) for isa in sets]
    tallies = [Tally() for _ in sets]
    differing, differing_input = 0, None
    x = np.empty(CHUNK + 1, np.float32)
    want = np.empty(CHUNK * helper.size_of_exact(), np.uint8)
    results = [np.empty(CHUNK + 1, np.float32) for _ in sets]
    with np.errstate(all="ignore"):
        for start in range(first, last, CHUNK):
            n = min(CHUNK, last - start)
            # one more input before the first, for the comparison of adjacent results; input 0 is its own predecessor
            before = max(start - 1, 0)
            x_from_first = x.ctypes.data + x.itemsize
            helper.fill(before, 1, x.ctypes.data)
            helper.fill(start, n, x_from_first)
            helper.exact(index, x_from_first, want.ctypes.data, n)
            for ufunc, got, tally in zip(ufuncs, results, tallies, strict=True):
                ufunc(x[: n + 1], out=got[: n + 1])
                helper.judge(index, x_from_first, want.ctypes.data, got.ctypes.data, n, ctypes.addressof(tally))
            for got in results[1:]:
                one, other = results[0][1 : n + 1], got[1 : n + 1]
                unequal = (one.view(np.uint32) != other.view(np.uint32)) & ~(np.isnan(one) & np.isnan(other))
                if unequal.any():
                    differing += int(unequal.sum())
                    if differing_input is None:
                        differing_input = int(x[1:][:n][unequal][0].view(np.uint32))
    return name, first, [tally.as_dict() for tally in tallies], differing, differing_input


def merge(total, part):
    """Merge a tally into the total; parts must come in increasing order, so that ties keep the first input."""
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
    """Return the record of a tally, for printing and --json."""
    record = {
        "function": name,
        "dtype": "float32",
        "isa": isa,
        "worst_ulp": tally["worst"],
        "input": hexed(float_of(tally["worst_input"])),
        "got": hexed(float_of(tally["worst_got"])),
        "want": hexed(tally["worst_want"]),
        "inputs": tally["inputs"],
        "finite_results": tally["finite"],
        "correctly_rounded": tally["correct"] / max(tally["finite"], 1),
        "unfaithful": tally["unfaithful"],
        "not_monotone": tally["not_monotone"],
        "wrong_special": tally["wrong_special"],
        "seconds": round(seconds, 1),
    }
    if tally["not_monotone"]:
        record["first_not_monotone"] = hexed(float_of(tally["monotone_input"]))
    if tally["wrong_special"]:
        record["first_wrong_special"] = hexed(float_of(tally["special_input"]))
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
    """Return the records of all names and sets for the inputs from index low to index high - 1."""
    definitions.library()  # before the processes fork
    records = []
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for name in names:
            step = min(TASK, max(CHUNK, (high - low) // (8 * jobs)))
            tasks = [(name, sets, start, min(start + step, high)) for start in range(low, high, step)]
            bar = Progress(name, high - low)
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
                where = f", the first at {hexed(float_of(witness))}" if differing else ""
                print(f"    {differing} results whose bits differ from those of {sets[0]}{where}")
                records[-1]["differing_bits"] = differing
    return records


def check_float16(names, sets):
    """Return the records for all float16 inputs: correctly rounded, special values, and nan outside the domain."""
    x = np.arange(1 << 16, dtype=np.uint32).astype(np.uint16).view(np.float16)
    records = []
    for name in names:
        function = FUNCTIONS[definition(name)]
        bar = Progress(name, len(x))
        want = np.full(len(x), np.nan, np.float16)
        low, high = function.domain
        inside = np.flatnonzero((x > low) & (x < high))
        for part in np.array_split(inside, 64):
            want[part] = reference.correct(function.name, x[part])
            bar.advance(len(x) // 64)
        for inputs, outputs, _ in reference.special_cases(function.name, "f2"):
            same = (x == inputs[0]) & (np.signbit(x) == np.signbit(inputs[0]))
            want[same] = outputs[0]
        seconds = bar.close()
        for isa in sets:
            with np.errstate(all="ignore"):
                got = one_output(isa, name)(x)
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
                record |= {key: hexed(a[i]) for key, a in (("input", x), ("got", got), ("want", want))}
                print(f"    the first at {record['input']}: got {record['got']}, want {record['want']}")
            sys.stdout.flush()
            records.append(record)
    return records


def failed(record, limit):
    """Return whether an error exceeds the limit, or a result is unfaithful, wrongly special or (float16) misrounded."""
    if "wrong" in record:
        return bool(record["wrong"])
    return record["worst_ulp"] > limit_of(record, limit) or record["unfaithful"] or record["wrong_special"]
