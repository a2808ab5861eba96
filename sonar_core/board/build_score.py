"""The NEWS2 cell of a board row from the observations."""

from __future__ import annotations

from typing import Final

from sonar_core.board.rows import News2Line, ScoreState
from sonar_core.board.sorted_records import SortedRecords
from sonar_core.conflicts import written_order
from sonar_core.records.observation_set import News2Score, ObservationSet

_NEVER: Final = News2Score(algorithm="", total=None, band=None, parts={})


def news2_line(found: SortedRecords) -> News2Line:
    """Return the score of the last observations that measured or were refused a part of it.

    Of two disputed versions of one set the worse is shown, marked provisional.
    """
    scored = [one for one in found.standing(ObservationSet) if one.news2 is not None]
    scored.sort(key=written_order)
    if not scored:
        state = ScoreState.NOT_YET if found.is_complete else ScoreState.NOT_LOADED
        return News2Line(state=state)
    last = scored[-1]
    rivals = [one for one in scored if _are_rivals(one, last, found.disputed)]
    if rivals:
        last = max(rivals, key=lambda one: -1 if (total := _total(one)) is None else total)
    earlier = [one for one in scored if one is not last and one not in rivals]
    before = next((one for one in reversed(earlier) if _total(one) is not None), None)
    score = last.news2 or _NEVER
    return News2Line(
        state=score_state(last),
        total=score.total,
        band=score.band,
        has_single_3=3 in score.parts.values(),
        at_ms=last.performed_at.utc_ms,
        previous_total=None if before is None else _total(before),
        previous_ms=None if before is None else before.performed_at.utc_ms,
        reason=score.reason,
        is_provisional=bool(rivals),
    )


def score_state(observed: ObservationSet) -> ScoreState:
    """Return whether a set has a total, and if not why."""
    score = observed.news2
    if score is None:
        return ScoreState.NOT_YET
    if score.total is not None:
        return ScoreState.SCORED
    if score.parts:
        return ScoreState.INCOMPLETE
    if observed.refused:
        return ScoreState.REFUSED
    return ScoreState.INCOMPLETE if score.missing else ScoreState.NOT_FOR_THIS_PERSON


def _are_rivals(one: ObservationSet, last: ObservationSet, disputed: frozenset[str]) -> bool:
    return one.id in disputed and last.id in disputed and one.replaces == last.replaces


def _total(observed: ObservationSet) -> int | None:
    return None if observed.news2 is None else observed.news2.total
