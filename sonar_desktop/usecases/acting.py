"""What every recording use case does alike: who may, when is now, and the stamps of a fact."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from sonar_core.board.words import moved_words
from sonar_core.conflicts import set_aside, standing_facts
from sonar_core.moments import Moment, moment_at
from sonar_core.records.base import Fact, Record, Replacement
from sonar_core.records.conflict import ConflictResolution
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.site_move import SiteMove
from sonar_core.roles import Duty, refusal, refusal_to_write
from sonar_core.sync.correcting import in_place_of
from sonar_desktop.usecases.errors import MovedError, NotHereError
from sonar_desktop.usecases.inputs import Problems, RoleError
from sonar_desktop.usecases.ports import Actor, Desk, Reading, Seen, Writing

R = TypeVar("R", bound=Record)
F = TypeVar("F", bound=Fact)


class Amending(msgspec.Struct, frozen=True, kw_only=True):
    """Which fact a new one corrects, and why.

    `is_sent_again` says that it tells of the same act anew, because the server holds the first
    telling back: who did it stays who did it.
    """

    of: str
    reason: str
    is_sent_again: bool = False


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """What is common to every fact that a person signs.

    `performed_at` is when it was done. `draft` is the id under which the form was kept; signing
    forgets the draft. None where there was none. The fact gets an id of its own (ADR 16).
    """

    episode: str
    performed_at: Moment
    draft: str | None = None
    amending: Amending | None = None


def now(desk: Desk) -> Moment:
    """Return the present moment, by the later of the PC's clock and the server's."""
    return moment_at(desk.clock.latest_ms(), desk.clock.zone())


def require(actor: Actor, duty: Duty) -> None:
    """Raise RoleError where the table of roles keeps the duty from the person's role."""
    words = refusal(actor.role, duty)
    if words:
        raise RoleError(words)


def require_to_write(actor: Actor, kind: str) -> None:
    """Raise RoleError where the table of roles lets the person's role write no record of a kind."""
    words = refusal_to_write(actor.role, kind)
    if words:
        raise RoleError(words)


def existing(reading: Reading, kind: type[R], identifier: str) -> R:
    """Return a record that the screen showed.

    Raises MovedError for a stay that has left this PC since, NotHereError where a spoilt row hides
    what is asked for.
    """
    record = reading.get(kind, identifier)
    if record is None:
        for move in reading.all_of(SiteMove) if kind is CustodyEpisode else ():
            if move.stay == identifier:
                raise MovedError(moved_words(move))
        raise NotHereError
    return record


def check_signing(signing: Signing, problems: Problems, desk: Desk) -> None:
    """Collect the problems of what every fact has."""
    problems.happened("performed_at", signing.performed_at, desk.clock)
    if signing.amending is not None:
        problems.require("amending", signing.amending.reason, "why the entry is amended")


def stamps(
    desk: Desk, reading: Reading, signing: Signing, amended: Fact | None = None
) -> dict[str, Any]:
    """Return the fields that every fact has, for the episode's patient.

    `amended` is the fact whose place it takes, where that was looked up.
    """
    stay = existing(reading, CustodyEpisode, signing.episode)
    found: dict[str, Any] = {
        "id": desk.ids.new(),
        "patient": stay.patient,
        "episode": stay.id,
        "performed_at": signing.performed_at,
        "recorded_at": now(desk),
        "recorded_by": desk.actor.user,
        "performed_by": desk.actor.user,
    }
    if signing.amending is not None:
        found |= in_place_of(signing.amending.of, reading.held_facts())
        found["replacement"] = Replacement.AMENDED
        found["replacement_reason"] = signing.amending.reason.strip()
        if signing.amending.is_sent_again and amended is not None:
            found["performed_by"] = amended.performed_by
    return found


def facts_of(kind: type[F], seen: list[Seen]) -> list[F]:
    """Return the facts of a kind among records as shown."""
    return [one.record for one in seen if isinstance(one.record, kind)]


def lost_facts(reading: Reading, seen: list[Seen]) -> frozenset[str]:
    """Return the facts that a person set aside when deciding a conflict."""
    decisions = facts_of(ConflictResolution, seen)
    return set_aside(reading.conflicts(open_only=False), decisions)


def still_stands(reading: Reading, fact: Fact) -> bool:
    """Return whether nobody has amended or struck out the fact, as far as this PC knows."""
    seen = reading.of_patient(fact.patient, (type(fact).__name__, ConflictResolution.__name__))
    alike = facts_of(type(fact), seen)
    return any(one.id == fact.id for one in standing_facts(alike, lost_facts(reading, seen)))


def check_amending(reading: Reading, kind: type[F], signing: Signing) -> F | None:
    """Return the entry to amend, None where nothing is amended.

    Raises InputError when it was corrected meanwhile, as far as this PC knows.
    """
    if signing.amending is None:
        return None
    fact = existing(reading, kind, signing.amending.of)
    if not still_stands(reading, fact):
        problems = Problems()
        problems.add("amending", "This entry was already corrected. Open it again.")
        problems.raise_if_any()
    return fact


def forget_draft(desk: Desk, writing: Writing, signing: Signing) -> None:
    """Forget the draft that is signed in this action."""
    if signing.draft is not None:
        writing.drop_draft(desk.actor.user, signing.draft)
