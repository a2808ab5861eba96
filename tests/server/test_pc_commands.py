from __future__ import annotations

import re

from sonar_core.sync.recovered import RecoveredEntries, encoded
from sonar_server import administration, cli
from sonar_server.central import open_central
from sonar_server.keys import ServerKeys
from sonar_server.store import places
from sonar_server.store.database import Database
from sonar_server.store.places import Device
from tests.server.test_cli import WORD


def test_a_device_code_is_printed(place, capsys):
    assert cli.main(["device", "code", "--site", "Northfield", *place]) == 0
    assert re.match(r"code ([A-Z2-7]{4}-){6}[A-Z2-7]{2}\n", capsys.readouterr().out)


def enrol(place, name):
    """Put a PC of that name into the database."""
    database = Database(place[3])
    central = open_central(
        database, ServerKeys.load(cli._key_file(cli._parser().parse_args(["run", *place])))
    )
    site = administration.site_named(central, "Northfield")
    device = Device(
        id=central.new_id(),
        site=site.id,
        name=name,
        sign_public=bytes(32),
        seal_public=bytes(32),
        enrolled_ms=1,
    )
    database.run(lambda transaction: places.add_device(transaction, device))
    database.close()


def test_a_pc_is_taken_out_of_use_and_let_in_again_by_its_name(place, capsys):
    enrol(place, "room-1")
    assert cli.main(["device", "revoke", "room-1", *WORD, *place]) == 0
    assert cli.main(["device", "list", *place]) == 0
    assert cli.main(["device", "readmit", "room-1", *WORD, *place]) == 0
    assert cli.main(["device", "list", *place]) == 0
    said = capsys.readouterr().out
    assert "PC room-1 is refused from now on" in said
    assert "PC room-1 is let in again" in said
    assert said.count(": out of use since ") == said.count(": in use, ") == 1


def test_a_wipe_is_ordered_by_name_shown_and_withdrawn(place, capsys, tmp_path):
    enrol(place, "room-1")
    assert cli.main(["device", "wipe", "room-1", *WORD, *place]) == 0
    assert "wiped at its next contact" in capsys.readouterr().out
    assert cli.main(["device", "list", *place]) == 0
    assert "to be wiped since 20" in capsys.readouterr().out
    assert cli.main(["device", "parcel", "room-1", "--into", str(tmp_path), *place]) == 0
    assert "has left nothing yet" in capsys.readouterr().out
    assert cli.main(["device", "readmit", "room-1", *WORD, *place]) == 0
    assert cli.main(["device", "list", *place]) == 0
    assert "to be wiped" not in capsys.readouterr().out


def test_a_scope_is_revoked_and_granted_and_the_list_shows_who_holds_what(place, capsys):
    enrol(place, "room-1")
    enrol(place, "room-2")
    for command in (
        ["revoke", "medicines", "--site", "Northfield"],
        ["grant", "medicines", "--device", "room-1"],
        ["revoke", "clinical", "--device", "room-2"],
    ):
        assert cli.main(["scope", *command, *place]) == 0
    said = capsys.readouterr().out
    assert "medicines revoked from every PC at Northfield" in said
    assert "medicines granted to PC room-1" in said
    assert cli.main(["scope", "list", *place]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[2] for line in lines] == [
        "clinical, medicines",
        "nothing of its site",
    ]


def test_a_scope_that_nobody_can_lose_is_said_to_be_one(place, capsys):
    assert cli.main(["scope", "revoke", "reference", "--site", "Northfield", *place]) == 1
    assert "cannot be granted or revoked" in capsys.readouterr().err


def test_what_was_recovered_of_a_pc_is_given_back_by_command(place, capsys, tmp_path):
    enrol(place, "room-1")
    assert cli.main(["device", "list", *place]) == 0
    device = re.search(r"PC room-1 (\S+):", capsys.readouterr().out)[1]
    file = tmp_path / "a.entries"
    file.write_bytes(encoded(RecoveredEntries(device=device, operations=())))
    assert cli.main(["device", "give-back", str(file), *WORD, *place]) == 0
    assert "PC room-1: 0 operations taken, 0 there already" in capsys.readouterr().out
    file.write_bytes(b"noise")
    assert cli.main(["device", "give-back", str(file), *WORD, *place]) == 1
    assert "none of sonar-recover" in capsys.readouterr().err
