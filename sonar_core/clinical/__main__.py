"""Check the calculators without the program: ``python -m sonar_core.clinical INSTRUMENT``.

Reads one JSON value a line on standard input and writes one line of JSON for each on standard
output: the result, or ``{"error": "..."}`` where the input is refused. This program is the one
named exception to "sonar_core does no I/O" (decision 42).
"""

from __future__ import annotations

import sys
from typing import IO

from sonar_core.clinical.instruments import INSTRUMENTS, answer_line


def main(arguments: list[str], lines: IO[bytes], out: IO[bytes], err: IO[str]) -> int:
    """Answer every line for the instrument named.

    Args:
        arguments: The instrument's name, that of its file of vectors.
        lines: JSON lines in UTF-8.
        out: Where the answers go, one line each, at once.
        err: Where the usage goes.

    Returns:
        0 when the stream has ended, 2 for an unknown instrument.
    """
    if len(arguments) != 1 or arguments[0] not in INSTRUMENTS:
        known = ", ".join(sorted(INSTRUMENTS))
        err.write(
            f"Usage: python -m sonar_core.clinical INSTRUMENT\nINSTRUMENT is one of: {known}\n"
        )
        return 2
    calculate = INSTRUMENTS[arguments[0]]
    for line in lines:
        out.write(answer_line(line, calculate) + b"\n")
        out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin.buffer, sys.stdout.buffer, sys.stderr))
