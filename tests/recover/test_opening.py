from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from sonar_core.sync.operations import header_hash, header_of, seal
from sonar_core.sync.recovered import chained
from sonar_desktop.vault.journal import SideJournal
from sonar_desktop.vault.keys import SecretBox
from sonar_recover.opening import NothingFoundError, read
from tests.db.clinic import DEVICE
from tests.db.conftest import pc
from tests.db.journalled import draft, spoil_page
from tests.db.test_opened import Keys
from tests.recover.left import leave_key_file
from tests.vault.world import ORGANISATION

__all__ = ["pc"]

PRIVATE = bytes(ORGANISATION)


@pytest.fixture
def left(pc, tmp_path):
    """A folder as a kill leaves it, with entries, a draft, and what of it was signed."""
    patient, stay = pc.arrival()
    pc.note(patient, stay, "slept")
    pc.opened.close()
    pc.open()
    pc.note(patient, stay, "woke")
    pc.store.keep_draft(draft("01900000-0000-7000-8000-000000000001", b"half a note"))
    signed = [header_of(one).op_id for one in pc.sync.outgoing(500, 1 << 20).operations]
    leave_key_file(tmp_path, pc.key.secret, pc.key.salt)
    folder = tmp_path / "copied"
    folder.mkdir()
    carry(tmp_path, folder)
    assert (folder / "client.db-wal").stat().st_size
    return folder, signed


def carry(data: Path, folder: Path) -> None:
    """Copy what a data folder holds."""
    for name in ("client.db", "client.db-wal", "keybag.json", "keybag.previous.json"):
        if (data / name).exists():
            shutil.copy(data / name, folder)
    shutil.copytree(data / "journal", folder / "journal")


def operations(found):
    """Of the one PC whose folder it is."""
    [every] = found.of_devices.values() or [[]]
    return every


def ids(found):
    return {header_of(one).op_id for one in operations(found)}


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_store_and_journal_are_opened_and_nothing_is_changed(left):
    folder, signed = left
    before = contents(folder)
    found = read(folder, PRIVATE)
    assert ids(found) == set(signed)
    assert [one.body for one in found.drafts.values()] == [b"half a note"]
    assert (found.files, found.unread, found.cut_off) == (3, [], [])
    assert contents(folder) == before


def test_the_journal_alone_has_every_operation(left):
    folder, signed = left
    for path in folder.glob("client*"):
        path.unlink()
    found = read(folder, PRIVATE)
    assert [header_of(one).op_id for one in operations(found)] == signed
    assert found.drafts == {}


@pytest.fixture
def given_again(pc, tmp_path):
    """A number whose first action a kill kept from the store, and that the next one has."""
    patient, stay = pc.arrival()
    last = pc.sync.outgoing(500, 1 << 20).operations[-1]
    header = msgspec.structs.replace(
        header_of(last),
        op_id="01900000-0000-7000-8000-00000000dead",
        op_seq=header_of(last).op_seq + 1,
        prev_hash=header_hash(last.header),
    )
    pc.opened.close()
    journal = SideJournal(tmp_path / "journal", SecretBox(bytearray(32)))
    never_saved = seal(header, last.payload, Keys(b"word").sign)
    journal.append([never_saved], device=DEVICE, sealed_to=bytes(ORGANISATION.public_key))
    journal.close()
    pc.open()
    pc.note(patient, stay, "said to be saved")
    signed = [header_of(one).op_id for one in pc.sync.outgoing(500, 1 << 20).operations]
    leave_key_file(tmp_path, pc.key.secret, pc.key.salt)
    folder = tmp_path / "copied"
    folder.mkdir()
    carry(tmp_path, folder)
    return folder, signed


@pytest.mark.parametrize("where", ["store and journal", "journal alone", "store alone"])
def test_of_two_of_one_number_the_one_that_was_saved_comes_back(given_again, where):
    folder, signed = given_again
    if where == "journal alone":
        for path in folder.glob("client*"):
            path.unlink()
    if where == "store alone":
        # The disk did not take it for the journal; what was never saved is there.
        max((folder / "journal").iterdir()).unlink()
    kept, left_out = chained(operations(read(folder, PRIVATE)))
    assert [header_of(one).op_id for one in kept] == signed
    assert left_out == 1


def test_files_that_changed_names_are_read_by_their_numbers(left):
    folder, signed = left
    (folder / "client.db").unlink()
    first, second = sorted((folder / "journal").iterdir())
    first.rename(folder / "journal" / "entries-00000009.journal")
    assert [header_of(one).op_id for one in operations(read(folder, PRIVATE))] == signed
    second.unlink()
    assert [header_of(one).op_id for one in operations(read(folder, PRIVATE))] == signed[:-1]


def test_the_store_alone_has_them_too(left):
    folder, signed = left
    shutil.rmtree(folder / "journal")
    assert ids(read(folder, PRIVATE)) == set(signed)


def test_a_file_put_aside_and_a_damaged_store_are_read_as_far_as_they_go(left):
    folder, signed = left
    _, segment = sorted((folder / "journal").iterdir())
    aside = segment.with_suffix(".aside")
    segment.rename(aside)
    aside.write_bytes(aside.read_bytes()[:-1])
    (folder / "client.db").rename(folder / "client.damaged-1.db")
    (folder / "client.db-wal").unlink(missing_ok=True)
    spoil_page(folder / "client.damaged-1.db", 1)
    found = read(folder, PRIVATE)
    assert found.cut_off == [aside.name]
    assert ids(found) <= set(signed)
    assert len(ids(found)) >= len(signed) - 1


def test_another_key_opens_nothing_and_every_file_is_named(left):
    folder, _ = left
    found = read(folder, bytes(32))
    assert operations(found) == []
    assert sorted(found.unread) == [
        "client.db",
        "entries-00000001.journal",
        "entries-00000002.journal",
    ]


def test_a_store_without_its_key_file_and_a_head_that_is_noise_are_named(left):
    folder, signed = left
    (folder / "keybag.json").unlink()
    (folder / "keybag.previous.json").unlink(missing_ok=True)
    (folder / "journal" / "entries-00000009.journal").write_bytes(b"noise")
    found = read(folder, PRIVATE)
    assert sorted(found.unread) == ["client.db", "entries-00000009.journal"]
    assert ids(found) == set(signed)


def test_a_store_that_its_key_does_not_open_is_named(left):
    folder, _ = left
    (folder / "client.db").write_bytes(bytes(100_000))
    (folder / "client.db-wal").unlink(missing_ok=True)
    assert read(folder, PRIVATE).unread == ["client.db"]


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(NothingFoundError):
        read(tmp_path, PRIVATE)
