"""The server with one lie in it that no client can see by itself.

Run as `python -m tests.journeys.lying_server LIE run ...`. To every second pull of a device it
answers with where that device already stood, in all scopes ("stale") or in that of medicines
alone ("torn"). Rows, chain and digests are right each time.
"""

from __future__ import annotations

import sys

from sonar_core.sync.messages import Cursor, Pull
from sonar_server import cli
from sonar_server.scopes import ScopeKey
from sonar_server.service import DeviceService
from sonar_server.store.log import ScopeHead


def lie(what: str) -> None:
    """Replace the server's look at its heads."""
    honest = DeviceService._checked
    told: dict[tuple[str, ScopeKey], ScopeHead] = {}
    turns: dict[str, int] = {}

    def checked(service: DeviceService, pull: Pull) -> tuple[list[tuple[Cursor, ScopeHead]], int]:
        device = service._territory.device
        turns[device] = turns.get(device, 0) + 1
        answer = []
        found, last = honest(service, pull)
        for cursor, head in found:
            place = (device, head.key)
            is_told = what == "torn" and "medicines" not in cursor.scope
            if turns[device] % 2 or is_told or place not in told:
                told[place] = head
            answer.append((cursor, told[place]))
        return answer, last

    DeviceService._checked = checked  # type: ignore[method-assign]


if __name__ == "__main__":
    lie(sys.argv[1])
    sys.exit(cli.main(sys.argv[2:]))
