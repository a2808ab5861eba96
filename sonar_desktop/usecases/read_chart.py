"""Read the medicines of a stay: the orders with every entry under each."""

from __future__ import annotations

import msgspec

from sonar_core.board.dose_due import free_from_ms, next_dose_ms
from sonar_core.board.rows import OrderLine
from sonar_core.conflicts import acted_on
from sonar_core.medicines.doses import entries
from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST
from sonar_core.medicines.recheck import Broken
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest
from sonar_desktop.usecases.acting import facts_of
from sonar_desktop.usecases.gather_stay import GatheredStay, of_stay
from sonar_desktop.usecases.ports import Desk


class ChartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One order. `entries` stand, oldest first; `struck` were entered in error or amended.

    `next_ms` is when the next dose is due, `free_ms` from when the interval allows one; both None
    where that is not so. `ask_first` says that two versions of the order wait. `broken` are the
    rules about it or its doses that do not hold and that nobody has answered.
    """

    order: MedicationRequest
    ask_first: bool
    is_emergency: bool
    entries: tuple[MedicationAdministration, ...]
    struck: tuple[MedicationAdministration, ...]
    next_ms: int | None
    free_ms: int | None
    broken: tuple[Broken, ...] = ()


def read_chart(desk: Desk, episode: str) -> tuple[ChartLine, ...]:
    """Return the orders of a stay by name, stopped ones included."""
    now_ms = desk.clock.latest_ms()
    return of_stay(desk, episode, lambda found: chart_of(found, now_ms))


def chart_of(found: GatheredStay, now_ms: int) -> tuple[ChartLine, ...]:
    """Return the orders from what was gathered of a stay."""
    zone = found.stay.arrived_at.zone
    charted = facts_of(MedicationAdministration, found.here)
    standing = entries(charted, found.lost)
    orders = () if found.row is None else found.row.orders
    due = {order.request: order for order in orders}
    lines: list[ChartLine] = []
    for one in found.here:
        if not isinstance(one.record, MedicationRequest):
            continue
        version = acted_on(one.record, found.disputes)
        order = version.first
        mine = tuple(entry for entry in standing if entry.request == order.id)
        kept = {entry.id for entry in mine}
        about = {order.id, *kept}
        lines.append(
            ChartLine(
                order=order,
                ask_first=version.must_stop,
                is_emergency=DEFAULT_EMERGENCY_LIST.holds(
                    order.ingredients, route=order.route, strength=order.strength
                ),
                entries=mine,
                struck=tuple(
                    entry for entry in charted if entry.request == order.id and entry.id not in kept
                ),
                next_ms=_next(due.get(order.id), zone, now_ms),
                free_ms=_free(due.get(order.id)),
                broken=tuple(one for one, _ in found.broken if one.about[0] in about),
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.order.medicine.casefold(), line.order.id)))


def _next(line: OrderLine | None, zone: str, now_ms: int) -> int | None:
    return None if line is None else next_dose_ms(line, zone, now_ms)


def _free(line: OrderLine | None) -> int | None:
    return None if line is None else free_from_ms(line)
