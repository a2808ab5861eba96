"""PCs learn which custody suites there are by the reference scope."""

from __future__ import annotations

from sonar_core import bodies
from sonar_core.ids import from_bytes
from sonar_core.records.location import Location
from sonar_server import administration, suites
from sonar_server.store import places
from tests.server.pc import Pc, new_id


def told(pc: Pc) -> dict[str, str]:
    rows = [row for row in pc.copy(pc.enrolled.scopes[0]).rows if row.kind == "Location"]
    read = [bodies.decode(row.body, Location) for row in rows]
    assert [from_bytes(row.id) for row in rows] == [one.id for one in read]
    return {one.id: one.name for one in read}


def test_a_new_suite_is_told_to_the_pcs_of_every_suite(pc, central):
    before = told(pc)
    site = administration.add_site(central, f"Suite {new_id()}")
    assert told(pc) == {**before, site.id: site.name}


def test_suites_added_by_an_older_program_are_told_once(new_pc_of, fresh_central):
    central = fresh_central

    def add(transaction) -> places.Site:
        site = places.Site(
            id=new_id(),
            organisation=central.organisation.id,
            name="Eastfield",
            zone="Europe/London",
        )
        places.add_site(transaction, site)
        return site

    site = central.database.run(add)
    pc = new_pc_of(central)
    assert site.id not in told(pc)
    assert suites.publish_missing(central) == 1
    assert told(pc)[site.id] == "Eastfield"
    assert suites.publish_missing(central) == 0
    assert len(told(pc)) == len(central.database.run(places.sites))
