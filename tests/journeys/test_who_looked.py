"""A manager asks at one PC who looked at a record; a nurse looked at it on the other."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import msgspec
import pytest

from sonar_core.records.practitioner import Role
from sonar_core.sync.lease import Lease
from sonar_desktop.sync.errors import OfflineError, RefusedError
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.who_looked import Source, ask_who_looked, who_looked
from sonar_server import administration
from sonar_server.administration import NewPerson
from sonar_server.central import open_central
from sonar_server.store.database import Database
from tests.journeys.test_two_rooms import admit

PASSWORD = "saddle mirror quartz"


@pytest.fixture
def manager(centre):
    """An account at the rooms' suite."""
    with closing(Database(centre.url)) as database:
        central = open_central(database, centre.organisation.keys)
        site = administration.site_named(central, "Northfield")
        new = NewPerson(
            username="areid", name="Ada Reid", initials="AR", role=Role.MANAGER, sites=(site.id,)
        )
        return administration.add_person(central, new, PASSWORD)


def test_a_manager_sees_who_looked_on_every_pc_and_offline_on_this_one_alone(
    centre, rooms, manager
):
    a, b = rooms
    found = admit(a)
    a.exchange()
    b.exchange()
    opened, _ = open_record(b.desk, found.episode)
    b.exchange()
    mine, _ = open_record(a.desk, found.episode)
    with a.exchanging(centre.address) as exchange:
        link = exchange.port
        signed = link.sign_in(manager.username, PASSWORD)
        lease = msgspec.json.decode(signed.lease, type=Lease)
        actor = msgspec.structs.replace(
            a.actor, user=lease.user, name=lease.name, role=lease.role, lease_id=lease.lease_id
        )
        desk = replace(a.desk, actor=actor)

        def ask():
            return who_looked(desk, found.patient, "A", ask_who_looked(link, found.patient, actor))

        told = ask()
        assert [(line.id, line.pc) for line in told.lines] == [(opened, "B"), (mine, "A")], (
            "by the PCs' clocks"
        )
        assert (told.source, told.unsent, told.why) == (Source.SERVER, 1, "")
        with pytest.raises(RefusedError):
            link.looked(found.patient, a.actor.user, lease.lease_id)
        centre.kill()
        told = ask()
        assert [line.id for line in told.lines] == [mine]
        assert (told.source, told.why) == (Source.THIS_PC, OfflineError().user_message)
