"""Allergies: what is known, who asked, and the forms to record, to review and to strike out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from sonar_core.board.words import ALLERGY_TEXT
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergySeverity
from sonar_core.records.allergy_status import AllergyKnowledge, AllergyStatus
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.flaw import Flaw, flaw_of_reason
from sonar_desktop.ui.viewmodels.form import FormModel
from sonar_desktop.ui.viewmodels.record_faces import if_none
from sonar_desktop.ui.viewmodels.summary_cards import day_time
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.ports import Desk
from sonar_desktop.usecases.read_record import RecordHead
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.strike_out_allergy import strike_out_allergy

_KINDS: Final = (AllergyStatus, AllergyIntolerance)
SEVERITY_WORDS: Final = {
    AllergySeverity.LIFE_THREATENING: "Life-threatening",
    AllergySeverity.SEVERE: "Severe",
    AllergySeverity.MODERATE: "Moderate",
    AllergySeverity.MILD: "Mild",
    AllergySeverity.UNKNOWN: "Not known",
}


@dataclass(frozen=True, kw_only=True)
class AllergyLine:
    """One allergy that stands."""

    id: str
    substance: str
    reaction: str
    severity: AllergySeverity
    source: str


@dataclass(frozen=True, kw_only=True)
class AllergyFace:
    """What is known: one of the four labels of the NHS CUI, word for word, and who asked."""

    knowledge: AllergyKnowledge
    title: str
    reviewed: str
    is_provisional: bool
    lines: tuple[AllergyLine, ...]


class AllergyDraft(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    substance: str = ""
    reaction: str = ""
    severity: AllergySeverity | None = None
    source: str = ""


class StrikeDraft(msgspec.Struct, frozen=True, kw_only=True):
    """Why an entry is struck out."""

    allergy: str = ""
    what: str = ""
    reason: str = ""
    is_refuted: bool = False


def allergy_face(head: RecordHead, now_ms: int) -> AllergyFace:
    """Return what to show of the allergies."""
    status = head.allergies_reviewed
    reviewed = "Nobody has asked yet"
    if status is not None and status.reviewed_at is not None:
        who = head.names.get(status.reviewed_by or "", status.reviewed_by or "")
        reviewed = f"Asked {day_time(status.reviewed_at, now_ms)}, {who}"
    return AllergyFace(
        knowledge=head.allergy_knowledge,
        title=if_none(head, ALLERGY_TEXT[head.allergy_knowledge], "Allergies", *_KINDS),
        reviewed=if_none(head, reviewed, "Some of it", *_KINDS),
        is_provisional=head.allergies_provisional,
        lines=tuple(
            AllergyLine(
                id=one.id,
                substance=one.substance,
                reaction=one.reaction,
                severity=one.severity,
                source=one.source,
            )
            for one in head.allergies
        ),
    )


class AllergyForm(FormModel[AllergyDraft]):
    """Records an allergy, and what came of asking."""

    duty = Duty.KEEP_ALLERGIES

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is; `patient` is set when the record was read."""
        super().__init__(workplace, "allergy", episode, AllergyDraft())
        self.patient = ""

    def check(self) -> dict[str, Flaw]:
        """Return what is missing: severity is chosen, not assumed."""
        flaws: dict[str, Flaw] = {}
        if not self.entry.substance.strip():
            flaws["substance"] = Flaw(text="Enter what they are allergic to.")
        if self.entry.severity is None:
            flaws["severity"] = Flaw(text="Choose how bad it was, or Not known.")
        return flaws

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry, patient, draft = self.entry, self.patient, self.keeper.record
        said = AllergyEntry(
            substance=entry.substance,
            reaction=entry.reaction,
            severity=entry.severity or AllergySeverity.UNKNOWN,
            source=entry.source,
        )
        return lambda desk: record_allergy(desk, patient, said, draft=draft)

    def review(self, knowledge: AllergyKnowledge) -> None:
        """Record what came of asking; that there are none is always somebody's word."""
        patient = self.patient
        self.problem = ""
        self.workplace.signing.confirm(
            lambda: self.act(
                lambda desk: review_allergies(desk, patient, knowledge), lambda _: None
            )
        )


class StrikeForm(FormModel[StrikeDraft]):
    """Strikes out an allergy with the reason; it stays readable in the timeline."""

    duty = Duty.KEEP_ALLERGIES
    forgets_draft = False

    def __init__(self, workplace: Workplace, episode: str) -> None:
        """Take whose stay it is."""
        super().__init__(workplace, "strike_allergy", episode, StrikeDraft())

    def begin(self, allergy: str, what: str) -> None:
        """Open the form for an allergy."""
        same = self.entry.allergy == allergy
        self.begin_with(StrikeDraft(allergy=allergy, what=what), is_same=same)

    def check(self) -> dict[str, Flaw]:
        """Return what is wrong with the reason."""
        flaw = flaw_of_reason(self.entry.reason)
        return {"reason": flaw} if flaw is not None else {}

    def work(self) -> Callable[[Desk], object]:
        """Return the use case."""
        entry = self.entry
        return lambda desk: strike_out_allergy(
            desk, entry.allergy, entry.reason, is_refuted=entry.is_refuted
        )
