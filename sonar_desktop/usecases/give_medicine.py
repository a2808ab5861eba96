"""Give a medicine, or record why a dose was not given: every code of the chart."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from sonar_core.medicines.checks import DoseCheck, Rule
from sonar_core.medicines.doses import TAKEN
from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST
from sonar_core.moments import Moment
from sonar_core.records.medication_administration import (
    CheckShown,
    DoseOutcome,
    MedicationAdministration,
)
from sonar_core.records.medication_request import MedicationRequest
from sonar_core.roles import Duty
from sonar_core.typed_time import late_by_ms
from sonar_desktop.usecases.acting import (
    Signing,
    check_amending,
    check_signing,
    existing,
    forget_draft,
    require,
    stamps,
)
from sonar_desktop.usecases.dose_checks import dose_checks
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing

READ_BACK: Final = ", read back: "
"""Stands before a prescriber's words in `override_reason`."""
_GIVEN_HERE: Final = frozenset({DoseOutcome.GIVEN, DoseOutcome.PARTLY_GIVEN})
_NEEDS_A_REASON: Final = frozenset(
    {DoseOutcome.WITHHELD, DoseOutcome.REFUSED, DoseOutcome.NOT_AVAILABLE}
)


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """A prescriber's word against a Stop: who, how they were reached, and what they said."""

    prescriber: str
    how: str
    reason: str
    read_back: bool


class Giving(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one dose.

    `dose` is what was taken, decimal text in the order's unit; None where nothing was. `due_at` is
    the slot it answers, `again_at` when to offer it again. `unseen_since_ms` is since when this PC
    has had no contact, None while it has.
    """

    signing: Signing
    request: str
    code: DoseOutcome
    dose: str | None = None
    due_at: Moment | None = None
    again_at: Moment | None = None
    reason: str = ""
    identity_confirmed: bool | None = None
    witness: str | None = None
    given_by_custody: str = ""
    override: Override | None = None
    unseen_since_ms: int | None = None


def give_medicine(desk: Desk, giving: Giving) -> tuple[MedicationAdministration, Changed]:
    """Write the entry with the checks as they stood. "Late" is a mark the chart reckons, no code.

    Of a dose that was taken the checks are made again here. A Stop needs a prescriber's word;
    "allergies not recorded" cannot be overruled before giving, only explained afterwards. Nothing
    holds up a medicine of the emergency list. Raises InputError, RoleError.
    """
    require(desk.actor, Duty.GIVE_MEDICINE)
    problems = Problems()
    check_signing(giving.signing, problems, desk)
    _check(giving, problems, desk)
    problems.raise_if_any()

    def act(writing: Writing) -> MedicationAdministration:
        amended = check_amending(writing, MedicationAdministration, giving.signing)
        order = existing(writing, MedicationRequest, giving.request)
        checks = _checks(writing, giving)
        _refuse_if_blocked(desk, giving, order, checks)
        record = _entry(order, giving, checks, stamps(desk, writing, giving.signing, amended))
        writing.record(record)
        forget_draft(desk, writing, giving.signing)
        return record

    return desk.store.write(desk.actor, "give_medicine", act)


def _check(giving: Giving, problems: Problems, desk: Desk) -> None:
    if giving.code is DoseOutcome.ENTERED_IN_ERROR:
        problems.add("code", "Strike the entry out instead.")
    if giving.code in TAKEN:
        problems.decimal("dose", giving.dose or "", "Dose")
    elif giving.dose is not None:
        problems.add("dose", "No dose was taken. Leave it empty.")
    if giving.code in _NEEDS_A_REASON:
        problems.require("reason", giving.reason, "why")
    if giving.code is DoseOutcome.GIVEN_BY_CUSTODY:
        problems.require("given_by_custody", giving.given_by_custody, "who handed it over")
    if giving.witness == desk.actor.user:
        problems.add("witness", "The witness must be a different person from the giver.")
    if giving.override is not None:
        problems.require("override.prescriber", giving.override.prescriber, "the prescriber")
        problems.require("override.how", giving.override.how, "how they were reached")
        problems.reason("override.reason", giving.override.reason)
        if not giving.override.read_back:
            problems.add("override.read_back", "Read it back to the prescriber first.")


def _checks(writing: Writing, giving: Giving) -> tuple[DoseCheck, ...]:
    if giving.code not in TAKEN:
        return ()
    amending = giving.signing.amending
    return dose_checks(
        writing,
        giving.request,
        giving.dose or "",
        giving.signing.performed_at,
        unseen_since_ms=giving.unseen_since_ms,
        but_for=None if amending is None else amending.of,
    )


def is_emergency(order: MedicationRequest) -> bool:
    """Return whether the order is for a medicine that nothing may hold up (decision 37)."""
    return DEFAULT_EMERGENCY_LIST.holds(
        order.ingredients, route=order.route, strength=order.strength
    )


def _refuse_if_blocked(
    desk: Desk, giving: Giving, order: MedicationRequest, checks: tuple[DoseCheck, ...]
) -> None:
    """Refuse to give against a Stop. What custody handed over has happened and is recorded.

    Who the person is must have been asked, but not of somebody who needs an emergency medicine.
    """
    if giving.code not in _GIVEN_HERE:
        return
    problems = Problems()
    if giving.identity_confirmed is not True and not is_emergency(order):
        problems.add("identity_confirmed", "Ask for name and date of birth first.")
    is_late = late_by_ms(giving.signing.performed_at, written_ms=desk.clock.latest_ms()) is not None
    for check in checks:
        may_overrule = check.rule is not Rule.ALLERGIES_RECORDED or is_late
        if check.blocks and (giving.override is None or not may_overrule):
            problems.add(f"check.{check.rule.value}", check.text)
    problems.raise_if_any()


def _entry(
    order: MedicationRequest,
    giving: Giving,
    checks: tuple[DoseCheck, ...],
    found: dict[str, Any],
) -> MedicationAdministration:
    return MedicationAdministration(
        **found,
        request=order.id,
        medicine=order.medicine,
        strength=order.strength,
        ingredients=order.ingredients,
        code=giving.code,
        dose=None if giving.dose is None else giving.dose.strip(),
        unit=order.unit if giving.dose is not None else "",
        route=order.route,
        due_at=giving.due_at,
        again_at=giving.again_at,
        reason=giving.reason.strip(),
        identity_confirmed=giving.identity_confirmed,
        witness=giving.witness,
        given_by_custody=giving.given_by_custody.strip(),
        checks=tuple(
            CheckShown(rule=check.rule.value, level=check.level.value, text=check.text)
            for check in checks
        ),
        override_reason=_override_text(giving.override),
    )


def _override_text(override: Override | None) -> str:
    if override is None:
        return ""
    return (
        f"{override.prescriber.strip()}, {override.how.strip()}{READ_BACK}{override.reason.strip()}"
    )
