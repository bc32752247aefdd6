"""The tools of the project: python -m tools COMMAND.

    accuracy    measure the largest errors in ULP
    bench       measure the speed: against other libraries, of two builds, of calls from C
    check       check the object code, the documentation, a release, other platforms, the guards and proofs
    fuzz        random calls of the ufuncs and of the C loops
    mutate      break the kernels on purpose: do the tests notice?
    refresh     write what is checked in and made by a tool

`python -m tools COMMAND --help` says more. Names of functions come first, then options: `accuracy softplus --isa avx2`.
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
        print(f"{command!r} is no command; there are: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    return run_module(f"tools.{command}", rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
