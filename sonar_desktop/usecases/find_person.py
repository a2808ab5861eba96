"""Find a person: by name, alias, custody record number, NHS number or cell."""

from __future__ import annotations

from typing import Final

import msgspec

from sonar_core.board.words import full_name, suite_names
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.patient import Patient
from sonar_core.records.site_move import SiteMove
from sonar_core.roles import Duty
from sonar_desktop.usecases.acting import require
from sonar_desktop.usecases.ports import Desk, Reading

LEAST_CHARACTERS: Final = 2


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """One stay of a person. `through_alias` is the other name that was looked for, or empty.

    `moved_to` names the suite where the person is now if not here; the stay may have left this PC,
    which then does not know its number, nor when it began. `episode` and `status` are None for
    somebody who was here before and of whom no stay is on this PC any more.
    """

    patient: str
    episode: str | None
    name: str
    birth_date: str | None
    custody_record_number: str
    cell: str
    status: EpisodeStatus | None
    arrived_ms: int | None
    through_alias: str = ""
    moved_to: str = ""


def find_person(desk: Desk, text: str) -> tuple[Found, ...]:
    """Return the stays that every word of the text fits, those in custody first, then newest.

    Aliases, released people and those who were moved away are searched too, and last those whose
    stays have all left this PC: their name and numbers stay on it, for the next arrest. Under two
    characters it returns nothing.
    """
    require(desk.actor, Duty.READ)
    words = text.casefold().split()
    if sum(map(len, words)) < LEAST_CHARACTERS:
        return ()
    return desk.store.read(lambda reading: _search(reading, words, desk.site))


def _search(reading: Reading, words: list[str], site: str) -> tuple[Found, ...]:
    people = {person.id: person for person in reading.all_of(Patient)}
    away = {
        move.patient: suite_names(move)
        for move in reading.all_of(SiteMove)
        if site not in {suite.site for suite in move.suites}
    }
    stays = [stay for stay in reading.all_of(CustodyEpisode) if stay.patient in people]
    found = [
        _found(people[stay.patient], stay, words, away)
        for stay in stays
        if _fits(words, _texts(people[stay.patient], stay))
    ]
    known = {stay.id for stay in stays}
    found += [
        _gone(people[move.patient], move, words)
        for move in reading.all_of(SiteMove)
        if move.patient in away.keys() & people.keys()
        and move.stay not in known
        and _fits(words, _names(people[move.patient]))
    ]
    known_people = {stay.patient for stay in stays} | away.keys()
    found += [
        _was_here(person, words)
        for person in people.values()
        if person.id not in known_people
        and _fits(words, _names(person))
        and not _is_hidden(reading, person)
    ]
    found.sort(key=lambda one: (not _is_here(one), -(one.arrived_ms or 0), one.episode or ""))
    return tuple(found)


def _is_here(one: Found) -> bool:
    return one.status is EpisodeStatus.OPEN and not one.moved_to


def _fits(words: list[str], texts: list[str]) -> bool:
    return all(any(word in own for own in texts) for word in words)


def _names(person: Patient) -> list[str]:
    numbers = (person.nhs_number, person.chi_number, person.pnc_id)
    own = [
        person.family,
        person.given,
        full_name(person.family, person.given, "", person.gender),
        *person.aliases,
        *(number for number in numbers if number is not None),
    ]
    return [text.casefold() for text in own]


def _texts(person: Patient, stay: CustodyEpisode) -> list[str]:
    cell = stay.cell if stay.status is EpisodeStatus.OPEN else ""
    return [*_names(person), stay.custody_record_number.casefold(), cell.casefold()]


def _found(person: Patient, stay: CustodyEpisode, words: list[str], away: dict[str, str]) -> Found:
    is_open = stay.status is EpisodeStatus.OPEN
    return Found(
        patient=person.id,
        episode=stay.id,
        name=_name(person),
        birth_date=person.birth_date,
        custody_record_number=stay.custody_record_number,
        cell=stay.cell,
        status=stay.status,
        arrived_ms=stay.arrived_at.utc_ms,
        through_alias=_alias(person, words),
        moved_to=away.get(person.id, "") if is_open else "",
    )


def _is_hidden(reading: Reading, person: Patient) -> bool:
    """Return whether a stay of theirs is here that only a newer program can show."""
    return CustodyEpisode.__name__ in reading.readable_of_patient(person.id)[1]


def _was_here(person: Patient, words: list[str]) -> Found:
    """Return what is known of somebody of whom no stay is on this PC."""
    return Found(
        patient=person.id,
        episode=None,
        name=_name(person),
        birth_date=person.birth_date,
        custody_record_number="",
        cell="",
        status=None,
        arrived_ms=None,
        through_alias=_alias(person, words),
    )


def _gone(person: Patient, move: SiteMove, words: list[str]) -> Found:
    """Return what is known of somebody whose stay has left this PC."""
    return Found(
        patient=person.id,
        episode=move.stay,
        name=_name(person),
        birth_date=person.birth_date,
        custody_record_number="",
        cell="",
        status=EpisodeStatus.OPEN,
        arrived_ms=None,
        through_alias=_alias(person, words),
        moved_to=suite_names(move),
    )


def _name(person: Patient) -> str:
    return full_name(person.family, person.given, person.title, person.gender)


def _alias(person: Patient, words: list[str]) -> str:
    return next(
        (name for name in person.aliases if any(word in name.casefold() for word in words)), ""
    )
