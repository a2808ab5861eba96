"""Who looked at a record, or went on under emergency access: by the server, or this PC alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sonar_core.board.speech import in_turn
from sonar_core.moments import MINUTE_MS, format_moment, moment_at
from sonar_core.records.access_event import AccessAction
from sonar_core.roles import role_word
from sonar_core.sync.looked import MOST_LINES, Looked, LookedLine
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.door_ports import ServerDoor
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.ports import Changed
from sonar_desktop.usecases.who_looked import Source, WhoLooked, ask_who_looked, who_looked

LATE_MS: Final = 15 * MINUTE_MS
"""A line that reached the server later than this says when (ux.md 1, rule 4)."""
ACTION_WORDS: Final = {
    AccessAction.OPENED_RECORD.value: "Opened the record",
    AccessAction.DISCLOSED.value: "Copied text for somebody outside SONAR",
    AccessAction.EMERGENCY_ACCESS.value: "Began emergency access",
    AccessAction.ENVELOPE_OPENED.value: "Works by a sealed envelope",
    AccessAction.ENVELOPES_MADE.value: "Made the PC's sealed envelopes anew",
}
ASKING: Final = "Asking the server…"
LATER: Final = (
    "What was done on a PC that has been offline since then is shown once that PC is in contact."
)
ALONE: Final = "What was done on other PCs is not shown."


@dataclass(frozen=True, kw_only=True)
class AccessFace:
    """One line in words; `note` says when the server had it, if that was late or not yet.

    `reason` is what the person gave for emergency access, and what they said of themselves.
    """

    id: str
    when: str
    who: str
    role: str
    what: str
    pc: str
    note: str
    is_unsent: bool
    reason: str = ""

    def spoken(self) -> str:
        """Return the line as a screen reader says it."""
        where = f"on {self.pc}"
        return in_turn(self.when, self.who, self.role, self.what, self.reason, where, self.note)


class AccessLogModel(ViewModel):
    """Asks when the page is shown and when somebody asks again; never by itself.

    `found` is None before the first answer. What is shown stays while it is asked anew.
    """

    def __init__(self, workplace: Workplace, patient: Callable[[], str | None]) -> None:
        """Take whose record it is about, None while that is not read; empty for emergencies."""
        super().__init__(workplace)
        self._patient = patient
        self.found: WhoLooked | None = None
        self.faces: tuple[AccessFace, ...] = ()
        self.problem = ""
        self.is_asking = False
        self._door: ServerDoor | None = None

    def concerns(self, changed: Changed) -> bool:
        """Return False: the lines are as of when they were asked for, and say so."""
        del changed
        return False

    def refresh(self) -> None:
        """Ask the server, then read what this PC has not sent."""
        patient, place = self._patient(), self.workplace
        if patient is None or self.is_asking:
            return
        self.is_asking, self.problem = True, ""
        door = self._door = place.door()
        actor = place.desk.actor
        place.background.aside(
            lambda: ask_who_looked(door, patient, actor),
            self._while_open(lambda heard: self._read(patient, heard)),
            self._failed,
        )
        self.refreshed.emit()

    @property
    def is_whole(self) -> bool:
        """Whether the server answered, for every PC of the suite."""
        return self.found is not None and self.found.source is Source.SERVER

    @property
    def standing(self) -> str:
        """As of when the lines are and what is not among them, in sentences."""
        found = self.found
        if found is None:
            return ""
        as_of = format_moment(moment_at(found.as_of_ms, self.workplace.zone))
        if not self.is_whole:
            return in_turn(f"As of {as_of}.", found.why, ALONE)
        more = f"Only the newest {MOST_LINES} are shown." if found.has_more else ""
        return in_turn(f"As the server had it at {as_of}.", more, LATER)

    def close(self) -> None:
        """Let go of an answer that is still to come."""
        if self._door is not None:
            self._door.abandon()
        super().close()

    def _read(self, patient: str, heard: Looked | KnownError) -> None:
        """Read this PC's own lines, behind those that wait to be written: of this visit, too."""
        place = self.workplace
        if place.background.is_closed:
            return

        def look(_: None) -> None:
            place.background.look(
                lambda: who_looked(place.desk, patient, place.pc_name, heard),
                self._while_open(self._take),
                self._failed,
            )

        place.background.act(lambda: None, self._while_open(look), self._failed)

    def _take(self, found: WhoLooked) -> None:
        self.is_asking, self.found = False, found
        self.faces = tuple(self._face(line) for line in found.lines)
        self.refreshed.emit()

    def _failed(self, error: KnownError) -> None:
        if not self._closed:
            self.is_asking, self.problem = False, error.user_message
            self.refreshed.emit()

    def _face(self, line: LookedLine) -> AccessFace:
        actor = self.workplace.desk.actor
        who = line.name or "Somebody this list has no name for"
        if line.user == actor.user:
            who = f"{actor.name} (you)"
        return AccessFace(
            id=line.id,
            when=format_moment(line.at),
            who=who,
            role=role_word(line.role) if line.role else "",
            what=ACTION_WORDS.get(line.action, line.action.replace("_", " ").capitalize()),
            pc=line.pc,
            note=self._note(line),
            is_unsent=not line.received_ms,
            reason=in_turn(line.reason, _said(line)),
        )

    def _note(self, line: LookedLine) -> str:
        if not line.received_ms:
            return "Not sent from this PC yet"
        if abs(line.received_ms - line.at.utc_ms) <= LATE_MS:
            return ""
        received = format_moment(moment_at(line.received_ms, self.workplace.zone))
        return f"Reached the server {received}"


def _said(line: LookedLine) -> str:
    registration = f"Registration {line.registration}." if line.registration else ""
    return in_turn(f"Witness: {line.witness}." if line.witness else "", registration)
