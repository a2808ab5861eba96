"""Which version of a disputed value is acted on until a person decides.

A pure table (``ux.md`` 7.8, decisions 3, 4, 8 and 10), our own and **not clinically signed off**.
It never makes a value nobody wrote: it points at one version, or says that both apply, or that
nobody acts on either before checking. Both versions stay, whatever it says. The reasons stand in
``docs/safety/clinical-rules.md`` word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

VERSION: Final = "sonar-safer-value/0.1"

Alternative = Mapping[str, Any]
Rank = Callable[[Alternative], int | None]
"""How cautious an alternative is, more is safer; None where that cannot be said."""

_NEVER_MS: Final = 1 << 62


class SaferRule(StrEnum):
    """What stands until a person decides."""

    USE_ONE = "use_one"
    BOTH_APPLY = "both_apply"
    STOP = "stop_check_first"


class SaferValue(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one disputed group.

    Attributes:
        rule: What stands meanwhile.
        index: Which alternative is in use; None unless ``rule`` is ``USE_ONE``.
        safer: The order, most cautious first, as shown beside the versions.
        reason: Why that is the cautious side.
    """

    rule: SaferRule
    index: int | None
    safer: str
    reason: str


class SaferRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table.

    Attributes:
        kind: Record kind.
        group: Its field group, or None for a fact, which is disputed as a whole.
        safer: The order, most cautious first.
        reason: Why.
        ranks: How the alternatives compare, the first that differs decides.
        distinct: Fields that make two equally standing versions two things, which both apply.
        otherwise: What stands where the ranks do not tell them apart.
    """

    kind: str
    group: str | None
    safer: str
    reason: str
    ranks: tuple[Rank, ...] = ()
    distinct: tuple[str, ...] = ()
    otherwise: SaferRule


def safer_value(kind: str, group: str | None, alternatives: Sequence[Alternative]) -> SaferValue:
    """Say what stands while the alternatives are disputed.

    Args:
        kind: The record's kind.
        group: The disputed field group; anything for a fact.
        alternatives: Each version as field to value, in plain JSON values or record values, with
            all fields of the group, changed or not.

    Raises:
        ValueError: There is no alternative.
    """
    if not alternatives:
        raise ValueError("a dispute has at least one version")
    row = row_of(kind, group)
    plain: list[dict[str, Any]] = [msgspec.to_builtins(dict(one)) for one in alternatives]
    scores = [tuple(rank(one) for rank in row.ranks) for one in plain]
    if any(rank is None for score in scores for rank in score):
        return _answer(_UNKNOWN, SaferRule.STOP)
    ranked = [tuple(rank or 0 for rank in score) for score in scores]
    standing = [i for i, score in enumerate(ranked) if score[:1] == max(ranked)[:1]]
    if len({tuple(_folded(plain[i].get(name)) for name in row.distinct) for i in standing}) > 1:
        return _answer(row, SaferRule.BOTH_APPLY)
    best = [i for i, score in enumerate(ranked) if score == max(ranked)]
    if row.ranks and (len(best) == 1 or row.otherwise is SaferRule.USE_ONE):
        return _answer(row, SaferRule.USE_ONE, best[0])
    return _answer(row, row.otherwise)


def row_of(kind: str, group: str | None) -> SaferRow:
    """The line of the table for a group; for a group nobody has judged: stop, check first."""
    for row in SAFER_VALUES:
        if row.kind == kind and row.group in {None, group}:
            return row
    return _UNKNOWN


def _answer(row: SaferRow, rule: SaferRule, index: int | None = None) -> SaferValue:
    return SaferValue(rule=rule, index=index, safer=row.safer, reason=row.reason)


def _folded(value: Any) -> str:
    return " ".join(str(value).casefold().split())


def _order(field: str, *safest_first: str) -> Rank:
    """Rank by place in a list; a value that is not in it (from a newer program) has none."""

    def rank(alternative: Alternative) -> int | None:
        value = alternative.get(field)
        return len(safest_first) - safest_first.index(value) if value in safest_first else None

    return rank


def _highest(field: str) -> Rank:
    def rank(alternative: Alternative) -> int | None:
        value = alternative.get(field)
        return value if isinstance(value, int) else None

    return rank


def _shortest(field: str) -> Rank:
    """Rank by interval in minutes; none at all means constant and is the shortest."""

    def rank(alternative: Alternative) -> int | None:
        if field not in alternative:
            return None
        value = alternative[field]
        return -value if isinstance(value, int) else 0

    return rank


def _earliest(field: str) -> Rank:
    def rank(alternative: Alternative) -> int | None:
        at = _utc_ms(alternative.get(field))
        return None if at is None else -at

    return rank


def _not_yet_or_latest(field: str) -> Rank:
    def rank(alternative: Alternative) -> int | None:
        if field not in alternative:
            return None
        value = alternative[field]
        return _NEVER_MS if value is None else _utc_ms(value)

    return rank


def _utc_ms(value: Any) -> int | None:
    at = value.get("utc_ms") if isinstance(value, dict) else None
    return at if isinstance(at, int) else None


_UNKNOWN: Final = SaferRow(
    kind="",
    group=None,
    safer="No version is safer",
    reason="No rule compares these versions, so nobody acts on either before checking.",
    otherwise=SaferRule.STOP,
)

SAFER_VALUES: Final = (
    SaferRow(
        kind="AllergyStatus",
        group="status",
        safer="Known allergies, then not recorded, unavailable, no known allergies",
        reason="Believing in an allergy that is not there costs a second choice of medicine;"
        " missing one can kill.",
        ranks=(_order("status", "known", "not_recorded", "unavailable", "none_known"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="AllergyIntolerance",
        group="allergy",
        safer="Allergy present, then struck out; then the worse reaction;"
        " two substances are both avoided",
        reason="An allergy stays until a person has looked at why it was struck out.",
        ranks=(
            _order("status", "active", "refuted", "entered_in_error"),
            # Unknown severity may be the worst one: it stands above moderate.
            _order("severity", "life_threatening", "severe", "unknown", "moderate", "mild"),
        ),
        distinct=("substance",),
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="CareLevel",
        group="level",
        safer="Higher level of observation, then the shorter interval, then with rousing",
        reason="Watching someone too closely for an hour does no harm; too loosely can be fatal"
        " (PACE Code C 9.3).",
        ranks=(_highest("level"), _shortest("check_every_minutes"), _highest("rouse")),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="FitnessOutcome",
        group=None,
        safer="Not fit, then deferred, fit with conditions, fit; two sets of conditions both apply",
        reason="A delay can be made good; an interview, transfer or release of someone not fit"
        " cannot (PACE Code C Annex G).",
        ranks=(_order("outcome", "not_fit", "deferred", "fit_with_conditions", "fit"),),
        distinct=("conditions",),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="MedicationRequest",
        group="order",
        safer="Neither: nothing is given under it until a prescriber has been asked",
        reason="Either version may be the dose nobody meant, and stopping can harm as much as"
        " giving: so there is no automatic answer. Emergency medicines are never blocked.",
        otherwise=SaferRule.STOP,
    ),
    SaferRow(
        kind="MedicationAdministration",
        group=None,
        safer="Both doses counted",
        reason="Counting a dose twice delays the next one; missing one can overdose.",
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Flag",
        group="flag",
        safer="Warning present, then urgent; two warnings both stand",
        reason="A warning too many is read; a warning taken away is not.",
        ranks=(
            _order("status", "active", "inactive", "entered_in_error"),
            _highest("is_urgent"),
        ),
        distinct=("category", "text"),
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Patient",
        group="identity",
        safer="Neither: ask name and date of birth again",
        reason="A wrong identity leads to another person's record and medicine.",
        otherwise=SaferRule.STOP,
    ),
    SaferRow(
        kind="Patient",
        group="pregnancy",
        safer="Pregnant, then possible, not asked, not pregnant",
        reason="Possible pregnancy rules out NEWS2 and some medicines until it is known"
        " (RCP 2017; decision 38).",
        ranks=(_order("pregnancy", "pregnant", "possible", "not_asked", "not_pregnant"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="CustodyEpisode",
        group="custody",
        safer="Still in custody, then transferred, released",
        reason="While one version says the person is here, checks and alarms go on.",
        ranks=(_order("status", "open", "transferred", "released"),),
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Referral",
        group="request",
        safer="The more urgent",
        reason="Seeing someone sooner than needed does no harm.",
        ranks=(_order("urgency", "emergency", "urgent", "routine"),),
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Referral",
        group="requested_at",
        safer="The earlier request",
        reason="The person has waited at least that long.",
        ranks=(_earliest("requested_at"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="Referral",
        group="accepted",
        safer="Not yet accepted, then the later time",
        reason="A clock that runs on is looked at; one that stopped too early is not.",
        ranks=(_not_yet_or_latest("accepted_at"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="Referral",
        group="arrived",
        safer="Not yet arrived, then the later time",
        reason="A clock that runs on is looked at; one that stopped too early is not.",
        ranks=(_not_yet_or_latest("arrived_at"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="Referral",
        group="seen",
        safer="Not yet seen, then the later time",
        reason="Someone wrongly shown as seen is not seen.",
        ranks=(_not_yet_or_latest("seen_at"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="Referral",
        group="closed",
        safer="Still open, then the later time",
        reason="An open referral stays in front of somebody.",
        ranks=(_not_yet_or_latest("closed_at"),),
        otherwise=SaferRule.USE_ONE,
    ),
    SaferRow(
        kind="Task",
        group="task",
        safer="The earlier due time; two different tasks both stand",
        reason="An alarm too early can be put off; one too late cannot.",
        ranks=(_earliest("due_at"),),
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="ObservationSet",
        group=None,
        safer="Both sets are shown, and the worse is acted on by the reader",
        reason="Each is what somebody measured.",
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Assessment",
        group=None,
        safer="Both are shown",
        reason="Each is what somebody heard and saw.",
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="OutcomeTold",
        group=None,
        safer="Both are shown",
        reason="Each telling is its author's word; a doubtful one is told again.",
        otherwise=SaferRule.BOTH_APPLY,
    ),
    SaferRow(
        kind="Note",
        group=None,
        safer="Both are shown",
        reason="Nobody's words are changed.",
        otherwise=SaferRule.BOTH_APPLY,
    ),
)
