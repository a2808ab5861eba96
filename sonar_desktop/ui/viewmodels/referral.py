"""Referrals: who waits for healthcare, for how long, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QTimer

from sonar_core.board.rows import BoardRow
from sonar_core.board.speech import in_turn
from sonar_core.board.words import name_text, who_text
from sonar_core.conflicts import acted_on
from sonar_core.moments import MINUTE_MS, Moment, format_duration
from sonar_core.records.referral import Referral, ReferralReason, Urgency
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.face_rows import FaceRows
from sonar_desktop.ui.viewmodels.summary_cards import day_time
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.usecases.accept_referral import accept_referral
from sonar_desktop.usecases.close_referral import close_referral
from sonar_desktop.usecases.list_board import read_board
from sonar_desktop.usecases.people import people
from sonar_desktop.usecases.ports import Changed, Desk, Reading
from sonar_desktop.usecases.see_detainee import see_detainee

TICK_MS: Final = 15_000
REASON_WORDS: Final = {
    ReferralReason.ILLNESS: "Illness",
    ReferralReason.INJURY: "Injury",
    ReferralReason.MEDICATION: "Medication",
    ReferralReason.MENTAL_HEALTH: "Mental health",
    ReferralReason.SELF_HARM: "Self-harm",
    ReferralReason.INTOXICATION: "Intoxication",
    ReferralReason.WITHDRAWAL: "Withdrawal",
    ReferralReason.FITNESS_TO_DETAIN: "Fitness to detain",
    ReferralReason.FITNESS_TO_INTERVIEW: "Fitness to interview",
    ReferralReason.FITNESS_TO_CHARGE: "Fitness to charge",
    ReferralReason.FITNESS_TO_TRANSFER: "Fitness to transfer",
    ReferralReason.FITNESS_TO_RELEASE: "Fitness to release",
    ReferralReason.FORENSIC: "Forensic",
    ReferralReason.OTHER: "Other",
}
URGENCY_WORDS: Final = {
    Urgency.ROUTINE: "Routine",
    Urgency.URGENT: "Urgent",
    Urgency.EMERGENCY: "Emergency",
}
_Asked = tuple[BoardRow, Referral]
_ORDER: Final = {Urgency.EMERGENCY: 0, Urgency.URGENT: 1, Urgency.ROUTINE: 2}


@dataclass(frozen=True, kw_only=True)
class ReferralFace:
    """One referral; `clock` is how long they wait or waited, of the target where there is one."""

    id: str
    episode: str
    cell: str
    name: str
    who: str
    reasons: str
    requested: str
    detail: str
    urgency: Urgency
    clock: str
    per_mille: int | None
    is_late: bool
    accepted: str
    seen: str
    is_accepted: bool
    is_seen: bool

    def spoken(self) -> str:
        """Return the line as a screen reader says it."""
        return in_turn(
            f"{self.cell} {self.name}".strip(),
            URGENCY_WORDS[self.urgency],
            self.reasons,
            self.clock,
            "late" if self.is_late else "",
            self.accepted,
            self.seen,
        )


class ReferralsModel(ViewModel):
    """The referrals of those in custody: who waits first, then who was seen."""

    def __init__(self, workplace: Workplace) -> None:
        """Start empty; `is_loaded` becomes true with the first answer."""
        super().__init__(workplace)
        self.is_loaded = False
        self.shown: tuple[ReferralFace, ...] = ()
        self.problem = ""
        self._asked: tuple[_Asked, ...] = ()
        self._names: dict[str, str] = {}
        self.refused.connect(self._say)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    def concerns(self, changed: Changed) -> bool:
        """Return whether any person's record changed."""
        return bool(changed.episodes or changed.patients)

    def refresh(self) -> None:
        """Read the referrals again."""
        self.look(self._read, self._take)

    def tick(self) -> None:
        """Reckon the clocks anew from memory."""
        now_ms = self.workplace.clock.now_ms()
        asked = sorted(self._asked, key=_order)
        faces = [_face(row, referral, self._names, now_ms) for row, referral in asked]
        self.shown = tuple(faces)
        self.refreshed.emit()

    @property
    def waiting(self) -> int:
        """How many wait to be seen."""
        return sum(not face.is_seen for face in self.shown)

    def accept(self, face: ReferralFace) -> None:
        """Take it on."""
        self._do(lambda desk: accept_referral(desk, face.id))

    def see(self, face: ReferralFace) -> None:
        """Record the first contact, which stops the clock."""
        self._do(lambda desk: see_detainee(desk, face.id))

    def close_case(self, face: ReferralFace, reason: str) -> None:
        """Record its end; one that nobody has seen needs the reason."""
        self._do(lambda desk: close_referral(desk, face.id, reason))

    def open_record(self, face: ReferralFace, tab: Tab = Tab.SUMMARY) -> None:
        """Go to the person's record."""
        self.workplace.go(Destination(page=Page.RECORD, episode=face.episode, tab=tab))

    def close(self) -> None:
        """Stop the clock too."""
        self._timer.stop()
        super().close()

    def _do(self, work: Callable[[Desk], object]) -> None:
        self.problem = ""
        self.act(work, lambda _: None)

    def _read(self, desk: Desk) -> tuple[tuple[_Asked, ...], dict[str, str]]:
        def look(reading: Reading) -> tuple[tuple[_Asked, ...], dict[str, str]]:
            return _all_asked(reading, desk.site), people(reading, desk.actor)

        return desk.store.read(look)

    def _take(self, answer: tuple[tuple[_Asked, ...], dict[str, str]]) -> None:
        self._asked, self._names = answer
        self.is_loaded = True
        self.tick()

    def _say(self, sentence: str) -> None:
        self.problem = sentence
        self.refreshed.emit()


class ReferralRows(FaceRows[ReferralFace]):
    """The referrals for a list view."""

    def set_faces(self, faces: Sequence[ReferralFace]) -> None:
        """Show others; where only words changed, the choice stays."""
        if faces == self._faces:
            return
        if [one.id for one in faces] == [one.id for one in self._faces]:
            self._faces = faces
            self.dataChanged.emit(self.index(0), self.index(len(faces) - 1))
            return
        super().set_faces(faces)

    def row_of(self, identifier: str) -> int | None:
        """Return where a referral stands, None where it is not shown."""
        found = (place for place, one in enumerate(self._faces) if one.id == identifier)
        return next(found, None)


def _all_asked(reading: Reading, site: str) -> tuple[_Asked, ...]:
    """Return every referral that is open, each of somebody who has several; the safer version."""
    conflicts = reading.conflicts()
    found: list[_Asked] = []
    for row in read_board(reading, site).rows:
        for seen in reading.of_episode(row.episode, (Referral.__name__,)):
            if isinstance(seen.record, Referral):
                referral = acted_on(seen.record, conflicts).first
                if referral.closed_at is None:
                    found.append((row, referral))
    return tuple(found)


def _order(asked: _Asked) -> tuple[bool, int, int, str]:
    _, referral = asked
    is_seen = referral.seen_at is not None
    return is_seen, _ORDER[referral.urgency], referral.requested_at.utc_ms, referral.id


def _face(row: BoardRow, asked: Referral, names: dict[str, str], now_ms: int) -> ReferralFace:
    end_ms = now_ms if asked.seen_at is None else asked.seen_at.utc_ms
    took_ms = max(end_ms - asked.requested_at.utc_ms, 0)
    target = asked.target_minutes
    clock = format_duration(took_ms)
    if target is not None:
        clock = f"{clock} of {format_duration(target * MINUTE_MS)}"
    return ReferralFace(
        id=asked.id,
        episode=row.episode,
        cell=row.cell,
        name=name_text(row),
        who=who_text(row, now_ms),
        reasons=", ".join(REASON_WORDS[one] for one in asked.reasons),
        requested=f"Requested {day_time(asked.requested_at, now_ms)} by {asked.requested_by}",
        detail=asked.detail,
        urgency=asked.urgency,
        clock=clock,
        per_mille=None if target is None else min(took_ms * 1000 // (target * MINUTE_MS), 1000),
        is_late=target is not None and took_ms > target * MINUTE_MS,
        accepted=_by("Accepted", asked.accepted_at, asked.accepted_by, names, now_ms),
        seen=_by("Seen", asked.seen_at, asked.seen_by, names, now_ms),
        is_accepted=asked.accepted_at is not None,
        is_seen=asked.seen_at is not None,
    )


def _by(word: str, at: Moment | None, user: str | None, names: dict[str, str], now_ms: int) -> str:
    if at is None:
        return ""
    when = day_time(at, now_ms)
    who = names.get(user or "", user or "")
    return f"{word} {when}, {who}" if who else f"{word} {when}"
