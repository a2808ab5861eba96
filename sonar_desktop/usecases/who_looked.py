"""Say who looked at a person's record: by the server's log, else by this PC's own lines alone.

Which of the two it is, and as of when, is part of the answer: one PC's lines look whole and are not
(ADR 35).
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from sonar_core.records.access_event import ANSWERED_FOR, AccessEvent
from sonar_core.records.practitioner import Practitioner, PractitionerRole
from sonar_core.records.unconfirmed_practitioner import UnconfirmedPractitioner
from sonar_core.roles import Duty
from sonar_core.sync.looked import Looked, LookedLine, as_said
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Actor, Desk, Reading


class Source(StrEnum):
    """What an answer is of."""

    SERVER = "server"
    """Every PC of this suite, as the server had it, and what this one has not sent yet."""
    THIS_PC = "this_pc"
    """This PC alone, as far as it still keeps its own lines."""


class WhoLooked(msgspec.Struct, frozen=True, kw_only=True):
    """Lines newest first; `as_of_ms` by the server's clock, or by this PC's for its own lines.

    `unsent` of the lines are this PC's and not at the server yet. `why` says in words why the
    server did not answer, empty where it did.
    """

    lines: tuple[LookedLine, ...]
    source: Source
    as_of_ms: int
    unsent: int
    has_more: bool = False
    why: str = ""


def ask_who_looked(door: ServerDoor, patient: str, actor: Actor) -> Looked | KnownError:
    """Ask the server; return why it did not answer, where it did not. Needs no store, is slow."""
    try:
        door.hello()
        return door.looked(patient, actor.user, actor.lease_id or "")
    except KnownError as error:
        return error


def who_looked(desk: Desk, patient: str, pc: str, heard: Looked | KnownError) -> WhoLooked:
    """Return who looked at a patient's record, with what was `heard` from the server.

    Without a patient: who began emergency access, made envelopes or opened one. `pc` is this PC's
    name. Raises RoleError.
    """
    require(desk.actor, Duty.SEE_ACCESS)
    told, why = (None, heard.user_message) if isinstance(heard, KnownError) else (heard, "")
    mine = desk.store.read(lambda reading: _own_lines(reading, patient, pc))
    known = () if told is None else told.lines
    ids = {line.id for line in known}
    unsent = tuple(line for line in mine if line.id not in ids)
    lines = sorted((*known, *unsent), key=lambda line: (line.at.utc_ms, line.id), reverse=True)
    return WhoLooked(
        lines=tuple(lines),
        source=Source.THIS_PC if told is None else Source.SERVER,
        as_of_ms=desk.clock.latest_ms() if told is None else told.server_ms,
        unsent=0 if told is None else len(unsent),
        has_more=told is not None and told.has_more,
        why=why,
    )


def _own_lines(reading: Reading, patient: str, pc: str) -> list[LookedLine]:
    names = {one.id: one.name for one in reading.all_of(Practitioner)}
    roles = {one.practitioner: one.role.value for one in reading.all_of(PractitionerRole)}
    visitors = {one.id: one for one in reading.all_of(UnconfirmedPractitioner)}

    def line(event: AccessEvent) -> LookedLine:
        user = event.user or ""
        made = LookedLine(
            id=event.id,
            action=event.action.value,
            user=user,
            name=names.get(user, ""),
            role=roles.get(user, ""),
            pc=pc,
            at=event.recorded_at,
            received_ms=0,
            reason=event.reason,
        )
        is_visitor = user in visitors and user not in names
        return as_said(made, visitors[user]) if is_visitor else made

    return [line(event) for event in reading.all_of(AccessEvent) if _is_asked_for(event, patient)]


def _is_asked_for(event: AccessEvent, patient: str) -> bool:
    if patient:
        return event.patient == patient
    return event.action in ANSWERED_FOR
