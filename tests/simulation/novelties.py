"""What people enter with newer programs, and older ones pass on as it is."""

from __future__ import annotations

import random
from typing import Any

from sonar_core.records.base import Record
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.registry import REGISTRY
from sonar_desktop.usecases.acting import now
from sonar_desktop.usecases.ports import Desk, Writing
from tests.journeys import generations

_BAGS = ("B 7", "B 8", "B 9")


def write_what_is_new(desk: Desk, rng: random.Random) -> None:
    """Write a kind, a field or a value that older programs do not know; an old one cannot."""
    stays = desk.store.read(lambda reading: reading.all_of(CustodyEpisode))
    opened = {one.id: one for one in stays if one.status is EpisodeStatus.OPEN}
    able = [write for kind, write in _WRITES.items() if _is_new(kind)]
    if opened and able:
        rng.choice(able)(desk, rng, opened[rng.choice(sorted(opened))])


def _is_new(kind: str) -> bool:
    return kind in REGISTRY and REGISTRY[kind].type in _NEW_TYPES


def _fact(desk: Desk, stay: CustodyEpisode) -> dict[str, Any]:
    return {
        "id": desk.ids.new(),
        "patient": stay.patient,
        "episode": stay.id,
        "performed_at": now(desk),
        "recorded_at": now(desk),
        "recorded_by": desk.actor.user,
        "performed_by": desk.actor.user,
    }


def _written(desk: Desk, record: Record) -> None:
    def act(writing: Writing) -> None:
        writing.record(record)

    desk.store.write(desk.actor, "test", act)


def _body_map(desk: Desk, rng: random.Random, stay: CustodyEpisode) -> None:
    marks = (rng.choice(("arm", "lip")), str(rng.randrange(10**9)))
    _written(desk, generations.BodyMap(marks=marks, **_fact(desk, stay)))


def _dictated(desk: Desk, rng: random.Random, stay: CustodyEpisode) -> None:
    category = generations._Category["DICTATED"]
    text = f"Said {rng.randrange(10**9)}"
    _written(desk, generations.DictatedNote(category=category, text=text, **_fact(desk, stay)))


def _belongings(desk: Desk, rng: random.Random, stay: CustodyEpisode) -> None:
    """A new bag, or another bag or seal of one that is there."""
    there = desk.store.read(lambda reading: reading.all_of(generations.Belongings))
    bag, seal = rng.choice(_BAGS), str(rng.randrange(10**9))
    if not there or rng.random() < 0.3:
        made = generations.Belongings(id=desk.ids.new(), patient=stay.patient, bag=bag, seal=seal)
        _written(desk, made)
        return
    one = rng.choice(sorted(record.id for record in there))

    def act(writing: Writing) -> None:
        writing.edit(generations.Belongings, one, {"bag": bag, "seal": seal})

    desk.store.write(desk.actor, "test", act)


_WRITES = {"BodyMap": _body_map, "Note": _dictated, "Belongings": _belongings}
_NEW_TYPES = (generations.BodyMap, generations.DictatedNote, generations.Belongings)
