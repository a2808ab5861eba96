"""Of a PC with 500 unsent entries, no keyring and no password, each one reaches the server."""

from __future__ import annotations

import shutil

from sonar_core.records.note import Note
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.write_note import Noting, write_note
from sonar_recover.__main__ import main
from sonar_server import giving_back
from sonar_server.central import open_central
from sonar_server.operators import Word
from sonar_server.store.database import Database
from tests.journeys.test_killed_while_recording import notes_of
from tests.journeys.test_two_rooms import admit, agree
from tests.recover.left import leave_key_file, recovery_file

ENTRIES = 500
WORD = Word("A. Reid", "the account of room A is gone")


def give_back(centre, path) -> list[str]:
    database = Database(centre.url)
    try:
        central = open_central(database, centre.organisation.keys)
        return giving_back.told(giving_back.give_back(central, path, WORD))
    finally:
        database.close()


def test_five_hundred_unsent_entries_of_a_lost_pc_reach_the_server_once(
    centre, rooms, tmp_path, capsys
):
    a, b = rooms
    a.is_journalled = True
    a.restart()
    episode = admit(a).episode
    a.exchange()
    b.exchange()
    for number in range(ENTRIES):
        signing = Signing(episode=episode, performed_at=a.clock.moment())
        write_note(a.desk, Noting(signing=signing, text=f"{number}"))
    unsent = a.opened.sync.waiting().operations
    written = {seen.record.id for seen in notes_of(a, episode)}
    assert unsent >= ENTRIES
    leave_key_file(a.folder, bytes(a.dek.exposed()), a.dek.cipher_salt)
    copied, into = tmp_path / "copied", tmp_path / "found"
    shutil.copytree(a.folder, copied)

    recovery = recovery_file(tmp_path)
    assert main([str(copied), "--recovery-file", str(recovery), "--into", str(into)]) == 0
    assert "operations" in capsys.readouterr().out
    [entries] = into.glob("*.entries")
    assert f"{unsent} operations taken" in give_back(centre, entries)[0]
    assert "PC A: 0 operations taken" in give_back(centre, entries)[0]

    b.exchange()
    assert {seen.record.id for seen in notes_of(b, episode)} == written
    central = [row for row in centre.rows()["clinical"] if row[1] == Note.__name__]
    assert len(central) == len(written)
    # And should the PC come back after all, nothing is there twice.
    a.exchange()
    assert a.opened.sync.waiting().operations == 0
    agree(centre, a, b)
