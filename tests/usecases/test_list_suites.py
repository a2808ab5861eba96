from __future__ import annotations

from sonar_core.ids import slot
from sonar_core.records.location import Location
from sonar_desktop.usecases.list_suites import list_suites
from sonar_desktop.usecases.move_suite import move_suite
from tests.usecases.clinic import admitted
from tests.usecases.fakes import make_desk


def names(desk, episode) -> list[str]:
    return [suite.name for suite in list_suites(desk, episode)]


def test_the_other_suites_are_listed_by_name_wherever_the_person_is():
    desk = make_desk()
    found = admitted(desk)
    assert names(desk, found.episode) == [], "an older server names none"

    def tell(writing):
        writing.record(Location(id=desk.site, name="Northfield"))
        for name in ("Westfield", "eastfield"):
            writing.record(Location(id=slot("site", name), name=name))

    desk.store.write(desk.actor, "test", tell)
    assert names(desk, found.episode) == ["eastfield", "Westfield"]
    move_suite(desk, found.episode, slot("site", "eastfield"))
    assert names(desk, found.episode) == ["Northfield", "Westfield"]
