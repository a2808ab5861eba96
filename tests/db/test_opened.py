from __future__ import annotations

import hashlib

import pytest

from sonar_core.records.practitioner import Practitioner
from sonar_core.sync.messages import Reason
from sonar_core.sync.operations import SIGNING_DOMAIN
from sonar_desktop.db.errors import StoreNotWritableError
from sonar_desktop.db.opened import open_pc_store, remove_store
from sonar_desktop.db.store import ClientStore
from sonar_desktop.usecases.errors import BugError
from sonar_desktop.usecases.identity_ports import PcRecord
from tests.db.centre import Centre
from tests.db.clinic import CLINICAL, DEVICE, NURSE, ORGANISATION, SITE, Clock, HeldKey, Ids, tally


class Keys:
    """This PC's keys, made of one word."""

    def __init__(self, word):
        self.word = word

    def sign(self, message):
        return hashlib.sha512(self.word + message).digest()

    def stored(self):
        return self.word


RECORD = PcRecord(
    device=DEVICE,
    incarnation=1,
    site=SITE,
    site_name="Longport",
    organisation=ORGANISATION,
    zone="Europe/London",
    server_id="server",
    scopes=(CLINICAL,),
    identity=b"word",
    lease_public=bytes(32),
    recovery_public=bytes(32),
)


@pytest.fixture
def pc(tmp_path):
    """Opens the PC's store as the sign-in does."""
    opened = []

    def open_again():
        opened.append(
            open_pc_store(
                tmp_path / "client.db",
                HeldKey(),
                clock=Clock(),
                ids=Ids(len(opened) + 1),
                board_row=tally,
                in_contact=lambda: False,
                load_identity=Keys,
            )
        )
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


def record_somebody(opened):
    person = Practitioner(id=NURSE.user, name="Jo Adeyemi", initials="JA")
    opened.store.write(NURSE, "name", lambda write: write.record(person))


def test_nobody_signs_before_the_pc_has_its_keys(pc):
    opened = pc()
    assert opened.pc() is None
    with pytest.raises(BugError):
        record_somebody(opened)
    with pytest.raises(BugError):
        opened._signed(b"anything")


def test_entries_are_signed_with_the_pcs_keys_from_enrolment_on_and_after_a_restart(pc):
    opened = pc()
    opened.enrol(RECORD, Keys(b"word"))
    record_somebody(opened)
    opened.close()
    opened = pc()
    opened.store.write(
        NURSE, "name", lambda write: write.edit(Practitioner, NURSE.user, {"initials": "JO"})
    )
    operations = opened.sync.outgoing(500, 1 << 20).operations
    assert opened.pc() == RECORD
    assert isinstance(opened.store, ClientStore)
    assert [operation.signature for operation in operations] == [
        Keys(b"word").sign(SIGNING_DOMAIN + operation.header) for operation in operations
    ]
    assert len(operations) == 2


def test_the_panel_lists_what_is_held_back_first_and_then_the_newest(pc):
    opened = pc()
    opened.enrol(RECORD, Keys(b"word"))
    record_somebody(opened)
    opened.store.write(
        NURSE, "name", lambda write: write.edit(Practitioner, NURSE.user, {"initials": "JO"})
    )
    held = Centre().take(opened.sync.outgoing(500, 1 << 20).operations[1:])
    opened.sync.settle(held)

    entries = opened.outbox(10)

    assert [(entry.number, entry.is_held, entry.reason) for entry in entries] == [
        (2, True, Reason.MISSING_PARENT),
        (1, False, Reason.NONE),
    ]
    assert [entry.kind for entry in entries] == ["Practitioner", "Practitioner"]
    assert len(opened.outbox(1)) == 1


def test_a_store_goes_with_its_log_and_one_that_cannot_is_said_to_stay(tmp_path):
    path = tmp_path / "client.db"
    stays = {"client.unfinished-1.db", "client.damaged-1.db"}
    goes = ("", "-wal", "-shm", ".copy", ".copying", ".mending-wal", ".before-upgrade-from-13")
    for name in (*stays, *(f"client.db{ending}" for ending in goes), "client.db.mending"):
        (tmp_path / name).write_bytes(b"sealed")
    remove_store(path)
    remove_store(path)
    assert {one.name for one in tmp_path.iterdir()} == stays, "nobody knows all that these hold"
    path.mkdir()
    with pytest.raises(StoreNotWritableError):
        remove_store(path)
