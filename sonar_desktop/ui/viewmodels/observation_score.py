"""The words beside a live NEWS2 score, and what follows when the set is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sonar_core.board.speech import stopped
from sonar_core.clinical.news2 import MAXIMUM, News2Band
from sonar_core.clinical.response_plan import response_to
from sonar_core.moments import Moment, format_moment, format_time, wall_date
from sonar_core.records.observation_set import News2Score, ObservationSet
from sonar_core.records.task import Task

BAND_HEADLINES: Final = {
    News2Band.LOW: "Low",
    News2Band.LOW_MEDIUM: "Low-medium",
    News2Band.MEDIUM: "Medium",
    News2Band.HIGH: "High",
}
_REMEMBERED: Final = 4


@dataclass(frozen=True, kw_only=True)
class ScoreFace:
    """What the total card shows. `tone` is "danger", "warn", "caution" or "" for the headline.

    `course` is the run of totals ("Rising: 3, 6, 7") with whether it is for the worse.
    """

    band: str | None
    total: int | None
    headline: str
    detail: str
    plan: str
    tone: str
    course: str
    is_worse: bool
    sub_scores: dict[str, int]
    missing: frozenset[str]
    is_for_this_person: bool


@dataclass(frozen=True, kw_only=True)
class Following:
    """What happens on signing: one sentence, and how urgent it looks."""

    text: str
    tone: str


def band_of(score: News2Score) -> News2Band | None:
    """Return the band of a score, None without a total."""
    return None if score.band is None else News2Band(score.band)


def is_for_this_person(score: News2Score) -> bool:
    """Return whether NEWS2 says anything about this person: not under 16, not in pregnancy."""
    return score.total is not None or bool(score.missing)


def score_face(
    result: News2Score, earlier: Sequence[ObservationSet], *, is_empty: bool
) -> ScoreFace:
    """Return the words for a score; `earlier` are the signed sets, oldest first."""
    course, is_worse = _course(result.total, earlier)
    band = band_of(result)
    is_for = is_for_this_person(result)
    return ScoreFace(
        band=result.band,
        total=result.total,
        headline="Not scored" if band is None else BAND_HEADLINES[band],
        detail=_detail(result, is_empty=is_empty),
        plan="" if is_empty and is_for else response_to(band).text,
        tone=_tone(band_of(result)),
        course=course,
        is_worse=is_worse,
        sub_scores=result.parts,
        missing=frozenset(result.missing),
        is_for_this_person=is_for,
    )


def following(
    result: News2Score,
    *,
    repeat: Moment | None,
    done: Sequence[Task],
    left_open: Sequence[Task],
    tells: bool,
    now: Moment,
) -> Following:
    """Return what signing brings about, in the order of urgency."""
    parts = []
    if band_of(result) in {News2Band.HIGH, News2Band.MEDIUM}:
        parts.append("the board marks it")
    if tells:
        parts.append("the task “tell custody officer” is set")
    if repeat is not None:
        parts.append(f"the task “repeat observations” is set for {_clock(repeat, now)}")
    parts += [f"“{task.what}” due {_clock(task.due_at, now)} is done" for task in done]
    parts += [
        f"“{task.what}” due {_clock(task.due_at, now)} stays open until the set is complete"
        for task in left_open
    ]
    text = "; ".join(parts)
    return Following(
        text=f"When you sign: {text}." if parts else "When you sign, no task follows.",
        tone=_tone(band_of(result)),
    )


def _detail(result: News2Score, *, is_empty: bool) -> str:
    if not is_for_this_person(result):
        return result.reason
    if is_empty:
        return "All 7 parts are needed for a total."
    if result.total is None:
        return stopped(result.reason)
    return f"NEWS2 total {result.total} of {MAXIMUM}, all 7 parts entered"


def _course(total: int | None, earlier: Sequence[ObservationSet]) -> tuple[str, bool]:
    before = [
        one.news2.total for one in earlier if one.news2 is not None and one.news2.total is not None
    ][-_REMEMBERED:]
    if total is None or not before:
        return "", False
    word = "Steady" if total == before[-1] else ("Rising" if total > before[-1] else "Falling")
    run = ", ".join(str(one) for one in (*before, total))
    return f"{word}: {run}", total > before[-1]


def _tone(band: News2Band | None) -> str:
    return {
        News2Band.HIGH: "danger",
        News2Band.MEDIUM: "warn",
        News2Band.LOW_MEDIUM: "caution",
    }.get(band or News2Band.LOW, "")


def _clock(moment: Moment, now: Moment) -> str:
    if wall_date(moment) == wall_date(now):
        return format_time(moment)
    return format_moment(moment)
