from __future__ import annotations

import msgspec

from sonar_core.records.care_level import CareLevel
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.registry import care_level_id
from sonar_desktop.usecases.keep_draft import keep_draft, my_drafts
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import (
    DOCTOR,
    NURSE,
    Server,
    all_shown,
    clock_of,
    make_desk,
    shown,
    store_of,
    sync,
)


def level(episode, number=2, minutes=30, **other):
    given = {
        "episode": episode,
        "level": number,
        "check_every_minutes": minutes,
        "rouse": True,
        "reason": "Opioids taken today",
    }
    return CareSetting(**(given | other))


def test_the_level_is_set_with_what_custody_is_to_do():
    desk = make_desk()
    found = admitted(desk)
    keep_draft(desk, record="c1", form="care", episode=found.episode, body=b"", place="")
    one = level(found.episode, instructions=("Rouse every 30 minutes.", " "), draft="c1")
    identifier, _ = set_care_level(desk, one)
    record = shown(desk, CareLevel, identifier)
    assert record.id == care_level_id(found.episode)
    assert record.instructions == ("Rouse every 30 minutes.",)
    assert (record.set_by, record.set_at) == (NURSE.user, clock_of(desk).moment())
    assert my_drafts(desk) == []


def test_a_stay_has_one_level_and_setting_it_again_changes_it():
    desk = make_desk()
    found = admitted(desk)
    set_care_level(desk, level(found.episode))
    clock_of(desk).forward(30)
    set_care_level(desk, level(found.episode, 3, None, reason="Drowsier"))
    (record,) = all_shown(desk, CareLevel)
    assert (record.level, record.check_every_minutes, record.reason) == (3, None, "Drowsier")
    assert record.patient == found.patient


def test_a_level_keeps_whose_it_is_where_the_row_of_the_stay_is_spoilt():
    # Seed 1795417950: another letter in that body, and the call ended in a program fault.
    desk = make_desk()
    found = admitted(desk)
    set_care_level(desk, level(found.episode))
    sync(Server(), desk)
    held = store_of(desk).state.confirmed
    key = (CustodyEpisode.__name__, found.episode)
    spoilt = held[key].body.replace(found.patient.encode(), b"f" + found.patient[1:].encode())
    held[key] = msgspec.structs.replace(held[key], body=spoilt)
    set_care_level(desk, level(found.episode, 3, None))
    (record,) = all_shown(desk, CareLevel)
    assert (record.level, record.patient) == (3, found.patient)


def test_two_levels_set_apart_show_the_higher_one_until_somebody_decides():
    server, nurse = Server(), make_desk("pc1")
    doctor = make_desk("pc2", actor=DOCTOR, clock=clock_of(nurse))
    found = admitted(nurse)
    set_care_level(nurse, level(found.episode, 1, 60))
    sync(server, nurse, doctor)
    set_care_level(nurse, level(found.episode, 1, 30))
    set_care_level(doctor, level(found.episode, 3, None))
    sync(server, nurse, doctor)
    assert shown(nurse, CareLevel, care_level_id(found.episode)).level == 1
    for desk in (nurse, doctor):
        (row,) = list_board(desk).rows
        assert row.care is not None
        assert (row.care.level, row.care.is_provisional) == (3, True)


def test_what_is_wrong_with_a_level_is_said_beside_it():
    desk = make_desk()
    found = admitted(desk)
    wrong = level(
        found.episode,
        5,
        0,
        reason="",
        set_at=clock_of(desk).in_minutes(13 * 60),
        review_at=clock_of(desk).moment(1),
    )
    said = problems_of(lambda: set_care_level(desk, wrong))
    assert list(said) == ["level", "check_every_minutes", "reason", "set_at", "review_at"]
    assert said["level"] == "Choose a level from 1 to 4."
    assert all_shown(desk, CareLevel) == []
