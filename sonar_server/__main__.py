"""The command `sonar-server`, also as `python -m sonar_server`."""

from __future__ import annotations

import sys

from sonar_server import cli


def main() -> None:
    """Run the command given on the command line."""
    sys.exit(cli.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
