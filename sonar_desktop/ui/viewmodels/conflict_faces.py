"""What the conflict inbox shows: lines of the list, heads of the versions, fields that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sonar_core.clinical.safety import SaferRule
from sonar_core.moments import Moment, format_time, moment_at
from sonar_desktop.ui.viewmodels.conflict_words import HIDDEN, Speaker, moment_in, when_text
from sonar_desktop.ui.viewmodels.third_version import form_of
from sonar_desktop.usecases.ports import Standing
from sonar_desktop.usecases.read_conflicts import Side
from sonar_desktop.usecases.read_inbox import DecidedConflict, Inbox, WaitingConflict

_LINE_BY_LINE: Final = frozenset({("AllergyIntolerance", "allergy"), ("Patient", "contact")})
"""Decision 11: all else stands as one whole side, since half of each is nobody's decision."""

_JOINED: Final = frozenset(
    {"substance", "reaction", "source", "status_reason"}
    | {"phone", "address", "language", "general_practice", "next_of_kin"}
)
"""Texts of which both may be kept, one after the other."""


class ItemState(StrEnum):
    """Where an item of the list stands."""

    WAITING = "waiting"
    DECIDED = "decided"


@dataclass(frozen=True, kw_only=True)
class ItemFace:
    """One line of the list; no name stands on it, the banner of the open one does."""

    conflict: str
    state: ItemState
    cell: str
    title: str
    detail: str
    chip: str
    is_safety: bool = False


@dataclass(frozen=True, kw_only=True)
class VersionFace:
    """Who wrote a version, where and when; `whole` is the version in words, `short` its first."""

    letter: str
    who: str
    role: str
    initials: str
    author: str
    place: str
    is_offline: bool
    times: str
    whole: str
    short: str
    is_in_use: bool
    is_decision: bool


@dataclass(frozen=True, kw_only=True)
class FieldFace:
    """A field on which the versions differ; `in_use` is the side acted on now, if one is."""

    name: str
    label: str
    values: tuple[str, ...]
    in_use: int | None
    can_join: bool


@dataclass(frozen=True, kw_only=True)
class DetailFace:
    """One conflict: what happened, what is acted on meanwhile, the versions."""

    conflict: str
    headline: str
    story: str
    safer_text: str
    must_stop: bool
    versions: tuple[VersionFace, ...]
    fields: tuple[FieldFace, ...]
    same: tuple[tuple[str, str], ...]
    is_line_by_line: bool
    is_safety: bool
    can_write_third: bool
    is_reopened: bool
    after: str


def items_of(inbox: Inbox, now: Moment) -> tuple[ItemFace, ...]:
    """Return the lines of the list: what waits, then what was decided today."""
    waiting = [_waiting_item(one, now) for one in inbox.waiting]
    return (*waiting, *(_decided_item(one) for one in inbox.decided))


def _waiting_item(one: WaitingConflict, now: Moment) -> ItemFace:
    kind = one.open.conflict.entity_kind
    count = f"{len(one.open.sides)} versions"
    since = one.since_ms
    when = "" if since is None else f" · since {when_text(moment_at(since, now.zone), now)}"
    return ItemFace(
        conflict=one.open.conflict.id,
        state=ItemState.WAITING,
        cell=one.cell,
        title=Speaker(kind=kind).thing,
        detail=f"{count}{when}",
        chip="Affects safety" if one.open.is_safety else "Wording only",
        is_safety=one.open.is_safety,
    )


def _decided_item(one: DecidedConflict) -> ItemFace:
    waits = "" if one.standing is Standing.CENTRAL else " · waiting to send"
    who = one.who.partition(",")[0]
    return ItemFace(
        conflict=one.conflict,
        state=ItemState.DECIDED,
        cell=one.cell,
        title=one.title.removesuffix(" differ").removesuffix(" differs"),
        detail=f"{who} {format_time(one.decided_at)}",
        chip=f"Decided{waits}",
    )


def detail_of(one: WaitingConflict, names: Mapping[str, str], now: Moment) -> DetailFace:
    """Return the open conflict in words."""
    found = one.open
    conflict = found.conflict
    speaker = Speaker(kind=conflict.entity_kind, names=_short(names))
    line_by_line = (conflict.entity_kind, conflict.group) in _LINE_BY_LINE
    versions = tuple(_version(speaker, one, place, now) for place in range(len(found.sides)))
    is_reopened = any(side.alternative.resolution is not None for side in found.sides)
    third = conflict.episode is not None and bool(form_of(conflict.entity_kind))
    return DetailFace(
        conflict=conflict.id,
        headline="Two people decided differently. Look again together."
        if is_reopened
        else speaker.changed_headline,
        story=_story(versions, line_by_line=line_by_line, is_reopened=is_reopened),
        safer_text=_safer(speaker, one, versions),
        must_stop=found.safer.rule is SaferRule.STOP,
        versions=versions,
        fields=tuple(
            _field(speaker, name, found.sides, line_by_line=line_by_line)
            for name in found.differing
            if name not in HIDDEN
        ),
        same=tuple(
            (speaker.label(name), speaker.value(name, found.sides[0].values.get(name)))
            for name in found.same
            if name not in HIDDEN
        ),
        is_line_by_line=line_by_line,
        is_safety=found.is_safety,
        can_write_third=third,
        is_reopened=is_reopened,
        after=_after(versions),
    )


def _short(names: Mapping[str, str]) -> dict[str, str]:
    return {user: name.partition(",")[0] for user, name in names.items()}


def _version(speaker: Speaker, one: WaitingConflict, place: int, now: Moment) -> VersionFace:
    side = one.open.sides[place]
    alternative = side.alternative
    name, _, role = side.who.partition(", ")
    happened = moment_in(side.values.get("performed_at")) or moment_in(side.values.get("set_at"))
    written = alternative.recorded_at
    times = [] if happened is None else [f"Happened {when_text(happened, now)}"]
    times.append(f"Written {when_text(written, now)}")
    received = one.received_ms[place]
    if received is not None:
        times.append(f"reached the server {when_text(moment_at(received, now.zone), now)}")
    return VersionFace(
        letter=chr(ord("A") + place),
        who=name,
        role=role.capitalize(),
        initials=_initials(name),
        author=alternative.author,
        place=f"PC ending {alternative.device[-4:].upper()}",
        is_offline=alternative.offline,
        times=" · ".join(times),
        whole=speaker.whole(side.values),
        short=speaker.short(side.values),
        is_in_use=side.is_in_use,
        is_decision=alternative.resolution is not None,
    )


def _initials(name: str) -> str:
    words = [word for word in name.split() if word[0].isalpha() and word != "Dr"]
    return "".join(
        word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    ).upper()


def _story(versions: tuple[VersionFace, ...], *, line_by_line: bool, is_reopened: bool) -> str:
    how = "Choose for each line." if line_by_line else "Choose the version that stands."
    if is_reopened:
        return f"Each decision was made before the other could be seen. {how} Nothing is deleted."
    offline = list(dict.fromkeys(one.who for one in versions if one.is_offline))
    why = "each was written before the other had arrived"
    if offline:
        whose = " and ".join(f"{name}’s" for name in offline)
        why = (
            f"{whose} PC was offline at the time"
            if len(offline) == 1
            else f"{whose} PCs were offline"
        )
    return f"Nobody did anything wrong: {why}. {how} Nothing is deleted."


def _safer(speaker: Speaker, one: WaitingConflict, versions: tuple[VersionFace, ...]) -> str:
    safer = one.open.safer
    if safer.rule is SaferRule.USE_ONE and safer.index is not None:
        order = f"{safer.safer[0].lower()}{safer.safer[1:]}"
        return f"{versions[safer.index].whole} Most cautious first: {order}."
    if safer.rule is SaferRule.BOTH_APPLY:
        both = "Both" if len(versions) == 2 else "All"  # noqa: PLR2004 two is both
        return f"{both} apply. {safer.safer}."
    return f"{speaker.thing}: {safer.safer[0].lower()}{safer.safer[1:]}. {safer.reason}"


def _field(
    speaker: Speaker, name: str, sides: tuple[Side, ...], *, line_by_line: bool
) -> FieldFace:
    used = [place for place, side in enumerate(sides) if side.is_in_use]
    return FieldFace(
        name=name,
        label=speaker.label(name),
        values=tuple(speaker.value(name, side.values.get(name)) for side in sides),
        in_use=used[0] if used else None,
        can_join=line_by_line and name in _JOINED and _all_say_something(name, sides),
    )


def _all_say_something(name: str, sides: tuple[Side, ...]) -> bool:
    return all(side.values.get(name) for side in sides)


def _after(versions: tuple[VersionFace, ...]) -> str:
    who = " and ".join(dict.fromkeys(one.who for one in versions))
    both = "Both" if len(versions) == 2 else "All"  # noqa: PLR2004 two is both
    return f"{who} will see your decision. {both} versions stay in the history."


def joined(name: str, sides: tuple[Side, ...]) -> Any:
    """Return the texts of all sides one after the other, each said once."""
    texts = [str(side.values.get(name) or "").strip() for side in sides]
    return "; ".join(dict.fromkeys(text for text in texts if text))
