"""One line of the custody board, as it is kept: facts and instants, no words that age.

All times are milliseconds since 1970 in UTC. What is due, late or how old is said at display time
by `present`, so that a row stays right until one of its records changes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from sonar_core.board.views import CopyState
from sonar_core.medicines.recheck import BrokenRule
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason, Urgency
from sonar_core.records.task import TaskKind, TaskOwner


class Marker(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A warning marker that stands."""

    category: FlagCategory
    text: str
    is_urgent: bool


class CareLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The level of observation. `checked_ms` is when it was set or the last check was done."""

    level: int
    check_every_minutes: int | None
    rouse: bool
    checked_ms: int
    review_ms: int | None
    is_provisional: bool


class ScoreState(StrEnum):
    """Whether there is a NEWS2 total, and if not why."""

    SCORED = "scored"
    NOT_YET = "not_yet"
    REFUSED = "refused"
    INCOMPLETE = "incomplete"
    NOT_FOR_THIS_PERSON = "not_for_this_person"
    NOT_LOADED = "not_loaded"


class News2Line(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The last observations' score and the score before it.

    `total`, `band` and `has_single_3` are of the set at `at_ms`; `previous_total` is the last
    earlier total, also where this set has none, so that an incomplete set hides nothing.
    """

    state: ScoreState
    total: int | None = None
    band: str | None = None
    has_single_3: bool = False
    at_ms: int | None = None
    previous_total: int | None = None
    previous_ms: int | None = None
    reason: str = ""
    is_provisional: bool = False


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A medicine on order, with what its next dose is reckoned from.

    `answered` are the slots that have an entry; `again_ms` when the last entry said to offer it
    again. `stop_first` says that nothing is given before a prescriber has been asked.
    """

    request: str
    medicine: str
    as_needed: bool
    due_times: tuple[str, ...]
    start_ms: int
    stop_ms: int | None
    interval_minutes: int | None
    answered: tuple[int, ...]
    given_ms: int | None
    last_code: str | None
    last_ms: int | None
    last_reason: str
    again_ms: int | None
    stop_first: bool


class TaskLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An open task."""

    id: str
    what: str
    kind: TaskKind
    owner: TaskOwner
    due_ms: int
    cause: str | None


class BrokenLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A rule of medicines that does not hold and that nobody has answered; `task` is its task."""

    task: str
    rule: BrokenRule
    medicine: str


class OutcomeLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A fitness decision that stands; `told_to` is empty until somebody was told."""

    id: str
    purpose: FitnessPurpose
    outcome: Fitness
    at_ms: int
    told_to: str
    told_ms: int | None
    read_back: bool
    valid_until_ms: int | None
    review_ms: int | None
    conditions: tuple[str, ...]
    is_provisional: bool


class ReferralLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A referral: one that waits, or the last one."""

    id: str
    requested_ms: int
    requested_by: str
    reasons: tuple[ReferralReason, ...]
    urgency: Urgency
    target_minutes: int | None
    accepted_ms: int | None
    accepted_by: str | None
    seen_ms: int | None
    seen_by: str | None
    closed_ms: int | None

    @property
    def waits(self) -> bool:
        """Whether nobody has seen the person for it yet."""
        return self.seen_ms is None and self.closed_ms is None


class ConflictLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An open conflict of this person; `sides` counts the versions."""

    id: str
    kind: str
    group: str
    sides: int


class BoardRow(msgspec.Struct, frozen=True, kw_only=True):
    """One detainee.

    `staff` are the ids of those who accepted the person, saw them, or recorded observations, a
    decision, a telling or a dose in this stay ("Mine").
    `standing` is the worst state of a copy, `unsent` counts records that are not held centrally.
    `orders` are the medicines that may still be given; `outcomes` the decisions that stand, worst
    first. `referral` is the worst that waits, or the last one where none waits; `also_waiting` are
    the others that wait, worst first. `broken` are rules that entries of several PCs break
    together, the worst first; their tasks are in `tasks` too. `zone` is the suite's, for times of
    day of medicines. `sites` are the suites whose boards show the person.
    """

    episode: str
    patient: str
    site: str
    zone: str
    cell: str
    custody_record_number: str
    family: str
    given: str
    title: str
    birth_date: str | None
    stated_age: int | None
    gender: Gender
    arrived_ms: int
    markers: tuple[Marker, ...]
    care: CareLine | None
    news2: News2Line
    allergies: AllergyKnowledge
    allergies_provisional: bool
    orders: tuple[OrderLine, ...]
    tasks: tuple[TaskLine, ...]
    outcomes: tuple[OutcomeLine, ...]
    referral: ReferralLine | None
    conflicts: tuple[ConflictLine, ...]
    standing: CopyState
    unsent: int
    staff: tuple[str, ...]
    is_complete: bool = True
    also_waiting: tuple[ReferralLine, ...] = ()
    has_newer: bool = False
    broken: tuple[BrokenLine, ...] = ()
    revoked: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def is_at(self, site: str) -> bool:
        """Return whether the board of a suite shows the person."""
        return site in {self.site, *self.sites}

    @property
    def to_check(self) -> frozenset[str]:
        """The tasks that are rules of medicines which do not hold."""
        return frozenset([line.task for line in self.broken])

    @property
    def waiting(self) -> tuple[ReferralLine, ...]:
        """Every referral that waits, worst first."""
        if self.referral is None or not self.referral.waits:
            return ()
        return (self.referral, *self.also_waiting)


FORM: Final = 3
"""Raised whenever a row says more than it did, so that every kept row is made anew."""

_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(BoardRow)


def encode(row: BoardRow) -> bytes:
    """Return the row as it is kept in the store."""
    return _ENCODER.encode(row)


def decode(raw: bytes) -> BoardRow:
    """Return a kept row; raise msgspec.DecodeError for bytes of another program version."""
    return _DECODER.decode(raw)
