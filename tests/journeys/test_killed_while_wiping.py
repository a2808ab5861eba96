"""SIGKILL after each step of a wipe, on one PC with a real server: it goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys

import msgspec
import psycopg
from nacl.public import SealedBox

from sonar_core.records.access_event import AccessAction
from sonar_desktop.usecases.enrol_device import ask_for_place, make_store
from sonar_desktop.usecases.log_access import log_access
from sonar_desktop.usecases.obey_wipe import Leaving
from sonar_desktop.usecases.ports import Desk, Draft
from sonar_desktop.usecases.sign_in import sign_in_online
from sonar_server import cli
from tests.journeys.wiping_client import STEPS, front_desk
from tests.postgres import PASSWORD, for_superuser
from tests.vault.world import ORGANISATION


def begin(folder, address, code):
    """A nurse enrols the PC, opens a record and leaves a note half written; nothing is sent."""
    premises = front_desk(folder, address).premises()
    identity = premises.new_identity()
    place = ask_for_place(premises, identity, server=address, code=code, name="room-1")
    opened = make_store(premises, identity, place)
    admitted = sign_in_online(
        premises, opened, identity, server=address, username="rok", password=PASSWORD
    )
    desk = Desk(
        actor=admitted.actor,
        store=opened.store,
        clock=premises.clock,
        ids=premises.ids,
        site=place.site,
    )
    log_access(desk, AccessAction.SIGNED_IN)
    draft = Draft(
        author=admitted.actor.user,
        record=premises.ids.new(),
        form="note",
        episode=None,
        body=b"refuses food",
        place="",
        saved_ms=1,
    )
    opened.store.keep_draft(draft)
    opened.close()
    premises.keys.lock()
    return place.device


def run(folder, address, step):
    command = [sys.executable, "-m", "tests.journeys.wiping_client", str(folder), address, step]
    return subprocess.run(
        command, input=PASSWORD + "\n", capture_output=True, text=True, timeout=60, check=False
    )


def test_a_wipe_that_is_killed_after_each_step_ends_as_if_it_had_not_been(centre, tmp_path):
    folder = tmp_path / "pc"
    folder.mkdir()
    device = begin(folder, centre.address, centre.code())
    place = ["--data", str(centre.data), "--database-url", centre.url]
    assert cli.main(["device", "wipe", "room-1", "--by", "A. Reid", "--why", "lost", *place]) == 0
    store = folder / "data" / "client.db"
    for step in STEPS:
        ended = run(folder, centre.address, step)
        assert ended.returncode == -signal.SIGKILL, (step, ended.stderr)
        assert store.exists(), step
    assert run(folder, centre.address, "none").stdout == "done\n"
    assert not store.exists()
    with psycopg.connect(for_superuser(centre.url)) as connection:
        sent = connection.execute("SELECT count(*) FROM op").fetchone()
        parcels = connection.execute("SELECT device, sealed FROM parcel").fetchall()
    assert sent == (1,)
    [(whose, sealed)] = parcels
    left = msgspec.json.decode(SealedBox(ORGANISATION).decrypt(sealed), type=Leaving)
    assert (whose.hex(), left.device) == (device.replace("-", ""), device)
    assert [one.body for one in left.drafts] == [b"refuses food"]
