"""Where somebody came from, by the versions of the stay, and how it is said."""

from __future__ import annotations

import pytest

from sonar_core.board.suite_change import SuiteChange, WasAt, came_from, change_words
from sonar_core.moments import moment_at
from tests.core.board.custody import HOUR, NOW, conflict, side

ZONE = "Europe/London"


def past(*sites: str) -> list[WasAt]:
    """Versions from 1 on, an hour apart, the last of them now."""
    first = NOW - (len(sites) - 1) * HOUR
    return [
        WasAt(version=number + 1, site=site, at=moment_at(first + number * HOUR, ZONE))
        for number, site in enumerate(sites)
    ]


def two_suites(base: int, *sites: str):
    """People decided between suites, all of which had seen the version `base`."""
    sides = [side(f"op{site}", site=site) for site in sites]
    return conflict("CustodyEpisode", "e1", "custody", *sides, base=base)


@pytest.mark.parametrize(
    ("sites", "here", "version", "origin"),
    [
        (("N", "S"), "S", 2, "N"),
        (("N", "N", "S", "S"), "S", 3, "N"),
        (("N", "S", "N"), "N", 3, "S"),
        (("N", "S", "E", "S"), "S", 4, "E"),
    ],
)
def test_the_last_suite_before_this_one_is_where_they_came_from(sites, here, version, origin):
    versions = past(*sites)
    found = came_from(versions, (), here)
    assert found == WasAt(version=version, site=origin, at=versions[version - 1].at)


@pytest.mark.parametrize("sites", [(), ("N",), ("N", "N"), ("S", "N", "E")])
def test_who_was_never_moved_here_came_from_nowhere(sites):
    assert came_from(past(*sites), (), "S") is None


def test_a_suite_that_was_not_meant_is_none_that_they_were_at():
    decided = past("N", "S", "E")
    about = [two_suites(1, "S", "E")]
    assert came_from(decided, about, "E") == WasAt(version=3, site="N", at=decided[2].at)
    assert came_from(past("N", "S", "N"), [two_suites(1, "S", "N")], "N") is None


@pytest.mark.parametrize("about", [two_suites(1, "S", "W"), two_suites(9, "S", "E")])
def test_a_decision_about_something_else_changes_nothing(about):
    found = came_from(past("N", "S", "E"), [about], "E")
    assert found is not None
    assert found.site == "S"


def test_who_goes_there_again_after_a_decision_came_from_where_they_were():
    found = came_from(past("N", "S", "E", "S", "E"), [two_suites(1, "S", "E")], "E")
    assert found is not None
    assert (found.version, found.site) == (5, "S")


def test_where_from_and_when_is_said_with_the_day_if_it_was_another():
    came = SuiteChange(suite="Northfield", came_at=moment_at(NOW, ZONE))
    assert change_words(came, NOW + HOUR) == "from Northfield 14:32"
    assert change_words(came, NOW + 24 * HOUR) == "from Northfield 14-Nov-2026 14:32"
    assert change_words(SuiteChange(suite="Southfield"), NOW) == "to Southfield, not sent"
