"""`sonar-server` as a program of another version: `-m tests.journeys.generation_server N+1 run`."""

from __future__ import annotations

import sys

from sonar_server.cli import main
from tests.journeys.generations import become

if __name__ == "__main__":
    become(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
