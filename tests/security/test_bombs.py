"""A13: what is small on the wire and huge when opened costs neither side more than 32 MiB.

The most memory that a process ever had is the kernel's own count, begun anew before each bomb.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from sonar_core.sync.messages import MAX_DECODED_BYTES
from sonar_desktop.sync.errors import RubbishError
from tests.postgres import central, organisation, postgres
from tests.server.conftest import new_pc, password_hash, pc, person, site
from tests.server.serving import Serving
from tests.server.test_api import PUSH
from tests.sync.test_link import PULL, http, serve
from tests.sync.test_link import PUSH as PUSHED

__all__ = [
    "central",
    "new_pc",
    "organisation",
    "password_hash",
    "pc",
    "person",
    "postgres",
    "serve",
    "site",
]

MOST_BYTES = 32 << 20
ZEROS = bytes(100 << 20)
DEEP = b"\x91" * (MAX_DECODED_BYTES - 1)
"""Eight million lists, each in the one before."""
WITHIN = gzip.compress(ZEROS)
THOUSANDFOLD = {
    "gzip": (gzip.compress(ZEROS, 9), "gzip"),
    "zstd": (zstandard.compress(ZEROS), "zstd"),
    "gzip within gzip": (gzip.compress(WITHIN), "gzip"),
    "deep": (zstandard.compress(DEEP), "zstd"),
}
OPENED = {
    "gzip": (b"", 413),
    "zstd": (b"", 413),
    "gzip within gzip": (WITHIN, 400),
    "deep": (DEEP, 400),
}
"""What is inside, so that it is signed as a PC signs, and how the server refuses it."""

pytestmark = pytest.mark.needs_root


class Memory:
    """How much more memory a process and its children ever had than when this began."""

    def __init__(self, process: int | str) -> None:
        self._processes = [process, *_children(process)]
        for one in self._processes:
            Path(f"/proc/{one}/clear_refs").write_text("5")
        self._before = self._peak()

    def grown(self) -> int:
        return self._peak() - self._before

    def _peak(self) -> int:
        return sum(
            int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{one}/status").read_text())[0]) << 10
            for one in self._processes
        )


def _children(process: int | str) -> Iterator[int]:
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield child
            yield from _children(child)


@pytest.fixture(scope="module")
def served(organisation, central, tmp_path_factory) -> Iterator[Serving]:
    serving = Serving(organisation, central.database.url, tmp_path_factory.mktemp("server"))
    yield serving
    serving.stop()


@pytest.mark.parametrize("sort", THOUSANDFOLD)
def test_a_bomb_costs_the_server_little_and_is_refused(served, pc, sort):
    wire, coding = THOUSANDFOLD[sort]
    link = pc.over_http(served.address)
    assert link.send(PUSH, b"first").status_code == 400
    body, status = OPENED[sort]
    memory = Memory(served.process)
    answer = link.send(PUSH, body, wire=wire, headers={"Content-Encoding": coding})
    assert answer.status_code == status
    assert memory.grown() <= MOST_BYTES


@pytest.mark.parametrize("sort", THOUSANDFOLD)
@pytest.mark.parametrize(
    "ask", [lambda link: link.push(PUSHED), lambda link: list(link.pull(PULL))]
)
def test_a_bomb_costs_the_pc_little_and_is_refused(serve: Callable, ask, sort):
    wire, coding = THOUSANDFOLD[sort]
    link = serve(http(wire, Content_Encoding=coding))
    memory = Memory("self")
    with pytest.raises(RubbishError):
        ask(link)
    assert memory.grown() <= MOST_BYTES
