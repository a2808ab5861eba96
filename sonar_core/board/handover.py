"""The read-only handover list: what each person leaves open, worst first.

Built from board rows alone: what the next shift reads is what the board knows. The texts are
SBAR: situation, background, assessment, recommendation.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sonar_core.board.acuity import worst_first
from sonar_core.board.due import DueBand, DueItem, due_items, item_band
from sonar_core.board.levels import level_name
from sonar_core.board.policy import DEFAULT_POLICY, BoardPolicy
from sonar_core.board.present import ShownRow, present
from sonar_core.board.rows import BoardRow, ReferralLine
from sonar_core.board.speech import stopped
from sonar_core.board.words import (
    ALLERGY_TEXT,
    BAND_TEXT,
    clock_text,
    fitness_sentence,
    not_here,
    revoked_words,
    rouse_plan,
)
from sonar_core.records.referral import Urgency
from sonar_core.records.task import TaskOwner


class HandoverLine(msgspec.Struct, frozen=True, kw_only=True):
    """One person; each text is a few plain sentences, ready to be read out."""

    shown: ShownRow
    situation: str
    background: str
    assessment: str
    recommendation: str


class HandoverList(msgspec.Struct, frozen=True, kw_only=True):
    """`with_something_open` is worst first; `others` have nothing open, by cell."""

    with_something_open: tuple[HandoverLine, ...]
    others: tuple[HandoverLine, ...]


def handover(
    rows: Iterable[BoardRow], now_ms: int, policy: BoardPolicy = DEFAULT_POLICY
) -> HandoverList:
    """Return the list for everybody in custody."""
    known = list(rows)
    still_open = [row for row in known if has_something_open(row)]
    others = sorted(
        (row for row in known if not has_something_open(row)),
        key=lambda row: (row.cell, row.episode),
    )
    return HandoverList(
        with_something_open=tuple(_line(row, now_ms, policy) for row in worst_first(still_open)),
        others=tuple(_line(row, now_ms, policy) for row in others),
    )


def has_something_open(row: BoardRow) -> bool:
    """Return whether the next shift has anything to do or to watch for this person."""
    untold = any(one.told_ms is None for one in row.outcomes)
    watched = row.care is not None and row.care.level > 1
    scores = row.news2.band not in {None, "low"}
    return bool(
        row.tasks
        or row.orders
        or row.conflicts
        or not row.is_complete
        or row.revoked
        or row.waiting
        or untold
        or watched
        or scores
    )


def _line(row: BoardRow, now_ms: int, policy: BoardPolicy) -> HandoverLine:
    return HandoverLine(
        shown=present(row, now_ms, policy),
        situation=_situation(row),
        background=_background(row),
        assessment=_assessment(row),
        recommendation=_recommendation(row, now_ms, policy),
    )


def _situation(row: BoardRow) -> str:
    said = [_decided(row)]
    if row.referral is not None:
        said.extend(_referred(one, row.zone) for one in (row.referral, *row.also_waiting))
    if row.conflicts:
        count = len(row.conflicts)
        what = "entry has" if count == 1 else "entries have"
        said.append(f"{count} {what} two versions to decide.")
    if row.revoked:
        said.append(revoked_words(row.revoked))
    elif row.has_newer:
        said.append("Partly written by a newer version of SONAR: do not rely on what is missing.")
    elif not row.is_complete:
        said.append("Still loading: do not rely on what is missing.")
    return " ".join(said)


def _referred(asked: ReferralLine, zone: str) -> str:
    reasons = ", ".join(reason.value.replace("_", " ") for reason in asked.reasons)
    seen = asked.seen_ms
    after = "not yet seen" if seen is None else f"seen {clock_text(seen, zone)}"
    urgency = "" if asked.urgency is Urgency.ROUTINE else f"{asked.urgency.value}, "
    return f"Referred {clock_text(asked.requested_ms, zone)} for {reasons}, {urgency}{after}."


def _decided(row: BoardRow) -> str:
    if not row.outcomes and row.has_newer:
        return stopped(not_here("Fitness decisions", is_newer=True))
    if not row.outcomes:
        return "No fitness decision recorded."
    said: list[str] = []
    for one in row.outcomes:
        told = "custody officer not told"
        if one.told_ms is not None:
            told = f"told {one.told_to} {clock_text(one.told_ms, row.zone)}"
        provisional = ", provisional" if one.is_provisional else ""
        said.append(f"{fitness_sentence(one.purpose, one.outcome)}{provisional}, {told}.")
    return " ".join(said)


def _background(row: BoardRow) -> str:
    allergies = ALLERGY_TEXT[row.allergies]
    if not row.is_complete:
        allergies = not_here("Allergies", is_newer=row.has_newer)
    provisional = ", provisional" if row.allergies_provisional else ""
    markers = ", ".join(marker.text or marker.category.value for marker in row.markers)
    arrived = f"Arrived {clock_text(row.arrived_ms, row.zone)}."
    told = stopped(f"Markers: {markers}") if markers else "No warning markers."
    if row.has_newer and not markers:
        told = stopped(not_here("Warning markers", is_newer=True))
    return f"{arrived} {allergies}{provisional}. {told}"


def _assessment(row: BoardRow) -> str:
    line = row.news2
    if line.total is None or line.at_ms is None:
        score = stopped(f"NEWS2 not scored{f': {line.reason}' if line.reason else ''}")
    else:
        band = BAND_TEXT.get(line.band or "", "").lower()
        score = f"NEWS2 {line.total}, {band}, at {clock_text(line.at_ms, row.zone)}."
    if line.previous_total is not None and line.previous_ms is not None:
        score += f" Was {line.previous_total} at {clock_text(line.previous_ms, row.zone)}."
    if row.care is None:
        return f"{score} Level of observation not set."
    plan = rouse_plan(row.care.check_every_minutes, rouse=row.care.rouse)
    name = level_name(row.care.level).lower()
    level = f"{score} Level {row.care.level} {name}."
    return level if plan.lower() == name else f"{level} {plan}."


def _recommendation(row: BoardRow, now_ms: int, policy: BoardPolicy) -> str:
    items = due_items(row, now_ms, policy)
    said = [_due(item, row.zone, now_ms, policy) for item in items]
    said += [
        f"Review fitness {clock_text(one.review_ms, row.zone)}."
        for one in row.outcomes
        if one.review_ms is not None
    ]
    return " ".join(said) if said else "Nothing due."


def _due(item: DueItem, zone: str, now_ms: int, policy: BoardPolicy) -> str:
    band = item_band(item, now_ms, policy)
    if band is DueBand.CHECK:
        return stopped(item.what)
    late = band is DueBand.LATE
    who = " (custody)" if item.owner is TaskOwner.CUSTODY else ""
    what = item.what.removesuffix(".")
    return f"{what}{who} {clock_text(item.due_ms, zone)}{', late' if late else ''}."
