from __future__ import annotations

import pytest

from sonar_core.records.kinds import ScopeKind
from sonar_server.central import NotInitialisedError, open_central, wall_clock_ms
from sonar_server.keys import ServerKeys
from sonar_server.store import migrate, places
from sonar_server.store.database import Database


def test_the_keys_of_another_server_do_not_open_the_database(fresh_central):
    with pytest.raises(NotInitialisedError, match="does not belong"):
        open_central(fresh_central.database, ServerKeys.generate())


def test_a_database_without_an_organisation_is_not_opened(postgres, organisation):
    import psycopg  # noqa: PLC0415

    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE nobodys")
    database = Database(postgres.url("nobodys"))
    migrate.migrate(database)
    with pytest.raises(NotInitialisedError, match="init"):
        open_central(database, organisation.keys)
    database.close()


def test_ids_made_here_are_never_the_same_and_carry_the_time(central):
    made = [central.new_id() for _ in range(100)]
    assert len(set(made)) == 100
    assert abs(int(made[0].replace("-", "")[:12], 16) - wall_clock_ms()) < 60_000


def test_a_device_stands_at_its_site(central, pc):
    from sonar_core.ids import to_bytes  # noqa: PLC0415

    device = central.database.run(lambda t: places.find_device(t, to_bytes(pc.enrolled.device)))
    assert device is not None
    assert central.territory(device) == pc.territory
    assert pc.territory.wire(ScopeKind.CLINICAL) == pc.enrolled.scopes[1]
