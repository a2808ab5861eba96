"""The server of the tour: the demo's suite, and a second suite that begins with nobody in it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.demo import ROOT, Children, Person, start_network, start_server

SERVER = "tools.tour.clock"
EMPTY_SUITE = "Southgate custody suite"


@dataclass(frozen=True, kw_only=True)
class Way:
    """What a new PC is enrolled with, and the port that takes orders for its network.

    `person` sets it up, `manager` answers for the first suite. `site` is the id of the suite that
    begins with nobody in it.
    """

    server: str
    code: str
    person: Person
    manager: Person
    orders: int
    site: str


def open_suites(children: Children, folder: Path) -> tuple[Way, Way]:
    """Serve both suites; return the way into the full one and into the empty one."""
    port, people, codes = start_server(children, folder, SERVER)
    data = folder / "server"
    other = _administer(data, "site", "add", EMPTY_SUITE).split()[1]
    said = _administer(
        data, "user", "add", "ihale", "--name", "Imogen Hale", "--initials", "IH",
        "--role", "nurse", "--site", EMPTY_SUITE, "--make-password",
    )  # fmt: skip
    password = said.rpartition("shown once: ")[2].strip()
    code = _administer(data, "device", "code", "--site", EMPTY_SUITE).split()[1]
    imogen = Person(username="ihale", password=password, who="Imogen Hale, nurse")
    ways = []
    for number, (new_code, person) in enumerate(((codes[0], people[0]), (code, imogen)), 1):
        listen, orders = start_network(children, folder, port, number)
        server = f"http://127.0.0.1:{listen}"
        ways.append(
            Way(
                server=server,
                code=new_code,
                person=person,
                manager=people[3],
                orders=orders,
                site=other,
            )
        )
    return ways[0], ways[1]


def _administer(data: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", SERVER, *command, "--data", str(data)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout
