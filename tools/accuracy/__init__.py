"""Measure the largest errors in ULP of any function, type and instruction set.

    python -m tools accuracy                                       all functions, float64
    python -m tools accuracy --isa avx2 baseline --points 1e8      the basis of the bounds in functions/*.h
    python -m tools accuracy sigmoid --range -746 -700
    python -m tools accuracy logit --dtype float32 --distributions near bits
    python -m tools accuracy softplus --dtype longdouble           float16 and longdouble: MPFR, slow
    python -m tools accuracy softplus --exhaustive                 float32, all 2^32 inputs
    python -m tools accuracy --exhaustive --dtype float16          all 65536: must be correctly rounded
    python -m tools accuracy --points 1e8 --save tests/worst_inputs.json --json accuracy.json
    python -m tools accuracy --verify 20000                        only check the fast reference against MPFR

Unary functions are evaluated at random inputs of several distributions, followed by a local search from the worst
points. The reference for float32 and float64 is double-double arithmetic in C with a relative error of about 2^-95,
generated from `exact` of the facts (definitions.py); MPFR confirms the largest error. Binary functions and gufuncs are
evaluated on hard inputs of several kinds (tools/generators.py), with MPFR as the reference. The output shows the
largest error, its input in hexadecimal, the result, and the exact result.

--exhaustive also counts correctly rounded and unfaithful results (neither neighbour of the exact value), adjacent
results in the wrong order, wrong nans, infinities and signs, and results whose bits differ between instruction sets.

The exit status is 1 if an error exceeds --limit or the bound in the function's header, or if MPFR does not confirm it.
--save merges the worst inputs confirmed by MPFR into a file {function: {type: [inputs]}}, which the tests use.
"""

from tools import common
from tools.facts import FUNCTIONS


def make_parser():
    parser = common.make_parser("accuracy", __doc__)
    common.add_names(parser, [*FUNCTIONS, *common.own_outputs()])
    common.add_isa(parser)
    common.add_dtype(parser, common.DTYPES, ["float64"])
    one_of, number = common.one_of, common.number
    distributions = ("uniform", "middle", "tails", "ends", "bits", "near")
    add = parser.add_argument
    add("--points", type=float, help="inputs per function (default 1e6; with MPFR 1e4; binary functions 1e5)")
    add("--range", nargs=2, type=number, metavar=("LO", "HI"), help="only inputs from LO to HI; unary functions")
    text = f"for unary functions: {', '.join(distributions)} (default: all)"
    known = one_of("distribution", distributions)
    add("--distributions", nargs="+", type=known, default=distributions, metavar="WHICH", help=text)
    add(
        "--climb",
        type=int,
        metavar="N",
        help="rounds of the local search (default 100; others than unary functions 40)",
    )
    add("--rows", type=int, default=20, metavar="N", help="rows of every kind and length, for gufuncs (default 20)")
    lengths = [1, 2, 3, 16, 17, 100, 511, 513, 5000]
    add("--lengths", nargs="+", type=int, default=lengths, metavar="N", help=f"lengths of rows (default {lengths})")
    add("--seed", type=int, default=1, help="seed of the random inputs (default 1)")
    add("--exhaustive", action="store_true", help="all inputs of float32 (the default) or float16; unary functions")
    add("--jobs", type=int, default=1, metavar="N", help="processes for --exhaustive (default 1)")
    add("--limit", type=float, metavar="ULP", help="exit status 1 above this (default: BOUND in functions/NAME.h)")
    add("--json", metavar="FILE", help="also write the records to FILE")
    add("--save", metavar="FILE", help="merge the worst inputs into FILE (not for longdouble)")
    add("--keep", type=int, default=8, metavar="N", help="worst inputs to record or save (default 8)")
    add("--verify", type=int, metavar="N", help="only check the fast reference at N points")
    return parser


def measure_unary(names, sets, dtype, args):
    """Return the records of unary functions, at random inputs."""
    from tools.accuracy import unary as module

    args.points = int(args.points_given or (1e6 if dtype in ("float32", "float64") else 1e4))
    args.climb = args.climb_given or 100
    records = []
    for name in names:
        for isa in sets:
            bar = common.Progress(f"{name} {isa}", args.points)
            record = module.run(module.Measured(name, dtype, args.range, args.seed), isa, args, bar)
            record["seconds"] = round(bar.close(), 1)
            record["failed"] = module.failed(record, args.limit)
            module.print_record(record)
            records.append(record)
    return records


def measure_every_input(names, sets, dtype, args):
    """Return the records of unary functions, over every input."""
    from tools.accuracy import exhaustive as module

    if dtype == "float16":
        records = module.check_float16(names, sets)
    else:
        low, high = (0, module.ALL)
        if args.range:
            low, high = module.number_of(args.range[0]), module.number_of(args.range[1]) + 1
        records = module.check_float32(names, sets, low, high, args.jobs)
    return [record | {"failed": bool(module.failed(record, args.limit))} for record in records]


def measure_others(names, sets, dtype, args):
    """Return the records of binary functions and gufuncs."""
    from tools.accuracy import binary, reductions

    args.points, args.climb = int(args.points_given or 1e5), args.climb_given or 40
    records = []
    for name in names:
        module = reductions if FUNCTIONS[name].is_gufunc else binary
        records += module.measure(name, sets, dtype, args)
    return records


def unary_targets():
    """Return the unary functions, and the outputs that differ from the unary function of that name."""
    return [*common.unary_names(), *common.own_outputs()]


def main(arguments):
    parser = make_parser()
    args = common.parse(parser, arguments)
    args.points_given, args.climb_given = args.points, args.climb
    unary = unary_targets()
    names = args.names or [
        *unary,
        *(name for name in FUNCTIONS if FUNCTIONS[name].nin == 2 or FUNCTIONS[name].signature),
    ]
    both = [name for name in names if name in FUNCTIONS and FUNCTIONS[name].nout == 2]
    if both:
        outputs = [output for output in common.own_outputs() if output.partition(".")[0] in both]
        parser.error(f"{both[0]}: measure its outputs: {', '.join(outputs) or ', '.join(FUNCTIONS[both[0]].outputs)}")
    ours, rest = [name for name in names if name in unary], [name for name in names if name not in unary]
    if args.exhaustive:
        if args.names and rest:
            parser.error(f"--exhaustive: {rest[0]} is not a unary function")
        args.dtype, rest = (["float32"] if args.dtype == ["float64"] else args.dtype), []
        if not set(args.dtype) <= {"float16", "float32"}:
            parser.error("--exhaustive: float16 or float32")
    if args.save and "longdouble" in args.dtype:
        parser.error("--save: the file holds numbers of at most 53 bits")
    if args.verify:
        from tools.accuracy.unary import DISTRIBUTIONS, Measured, verify

        return max(
            verify(Measured(name, "float64", args.range, args.seed), args.verify, DISTRIBUTIONS) for name in ours
        )
    sets, records = common.chosen_isa(args), []
    for dtype in args.dtype:
        records += (measure_every_input if args.exhaustive else measure_unary)(ours, sets, dtype, args) if ours else []
        if dtype in ("float32", "float64"):
            records += measure_others(rest, sets, dtype, args)
    if args.save:
        from tools.accuracy.unary import save

        save(args.save, [record for record in records if "worst_inputs" in record])
    if args.json:
        common.write_json(args.json, {"machine": common.machine(), "records": records})
    failed = [f"{record['function']} {record['dtype']} {record['isa']}" for record in records if record["failed"]]
    if failed:
        print(f"failed: {', '.join(failed)}")
    return bool(failed)
