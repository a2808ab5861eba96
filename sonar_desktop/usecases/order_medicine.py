"""Order a medicine, so that doses can be given under it."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.medicines.schedule import is_time_of_day
from sonar_core.moments import Moment
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import existing, now, require
from sonar_desktop.usecases.inputs import Problems
from sonar_desktop.usecases.ports import Changed, Desk, Writing

NEVER_UNDER_A_PGD: Final = frozenset({"methadone", "buprenorphine"})
"""Decision 37: they are given on a prescription or a patient specific direction only."""

_UNCLEAR_UNITS: Final = {"u", "iu", "ug", "µg", "μg"}
"""Read as a nought or as mg (ISMP; vectors medication_checks M25): written in full instead."""


class Ordering(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it is written: `dose` and `maximum_24h` are decimal text in `unit`.

    A medicine is `as_needed`, or has `due_times` ("08:00"), or is given once. `draft` is the id
    under which the form was kept.
    """

    episode: str
    medicine: str
    form: str = ""
    strength: str = ""
    ingredients: tuple[str, ...]
    dose: str
    unit: str
    route: str
    authority: SupplyRoute
    authorised_by: str
    as_needed: bool = False
    due_times: tuple[str, ...] = ()
    interval_minutes: int | None = None
    maximum_24h: str | None = None
    indication: str = ""
    start_at: Moment | None = None
    stop_at: Moment | None = None
    draft: str | None = None


def order_medicine(desk: Desk, ordering: Ordering) -> tuple[MedicationRequest, Changed]:
    """Write the order. Raises InputError for what is missing or unclear, RoleError."""
    require(desk.actor, Duty.ORDER_MEDICINE)
    problems = Problems()
    check_order(ordering, problems)
    problems.raise_if_any()

    def act(writing: Writing) -> MedicationRequest:
        stay = existing(writing, CustodyEpisode, ordering.episode)
        order = order_from(desk, stay, ordering)
        writing.record(order)
        if ordering.draft is not None:
            writing.drop_draft(desk.actor.user, ordering.draft)
        return order

    return desk.store.write(desk.actor, "order_medicine", act)


def check_order(ordering: Ordering, problems: Problems) -> None:
    """Collect what is wrong with an order."""
    problems.require("medicine", ordering.medicine, "the medicine")
    if not any(name.strip() for name in ordering.ingredients):
        problems.add("ingredients", "Enter what the medicine is made of.")
    problems.decimal("dose", ordering.dose, "Dose")
    _check_unit(ordering.unit, problems)
    problems.require("route", ordering.route, "the route")
    problems.require("authorised_by", ordering.authorised_by, "who authorised it")
    if ordering.maximum_24h is not None:
        problems.decimal("maximum_24h", ordering.maximum_24h, "The most in 24hr")
    if ordering.interval_minutes is not None and ordering.interval_minutes <= 0:
        problems.add("interval_minutes", "The least time between doses must be above 0.")
    if ordering.as_needed and ordering.due_times:
        problems.add("due_times", "A medicine given when needed has no times of day.")
    if not all(is_time_of_day(text) for text in ordering.due_times):
        problems.add("due_times", "Enter times of day as 08:00.")
    names = {name.strip().casefold() for name in ordering.ingredients}
    if ordering.authority is SupplyRoute.PGD and names & NEVER_UNDER_A_PGD:
        problems.add("authority", "Methadone and buprenorphine are never given under a PGD.")


def order_from(desk: Desk, stay: CustodyEpisode, ordering: Ordering) -> MedicationRequest:
    """Return the order to write."""
    maximum = ordering.maximum_24h
    return MedicationRequest(
        id=desk.ids.new(),
        patient=stay.patient,
        episode=stay.id,
        medicine=ordering.medicine.strip(),
        form=ordering.form.strip(),
        strength=ordering.strength.strip(),
        ingredients=tuple(name.strip().casefold() for name in ordering.ingredients if name.strip()),
        dose=ordering.dose.strip(),
        unit=ordering.unit.strip(),
        route=ordering.route.strip(),
        authority=ordering.authority,
        authorised_by=ordering.authorised_by.strip(),
        as_needed=ordering.as_needed,
        due_times=tuple(sorted(ordering.due_times)),
        interval_minutes=ordering.interval_minutes,
        maximum_24h=None if maximum is None else maximum.strip(),
        indication=ordering.indication.strip(),
        start_at=ordering.start_at or now(desk),
        stop_at=ordering.stop_at,
    )


def _check_unit(unit: str, problems: Problems) -> None:
    problems.require("unit", unit, "the unit")
    if unit.strip().casefold() in _UNCLEAR_UNITS:
        problems.add("unit", "Write the unit in full: units, micrograms.")
