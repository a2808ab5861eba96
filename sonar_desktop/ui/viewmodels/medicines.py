"""The medication chart of one stay: rows, slots, what is chosen, and which panel stands beside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QTimer

from sonar_core.board.policy import DEFAULT_POLICY
from sonar_core.board.speech import in_turn
from sonar_core.board.words import not_here
from sonar_core.moments import HOUR_MS, format_moment, moment_at
from sonar_core.records.allergy_intolerance import AllergyIntolerance
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.chart_faces import RowFace, SlotFace, dose_text, rows_of
from sonar_desktop.ui.viewmodels.record_faces import BannerWords, banner_of
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import Amending, Signing
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.ports import Changed, Desk
from sonar_desktop.usecases.read_chart import ChartLine, read_chart
from sonar_desktop.usecases.read_record import RecordHead, read_record
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out

TICK_MS: Final = 15_000


class Span(StrEnum):
    """How much time the grid shows."""

    DAY = "day"
    THREE_DAYS = "three_days"


_BEFORE_MS: Final = {Span.DAY: 8 * HOUR_MS, Span.THREE_DAYS: 60 * HOUR_MS}
_AFTER_MS: Final = {Span.DAY: 9 * HOUR_MS, Span.THREE_DAYS: 12 * HOUR_MS}


@dataclass(frozen=True, kw_only=True)
class Window:
    """The time that the grid shows, and the ticks of its head, UTC ms."""

    start_ms: int
    end_ms: int
    ticks: tuple[tuple[int, str], ...]


@dataclass(frozen=True, kw_only=True)
class EntryFace:
    """A recorded dose in full, for the panel beside the grid."""

    entry: str
    title: str
    lines: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, str], ...]
    to_check: tuple[str, ...]
    can_strike: bool
    can_vomit: bool


class MedicinesModel(ViewModel):
    """The chart, kept fresh; nothing of it is shown before the first answer."""

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose chart it is."""
        super().__init__(workplace)
        self.episode = episode
        self.is_loaded = False
        self.head: RecordHead | None = None
        self.banner: BannerWords | None = None
        self.rows: tuple[RowFace, ...] = ()
        self.span = Span.DAY
        self._lines: dict[str, ChartLine] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @property
    def now_ms(self) -> int:
        """The time the grid's line stands at: the later of the PC's clock and the server's."""
        return self.workplace.clock.latest_ms()

    @property
    def arrived_ms(self) -> int:
        """When the stay began: before it the grid is hatched."""
        return 0 if self.head is None else self.head.stay.arrived_at.utc_ms

    @property
    def allergies_recorded(self) -> bool:
        """Whether anybody has asked about allergies, as far as can be shown here."""
        head = self.head
        if head is None or head.hides(AllergyStatus, AllergyIntolerance):
            return False
        return head.allergy_knowledge is not AllergyKnowledge.NOT_RECORDED

    @property
    def hidden(self) -> str:
        """What of the chart only a newer program can show, in words; empty for none."""
        head = self.head
        if head is None:
            return ""
        whats = [
            what
            for what, kinds in (
                ("Allergies", (AllergyStatus, AllergyIntolerance)),
                ("Some orders", (MedicationRequest,)),
                ("Some doses", (MedicationAdministration,)),
            )
            if head.hides(*kinds)
        ]
        return in_turn(*(not_here(what, is_newer=True) for what in whats))

    @property
    def has_left(self) -> bool:
        """Whether the person is no longer in custody here."""
        return self.head is not None and self.head.stay.released_at is not None

    @property
    def window(self) -> Window:
        """The hours shown, from a whole hour to a whole hour."""
        start = (self.now_ms - _BEFORE_MS[self.span]) // HOUR_MS * HOUR_MS
        end = start + _BEFORE_MS[self.span] + _AFTER_MS[self.span]
        every = 2 if self.span is Span.DAY else 12
        ticks = []
        for at_ms in range(start, end, HOUR_MS):
            text = format_moment(moment_at(at_ms, self.workplace.zone))
            day, _, clock = text.partition(" ")
            if int(clock[:2]) % every == 0:
                shown = clock[:5] if self.span is Span.DAY else f"{day[:6]} {clock[:5]}"
                ticks.append((at_ms, shown))
        return Window(start_ms=start, end_ms=end, ticks=tuple(ticks))

    def concerns(self, changed: Changed) -> bool:
        """Return whether it touches this person."""
        if self.episode in changed.episodes:
            return True
        return self.head is not None and self.head.patient.id in changed.patients

    def refresh(self) -> None:
        """Read head and chart again."""
        self.look(
            lambda desk: (read_record(desk, self.episode), read_chart(desk, self.episode)),
            self._take,
        )

    def tick(self) -> None:
        """Reckon every slot anew from memory."""
        head = self.head
        if head is None:
            return
        self.banner = banner_of(head, self.now_ms)
        self.rows = rows_of(
            tuple(self._lines.values()),
            head.names,
            now_ms=self.now_ms,
            zone=self.workplace.zone,
            until_ms=self.window.end_ms,
            policy=DEFAULT_POLICY,
        )
        if head.hides(MedicationAdministration):
            self.rows = tuple(replace(row, taken="Not known", per_mille=None) for row in self.rows)
        self.refreshed.emit()

    def set_span(self, span: Span) -> None:
        """Show more or less time."""
        self.span = span
        self.tick()

    def line(self, request: str) -> ChartLine | None:
        """Return an order with its entries."""
        return self._lines.get(request)

    def row(self, request: str) -> RowFace | None:
        """Return an order's row."""
        return next((row for row in self.rows if row.request == request), None)

    def standing_entry(self, entry: str) -> tuple[ChartLine, MedicationAdministration] | None:
        """Return a dose that stands, and the order it is under."""
        for line in self._lines.values():
            for one in line.entries:
                if one.id == entry:
                    return line, one
        return None

    def waiting_slot(self, request: str) -> SlotFace | None:
        """Return the dose of a medicine that is due or late, else None."""
        row = self.row(request)
        slots = () if row is None else row.slots
        return next((one for one in slots if one.due_ms is not None), None)

    @property
    def emergency_on_order(self) -> dict[str, str]:
        """The emergency medicines that are on order: ingredient to the order's id."""
        found = {}
        for row in self.rows:
            line = self._lines[row.request]
            if row.is_emergency and row.is_active:
                found[line.order.ingredients[0]] = row.request
        return found

    def entry_face(self, request: str, entry: str) -> EntryFace | None:
        """Return a recorded dose in words."""
        line = self._lines.get(request)
        head = self.head
        if line is None or head is None:
            return None
        found = next((one for one in (*line.entries, *line.struck) if one.id == entry), None)
        if found is None:
            return None
        stands = found in line.entries
        row = self.row(request)
        slots = () if row is None else row.slots
        slot = next((one for one in slots if one.entry == entry), None)
        return EntryFace(
            entry=entry,
            title="" if slot is None else slot.spoken,
            lines=tuple(_entry_lines(found, head.names, line)),
            checks=tuple((one.level.capitalize(), one.text) for one in found.checks),
            to_check=tuple(one.text for one in line.broken if one.about[0] == found.id),
            can_strike=stands and not self.has_left,
            can_vomit=stands and found.code in {DoseOutcome.GIVEN, DoseOutcome.GIVEN_BY_CUSTODY},
        )

    def strike(self, entry: str, reason: str) -> None:
        """Sign that an entry was an error."""

        def work(desk: Desk) -> tuple[MedicationAdministration, Changed]:
            return strike_out(desk, MedicationAdministration, entry, reason)

        self.workplace.signing.confirm(lambda: self.act(work, lambda _: None))

    def vomited(self, request: str, entry: str) -> None:
        """Sign that the person vomited after a dose; the dose still counts."""
        line = self._lines.get(request)
        found = None if line is None else next((o for o in line.entries if o.id == entry), None)
        if found is None:
            return
        giving = Giving(
            signing=Signing(
                episode=self.episode,
                performed_at=found.performed_at,
                amending=Amending(of=entry, reason="Vomited after taking it"),
            ),
            request=request,
            code=DoseOutcome.VOMITED,
            dose=found.dose,
            due_at=found.due_at,
            reason="Vomited after taking it",
            identity_confirmed=found.identity_confirmed,
        )
        self.workplace.signing.confirm(
            lambda: self.act(lambda desk: give_medicine(desk, giving), lambda _: None)
        )

    def stop(self, request: str, reason: str, *, in_error: bool) -> None:
        """Sign that no more doses are given under an order."""
        self.workplace.signing.confirm(
            lambda: self.act(
                lambda desk: stop_order(desk, request, reason, entered_in_error=in_error),
                lambda _: None,
            )
        )

    def close(self) -> None:
        """Stop the clock too."""
        self._timer.stop()
        super().close()

    def _take(self, answer: tuple[RecordHead, tuple[ChartLine, ...]]) -> None:
        self.head, lines = answer
        self._lines = {line.order.id: line for line in lines}
        self.is_loaded = True
        self.tick()


def _entry_lines(
    found: MedicationAdministration, names: dict[str, str], line: ChartLine
) -> list[tuple[str, str]]:
    lines = [("Happened", format_moment(found.performed_at))]
    if found.due_at is not None:
        lines.append(("Was due", format_moment(found.due_at)))
    lines.append(("Written", format_moment(found.recorded_at)))
    lines.append(("By", names.get(found.performed_by, found.performed_by)))
    if found.dose is not None:
        lines.append(("Dose", f"{dose_text(found.dose, found.unit)} {found.route}".strip()))
    for label, text in (
        ("Handed over by", found.given_by_custody),
        ("Reason", found.reason),
        ("Prescriber", found.override_reason),
        ("Changed", found.replacement_reason),
    ):
        if text:
            lines.append((label, text))
    if found.again_at is not None:
        lines.append(("Offer again", format_moment(found.again_at)))
    struck = next((one for one in line.struck if found.id in one.follows), None)
    if struck is not None:
        who = names.get(struck.recorded_by, struck.recorded_by)
        lines.append(("Struck out", in_turn(struck.replacement_reason or "", who)))
    return lines
