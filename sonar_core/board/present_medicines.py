"""The Medicines cell of a board row at a time."""

from __future__ import annotations

from typing import Final

from sonar_core.board.dose_due import free_from_ms, next_dose_ms
from sonar_core.board.policy import BoardPolicy
from sonar_core.board.rows import BoardRow, OrderLine, ScoreState
from sonar_core.board.severity import CellText, Severity
from sonar_core.board.words import ALLERGY_TEXT, clock_text, not_here
from sonar_core.medicines.recheck import BrokenRule
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.medication_administration import DoseOutcome

BROKEN_TEXT: Final = {
    BrokenRule.ALLERGY: "allergy",
    BrokenRule.MAXIMUM: "over the most",
    BrokenRule.INTERVAL: "too soon",
    BrokenRule.TWICE: "given twice?",
    BrokenRule.ORDER: "order ended",
}


def medicines_cell(row: BoardRow, now_ms: int, policy: BoardPolicy) -> CellText:
    """Return the worst: a broken rule, no allergies recorded, late, check first, due, withheld."""
    if row.broken:
        worst = row.broken[0]
        more = f" +{len(row.broken) - 1} more" if len(row.broken) > 1 else ""
        first = f"Check: {BROKEN_TEXT[worst.rule]}"
        return CellText(first=first, second=f"{worst.medicine}{more}", severity=Severity.ACT)
    gate = _gate(row)
    if gate is not None:
        return gate
    due = sorted(
        (due_ms, order.medicine)
        for order in row.orders
        if (due_ms := next_dose_ms(order, row.zone, now_ms)) is not None
    )
    if due and due[0][0] < now_ms:
        late = f"Late, due {clock_text(due[0][0], row.zone)}"
        return CellText(first=late, second=due[0][1], severity=Severity.LATE)
    stopped = next((order for order in row.orders if order.stop_first), None)
    if stopped is not None:
        return CellText(first="Check first", second=stopped.medicine, severity=Severity.COPIES)
    if due and due[0][0] - now_ms <= policy.hour_ms:
        text = f"Due {clock_text(due[0][0], row.zone)}"
        return CellText(first=text, second=due[0][1], severity=Severity.INFO)
    withheld = next((order for order in row.orders if _is_withheld(order)), None)
    if withheld is not None:
        second = ", ".join(part for part in (withheld.medicine, withheld.last_reason) if part)
        return CellText(first="Withheld", second=second, severity=Severity.SOON)
    if due:
        return CellText(first=f"Next {clock_text(due[0][0], row.zone)}", second=due[0][1])
    return _as_needed(row, now_ms)


def _gate(row: BoardRow) -> CellText | None:
    if row.revoked:
        return CellText(first="Not on this PC", severity=Severity.SOON)
    if not row.is_complete:
        first = not_here("Allergies", is_newer=row.has_newer)
        return CellText(first=first, severity=Severity.SOON)
    if row.allergies is not AllergyKnowledge.NOT_RECORDED:
        return None
    if row.news2.state is ScoreState.NOT_YET and not row.outcomes and not row.orders:
        return CellText(first="Not yet assessed", severity=Severity.QUIET)
    return CellText(first=ALLERGY_TEXT[row.allergies], severity=Severity.SOON)


def _is_withheld(order: OrderLine) -> bool:
    return order.last_code == DoseOutcome.WITHHELD.value


def _as_needed(row: BoardRow, now_ms: int) -> CellText:
    later = sorted(
        (free_ms, order.medicine)
        for order in row.orders
        if order.as_needed and (free_ms := free_from_ms(order)) is not None and free_ms > now_ms
    )
    if later:
        first = f"PRN from {clock_text(later[0][0], row.zone)}"
        return CellText(first=first, second=later[0][1])
    ready = next((order for order in row.orders if order.as_needed), None)
    if ready is not None:
        return CellText(first="When needed", second=ready.medicine)
    return CellText(first="None due", severity=Severity.QUIET)
