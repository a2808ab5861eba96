"""When the next dose of an order is due, from its line in a board row."""

from __future__ import annotations

from sonar_core.board.rows import OrderLine
from sonar_core.medicines.schedule import slots_between
from sonar_core.moments import DAY_MS, MINUTE_MS


def next_dose_ms(order: OrderLine, zone: str, now_ms: int) -> int | None:
    """Return when the next dose is due, which may be in the past; None where none is.

    A regular medicine answers its times of day, looking back one day at most; a once-only one its
    start; one as needed is never due. What the last entry put off to a time is due then.
    """
    if order.as_needed or order.stop_first:
        return None
    slots = _open_slots(order, zone, now_ms)
    again = [] if order.again_ms is None else [order.again_ms]
    due = [ms for ms in (*slots, *again) if order.stop_ms is None or ms <= order.stop_ms]
    return min(due, default=None)


def free_from_ms(order: OrderLine) -> int | None:
    """Return from when the order's least interval allows the next dose, None if at once."""
    if order.given_ms is None or order.interval_minutes is None:
        return None
    return order.given_ms + order.interval_minutes * MINUTE_MS


def _open_slots(order: OrderLine, zone: str, now_ms: int) -> list[int]:
    if not order.due_times:
        return [order.start_ms] if order.last_ms is None else []
    first_ms = max(order.start_ms, now_ms - DAY_MS)
    slots = slots_between(order.due_times, zone, first_ms, max(first_ms, now_ms) + DAY_MS)
    answered = set(order.answered)
    return [ms for ms in slots if ms not in answered]
