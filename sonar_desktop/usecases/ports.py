"""What the use cases need of the world: a store, a clock, ids, a signed-in person.

Everything outside implements these; the use cases know nothing else. Store calls run on the store's
own threads: a caller on the GUI thread goes through `ui/background.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

import msgspec

from sonar_core.moments import Moment
from sonar_core.records.base import Record
from sonar_core.records.conflict import Conflict
from sonar_core.sync.correcting import HeldFact

R = TypeVar("R", bound=Record)
T = TypeVar("T")


class Clock(Protocol):
    """The PC's clocks, and the server's as this PC last heard of it (`server_time.py`)."""

    def now_ms(self) -> int:
        """Return UTC milliseconds by the wall clock."""

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back, from an arbitrary start."""

    def zone(self) -> str:
        """Return the IANA zone that this PC shows times in."""

    def hear(self, server_ms: int) -> None:
        """Take the server's word for the time that it is now."""

    def recall(self, heard_at_ms: int, server_ms: int) -> None:
        """Take what an earlier run heard, and when by the wall clock, unless this one has heard."""

    def server_ms(self) -> int:
        """Return the server's clock as estimated; the wall clock where nothing was ever heard."""

    def latest_ms(self) -> int:
        """Return the later of the wall clock and the server's: what is after it lies ahead."""

    def earliest_ms(self) -> int:
        """Return the earlier of the two: what is before it has passed."""


class Ids(Protocol):
    """Where new ids come from."""

    def new(self) -> str:
        """Return a new UUIDv7 as canonical text."""


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """The person signed in, as the lease names them.

    `emergency` is the AccessEvent that began their emergency access, empty under a running lease.
    """

    user: str
    name: str
    initials: str
    role: str
    lease_id: str | None
    emergency: str = ""


class Standing(StrEnum):
    """What a person is told about where a record is (decision 14)."""

    LOCAL = "local"
    """Saved on this PC, waiting to send."""
    SENDING = "sending"
    CENTRAL = "central"
    """Held centrally: the verdict has arrived."""
    DECISION = "decision"
    """Needs a decision: two versions."""
    HELD = "held"
    """Held back, with a reason."""
    UNHELD = "unheld"
    """The server had it and lost it, and its author's PC has not given it back."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A record as it is shown, with where it came from.

    `version` is the confirmed version, 0 while the server has not answered. `offline` says that it
    was written without contact; `received_ms` is None until the server has it.
    """

    record: Record
    version: int
    author: str
    device: str
    recorded_at: Moment
    received_ms: int | None
    offline: bool
    standing: Standing
    marks: tuple[str, ...] = ()


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One version in a record's history, oldest first; the last is the present one."""

    version: int
    record: Record
    author: str
    device: str
    recorded_at: Moment
    groups: tuple[str, ...]


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A record that only a newer program can show: whose it is, and of which stay."""

    id: str
    patient: str | None
    episode: str | None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has typed and not signed; only on this PC, only shown to its author.

    `record` is the draft's own id: the record gets another when it is signed, for a copied disk
    holds the draft twice. `body` and `place` (where the cursor stood) belong to the form and are
    opaque here. `episode` is None outside any record.
    """

    author: str
    record: str
    form: str
    episode: str | None
    body: bytes
    place: str
    saved_ms: int


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What a write or a sync changed, for the views to see whether it concerns them."""

    records: frozenset[tuple[str, str]] = frozenset()
    patients: frozenset[str] = frozenset()
    episodes: frozenset[str] = frozenset()
    drafts: bool = False
    outbox: bool = False

    def with_also(self, other: Changed) -> Changed:
        """Return what both say, as one."""
        return Changed(
            records=self.records | other.records,
            patients=self.patients | other.patients,
            episodes=self.episodes | other.episodes,
            drafts=self.drafts or other.drafts,
            outbox=self.outbox or other.outbox,
        )


class Reading(Protocol):
    """A consistent look at the store: confirmed records with this PC's own changes on top."""

    def get(self, kind: type[R], identifier: str) -> R | None:
        """Return the record as shown, or None."""

    def seen(self, kind: str, identifier: str) -> Seen | None:
        """Return the record as shown with where it came from, or None."""

    def of_episode(self, episode: str, kinds: Sequence[str] = ()) -> list[Seen]:
        """Return the episode's records, newest first by when they were done; all kinds if none.

        Of kinds asked for, each must be readable here: what a newer program wrote raises
        KnownError. Of all kinds that holds for what the board is made of; the rest is left out.
        """

    def of_patient(self, patient: str, kinds: Sequence[str] = ()) -> list[Seen]:
        """Return the patient's records that belong to no episode, and those of all episodes.

        What a newer program wrote is treated as in `of_episode`.
        """

    def readable_of_patient(self, patient: str) -> tuple[list[Seen], tuple[str, ...]]:
        """Return the patient's records of all kinds, and the kind of each not shown here whole.

        Those were written by a newer program. Of the person and the stays it returns what can be
        read.
        """

    def history(self, kind: str, identifier: str) -> list[Past]:
        """Return the record's versions, oldest first."""

    def all_of(self, kind: type[R]) -> list[R]:
        """Return every record of a small kind, such as Practitioner, that can be read here."""

    def conflicts(self, *, open_only: bool = True) -> list[Conflict]:
        """Return the conflicts this PC knows, newest first."""

    def unreadable_conflicts(self) -> list[Unread]:
        """Return whose and where the conflicts are that only a newer program can show.

        Those too that are open over a fact which cannot be read here.
        """

    def held_facts(self) -> dict[str, HeldFact]:
        """Return this PC's own facts that the server holds back and that can be read, by id."""

    def board(self) -> list[bytes]:
        """Return the board rows of the open episodes: bytes of `sonar_core.board` rows."""

    def revoked(self) -> tuple[str, ...]:
        """Return the kinds of scope that this PC may not hold, by name."""

    def board_row(self, episode: str) -> bytes | None:
        """Return one episode's board row; None where the board shows nothing of it."""

    def draft(self, author: str, record: str) -> Draft | None:
        """Return an author's draft of a record, or None."""

    def drafts(self, author: str) -> list[Draft]:
        """Return an author's drafts, newest first."""

    def every_draft(self) -> list[Draft]:
        """Return the drafts of everybody, newest first; to be sealed, never to be shown."""

    def setting(self, name: str) -> str | None:
        """Return a setting of this PC, or None."""


class Writing(Reading, Protocol):
    """One user action: all of it is committed together with its operations, or none."""

    def record(self, record: Record) -> str:
        """Write a new record; return the id of its operation."""

    def edit(self, kind: type[Record], identifier: str, changes: dict[str, Any]) -> str | None:
        """Change fields of an entity; return the operation's id, None when nothing changed."""

    def put_draft(self, draft: Draft) -> None:
        """Keep what was typed."""

    def drop_draft(self, author: str, record: str) -> None:
        """Forget a draft that is being signed in this action, or that was discarded."""

    def put_setting(self, name: str, value: str) -> None:
        """Keep a setting of this PC."""


class Store(Protocol):
    """The encrypted store of this PC."""

    def read(self, look: Callable[[Reading], T]) -> T:
        """Run `look` on one consistent state; return its answer."""

    def write(self, actor: Actor, intent: str, act: Callable[[Writing], T]) -> tuple[T, Changed]:
        """Run one user action; return its answer and what changed, after the commit is on disk.

        Raises StoreFullError, StoreDamagedError (both KnownError) with nothing written.
        """

    def keep_draft(self, draft: Draft) -> Changed:
        """Put one draft on disk, outside any user action."""

    def discard_draft(self, author: str, record: str) -> Changed:
        """Forget a draft because its author said so."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything a use case is given: who acts, on what, by which clock, in which suite."""

    actor: Actor
    store: Store
    clock: Clock
    ids: Ids
    site: str
