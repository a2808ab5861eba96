"""Clock, ids, a device's state and a server that really decides, all in memory."""

from __future__ import annotations

from dataclasses import dataclass, field

from sonar_core import bodies
from sonar_core.ids import slot
from sonar_core.moments import Moment, moment_at
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.authoring import DeviceChain
from sonar_core.sync.decision import NewVersion
from sonar_core.sync.ledger import Ledger
from sonar_core.sync.messages import Verdict
from sonar_core.sync.operations import Header, Operation
from sonar_core.sync.overlay import affected, project
from sonar_core.sync.planner import decide
from sonar_desktop.usecases.ports import Draft, Unread
from sonar_desktop.usecases.server_time import ServerTime

ZONE = "Europe/London"
SITE = slot("site", "northfield")
START_MS = 1_794_666_720_000
"""14-Nov-2026 14:32 in London."""

Key = tuple[str, str]


class FakeClock(ServerTime):
    def __init__(self, now_ms: int = START_MS) -> None:
        self.ms = now_ms

    def now_ms(self) -> int:
        return self.ms

    def monotonic_ms(self) -> int:
        return self.ms - START_MS

    def zone(self) -> str:
        return ZONE

    def forward(self, minutes: int) -> None:
        self.ms += minutes * 60_000

    def moment(self, minutes_ago: int = 0) -> Moment:
        return moment_at(self.ms - minutes_ago * 60_000, ZONE)

    def in_minutes(self, minutes: int) -> Moment:
        return self.moment(-minutes)


class FakeIds:
    def __init__(self, name: str) -> None:
        self._name = name
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return slot(self._name, str(self._count))


@dataclass
class Server:
    """Decides as the real one does; every row it appended, in order."""

    ledger: Ledger = field(default_factory=lambda: Ledger({}, {}))
    rows: list[NewVersion] = field(default_factory=list)

    def take(self, operation: Operation, header: Header, now_ms: int) -> Verdict:
        decision = decide(self.ledger, operation, header, received_ms=now_ms)
        assert decision.verdict is not Verdict.QUARANTINED, decision
        self.rows.extend(decision.versions)
        return decision.verdict


@dataclass
class State:
    """What a device holds."""

    chain: DeviceChain
    confirmed: dict[Key, NewVersion] = field(default_factory=dict)
    past: dict[Key, list[NewVersion]] = field(default_factory=dict)
    waiting: list[tuple[Header, Operation]] = field(default_factory=list)
    drafts: dict[Key, Draft] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()
    unread: list[Unread] = field(default_factory=list)
    pulled: int = 0

    def held_at(self, episode: str) -> str | None:
        """The suite that a stay with something on top is at without that."""
        key = (CustodyEpisode.__name__, episode)
        mine = [(header, op) for header, op in self.waiting if key in affected(op, header)]
        confirmed = self.confirmed.get(key)
        body = project(key[0], None, mine[:1]) if confirmed is None else confirmed.body
        return bodies.decode(body, CustodyEpisode).site if mine and body is not None else None
