"""Warning markers: what stands, and the forms to record one and to end one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from sonar_core.records.flag import FlagCategory
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.flaw import Flaw, flaw_of_reason
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.end_marker import end_marker
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import RecordHead
from sonar_desktop.usecases.record_marker import record_marker

MARKER_WORDS: Final = {
    FlagCategory.SELF_HARM: "Self-harm",
    FlagCategory.DRUGS: "Drugs",
    FlagCategory.ALCOHOL: "Alcohol",
    FlagCategory.VIOLENCE: "Violence",
    FlagCategory.INFECTION: "Infection",
    FlagCategory.LONG_TERM_CONDITION: "Long-term condition",
    FlagCategory.VULNERABLE: "Vulnerable",
    FlagCategory.APPROPRIATE_ADULT: "Appropriate adult",
    FlagCategory.PREGNANCY: "Pregnancy",
    FlagCategory.OTHER: "Other",
}


@dataclass(frozen=True, kw_only=True)
class MarkerLine:
    """One marker that stands."""

    id: str
    category: FlagCategory
    text: str
    is_urgent: bool


class MarkerDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    category: FlagCategory | None = None
    text: str = ""
    is_urgent: bool = False


class EndDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Why a marker no longer holds; `in_error` where it never did."""

    marker: str = ""
    what: str = ""
    reason: str = ""
    in_error: bool = False


def marker_lines(head: RecordHead) -> tuple[MarkerLine, ...]:
    """Return the markers that stand, urgent ones first."""
    return tuple(
        MarkerLine(id=one.id, category=one.category, text=one.text, is_urgent=one.is_urgent)
        for one in head.markers
    )


class MarkerForm(FormModel[MarkerDraft]):
    """Records a warning marker."""

    duty = Duty.KEEP_MARKERS
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is; `patient` is set when the record was read."""
        super().__init__(workplace, "marker", episode, MarkerDraft())
        self.patient = ""

    def check(self) -> dict[str, Flaw]:
        """Return what is missing."""
        flaws: dict[str, Flaw] = {}
        if self.entry.category is None:
            flaws["category"] = Flaw(text="Choose what it warns of.")
        if not self.entry.text.strip():
            flaws["text"] = Flaw(text="Enter what to know.")
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry, patient = self.entry, self.patient
        category = entry.category or FlagCategory.OTHER
        return lambda desk: record_marker(
            desk, patient, category, entry.text, is_urgent=entry.is_urgent
        )


class EndForm(FormModel[EndDraft]):
    """Ends a marker with the reason; it stays readable in the timeline."""

    duty = Duty.KEEP_MARKERS
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "end_marker", episode, EndDraft())

    def begin(self, marker: str, what: str) -> None:
        """Open the form for a marker."""
        same = self.entry.marker == marker
        self.begin_with(EndDraft(marker=marker, what=what), is_same=same)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the reason."""
        flaw = flaw_of_reason(self.entry.reason)
        return {"reason": flaw} if flaw is not None else {}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry = self.entry
        return lambda desk: end_marker(
            desk, entry.marker, entry.reason, entered_in_error=entry.in_error
        )
