"""Find a person: by name, alias, custody record number, NHS number or cell."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.board.words import full_name
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Patient
from sonar_desktop.usecases.ports import Desk, Reading

LEAST_CHARACTERS: Final = 2


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One stay of a person. `through_alias` is the other name that was looked for, or empty."""

    patient: str
    episode: str
    name: str
    birth_date: str | None
    custody_record_number: str
    cell: str
    status: EpisodeStatus
    arrived_ms: int
    through_alias: str = ""


def find_person(desk: Desk, text: str) -> tuple[Found, ...]:
    """Return the stays that every word of the text fits, those in custody first, then newest.

    Aliases and released people are searched too. Under two characters it returns nothing.
    """
    words = text.casefold().split()
    if sum(map(len, words)) < LEAST_CHARACTERS:
        return ()
    return desk.store.read(lambda reading: _search(reading, words))


def _search(reading: Reading, words: list[str]) -> tuple[Found, ...]:
    people = {person.id: person for person in reading.all_of(Patient)}
    found: list[Found] = []
    for stay in reading.all_of(CustodyEpisode):
        person = people.get(stay.patient)
        if person is None:
            continue
        texts = _texts(person, stay)
        if all(any(word in own for own in texts) for word in words):
            found.append(_found(person, stay, words))
    found.sort(key=lambda one: (one.status is not EpisodeStatus.OPEN, -one.arrived_ms, one.episode))
    return tuple(found)


def _texts(person: Patient, stay: CustodyEpisode) -> list[str]:
    numbers = (person.nhs_number, person.chi_number, person.pnc_id)
    own = [
        person.family,
        person.given,
        full_name(person.family, person.given, "", person.gender),
        *person.aliases,
        *(number for number in numbers if number is not None),
        stay.custody_record_number,
    ]
    if stay.status is EpisodeStatus.OPEN:
        own.append(stay.cell)
    return [text.casefold() for text in own]


def _found(person: Patient, stay: CustodyEpisode, words: list[str]) -> Found:
    alias = next(
        (name for name in person.aliases if any(word in name.casefold() for word in words)), ""
    )
    return Found(
        patient=person.id,
        episode=stay.id,
        name=full_name(person.family, person.given, person.title, person.gender),
        birth_date=person.birth_date,
        custody_record_number=stay.custody_record_number,
        cell=stay.cell,
        status=stay.status,
        arrived_ms=stay.arrived_at.utc_ms,
        through_alias=alias,
    )
