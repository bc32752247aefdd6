"""The tools of the project: python -m tools COMMAND.

    accuracy    measure the largest errors in ULP
    bench       measure the speed: against other libraries, of two builds, of calls from C
    check       check the object code, the documentation, a release, other platforms, performance, proofs
    fuzz        test the ufuncs and the C loops with random calls
    mutate      test the tests: break the kernels on purpose
    refresh     update checked-in files that a tool generates

See `python -m tools COMMAND --help`. Function names come first, then options: `accuracy softplus --isa avx2`.
"""

import sys

from tools.common import run_module

COMMANDS = ("accuracy", "bench", "check", "fuzz", "mutate", "refresh")


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    command, *rest = arguments
    if command not in COMMANDS:
        print(f"unknown command {command!r}; the commands are {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    return run_module(f"tools.{command}", rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
