"""The program's command: arguments, then bootstrap."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sonar_desktop.bootstrap import Options, run


def main() -> int:
    """Start SONAR Desktop; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="sonar-desktop", description="Clinical records for police-custody medical rooms"
    )
    parser.add_argument("--data-dir", type=Path, help="folder for this PC's records")
    parser.add_argument("--server", default="", help="server address to enrol at")
    parser.add_argument("--pc-name", default="", help="name of this PC to enrol with")
    parser.add_argument("--dark", action="store_true", help="dark colours")
    parser.add_argument("--text-size", type=int, default=100, help="100 to 200 per cent")
    parser.add_argument("--resumed", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    return run(
        Options(
            data=given.data_dir,
            server=given.server,
            pc_name=given.pc_name,
            dark=given.dark,
            text_size=given.text_size,
            is_resumed=given.resumed,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
