from __future__ import annotations

import pytest

from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_desktop.usecases.release_detainee import release_detainee
from tests.usecases.clinic import admitted, problems_of
from tests.usecases.fakes import clock_of, make_desk, shown


@pytest.mark.parametrize(
    ("is_transfer", "status"),
    [(False, EpisodeStatus.RELEASED), (True, EpisodeStatus.TRANSFERRED)],
)
def test_a_stay_ends_with_when_and_where_to(is_transfer, status):
    desk = make_desk()
    found = admitted(desk)
    release_detainee(desk, found.episode, " Court ", is_transfer=is_transfer)
    stay = shown(desk, CustodyEpisode, found.episode)
    assert (stay.status, stay.released_to) == (status, "Court")
    assert stay.released_at == clock_of(desk).moment()
    assert release_detainee(desk, found.episode, "Home")[0] is None


def test_nobody_is_released_before_they_came_or_to_nowhere():
    desk = make_desk()
    found = admitted(desk)
    before = clock_of(desk).moment(600)
    said = problems_of(lambda: release_detainee(desk, found.episode, "", released_at=before))
    assert said == {
        "released_to": "Enter where they went.",
        "released_at": "This is before they arrived.",
    }


def test_a_pc_that_runs_behind_releases_somebody_at_the_servers_time():
    desk = make_desk()
    clock = clock_of(desk)
    found = admitted(desk, arrived_at=clock.moment(30))
    clock.forward(-120)
    before = shown(desk, CustodyEpisode, found.episode).arrived_at
    assert problems_of(
        lambda: release_detainee(desk, found.episode, "Home", released_at=clock.moment())
    ) == {"released_at": "This is before they arrived."}
    clock.hear(clock.in_minutes(120).utc_ms)
    release_detainee(desk, found.episode, "Home")
    stay = shown(desk, CustodyEpisode, found.episode)
    assert stay.released_at == clock.in_minutes(120)
    assert stay.released_at.utc_ms > before.utc_ms


def test_a_pc_that_runs_ahead_releases_somebody_by_its_own_clock():
    desk = make_desk()
    found = admitted(desk)
    clock_of(desk).hear(clock_of(desk).moment(5).utc_ms)
    release_detainee(desk, found.episode, "Home")
    stay = shown(desk, CustodyEpisode, found.episode)
    assert stay.released_at == clock_of(desk).moment()
