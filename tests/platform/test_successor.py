from __future__ import annotations

import subprocess
import sys

from sonar_desktop.platform.successor import MOST_BYTES, RESUMED, command

PREDECESSOR = """
import sys
from sonar_desktop.platform.successor import restart
successor = (
    "import os, sys; from sonar_desktop.platform.successor import read_handed_over;"
    "told = read_handed_over(); print(os.getpid(), sys.argv[1:], len(told), told[:40])"
)
print(__import__("os").getpid(), flush=True)
restart(%s, [sys.executable, "-c", successor, "--data-dir", "x"])
"""


def restarted(handed_over: str) -> list[str]:
    program = PREDECESSOR % handed_over
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.splitlines()


def test_the_successor_reads_what_its_predecessor_knew_and_no_argument_holds_it():
    before, after = restarted('b\'[{"cell": "M4"}]\'')
    number, _, rest = after.partition(" ")
    assert rest == f"""['--data-dir', 'x', '{RESUMED}'] 16 b'[{{"cell": "M4"}}]'"""
    if sys.platform != "win32":
        assert number == before


def test_too_much_to_hand_over_is_left_out_whole():
    _, after = restarted(f"b'x' * {MOST_BYTES + 1}")
    assert after.endswith(" 0 b''")


def test_a_successor_of_a_successor_is_marked_once():
    first = command(["python", "-m", "sonar_desktop"])
    assert command(first) == ["python", "-m", "sonar_desktop", RESUMED]
