"""The files of the side journal: private, sealed, never in the way of an entry."""

from __future__ import annotations

import os
import stat

import pytest
from nacl.public import PrivateKey

from sonar_core.sync.authoring import record_intent
from sonar_core.sync.operations import Operation
from sonar_desktop.vault import journal as journal_module
from sonar_desktop.vault.errors import NotWritten
from sonar_desktop.vault.journal import SideJournal, remove_journal
from sonar_desktop.vault.journal_segment import SegmentHead, head_of, segment_of
from sonar_desktop.vault.keys import SecretBox
from sonar_desktop.vault.recovery import open_sealed
from tests.core.sync.clinic import SCOPE, note, suite

ORGANISATION = PrivateKey(bytes(range(32)))
PUBLIC = bytes(ORGANISATION.public_key)


def dek(byte: int = 7) -> SecretBox:
    return SecretBox(bytearray([byte]) * 32)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


@pytest.fixture
def journal(folder):
    made = SideJournal(folder, dek())
    yield made
    made.close()


@pytest.fixture
def author():
    """A PC that signs notes."""
    return suite()[1]


def add(journal: SideJournal, author, number: int) -> tuple[Operation, ...]:
    written = author.write(record_intent(note(number), SCOPE))
    operations = tuple(operation for operation, _ in written)
    journal.append(operations, device="pc", sealed_to=PUBLIC)
    return operations


def held(folder, byte: int = 7) -> list[list[tuple[Operation, ...]]]:
    """What is in each file, the newest first."""
    reader = SideJournal(folder, dek(byte))
    found = [[one.operations for one in kept.actions] for kept in reader.newest_first()]
    reader.close()
    return found


def test_what_is_appended_can_be_read_while_the_program_still_runs(folder, journal, author):
    assert held(folder) == []
    written = [add(journal, author, number) for number in (1, 2)]
    assert held(folder) == [written]
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_nothing_of_an_entry_stands_in_the_clear(folder, journal, author):
    (operation,) = add(journal, author, 1)
    content = next(folder.iterdir()).read_bytes()
    assert len(content) > len(operation.payload) + len(operation.header)
    for part in (operation.payload, operation.header, operation.signature, bytes([7]) * 16):
        assert part[:16] not in content


def test_the_organisation_reads_it_without_this_pcs_key(folder, journal, author):
    written = add(journal, author, 1)
    content = next(folder.iterdir()).read_bytes()
    with open_sealed(head_of(content).recovery, bytes(ORGANISATION)) as key:
        assert [one.operations for one in segment_of(content, key).actions] == [written]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_closed_file_says_whether_the_store_had_all_of_it(folder, author, is_confirmed):
    journal = SideJournal(folder, dek())
    add(journal, author, 1)
    if is_confirmed:
        journal.confirm(author.chain.next_seq - 1)
    journal.close()
    reader = SideJournal(folder, dek())
    (kept,) = reader.newest_first()
    assert kept.actions[-1].is_confirmed is is_confirmed
    reader.close()


def test_each_opening_and_each_full_file_begins_another_one(folder, author, monkeypatch):
    for number in (1, 2):
        journal = SideJournal(folder, dek())
        add(journal, author, number)
        journal.close()
    assert [path.name for path in sorted(folder.iterdir())] == [
        "entries-00000001.journal",
        "entries-00000002.journal",
    ]
    monkeypatch.setattr(journal_module, "MOST_BYTES", 10)
    journal = SideJournal(folder, dek())
    for number in (3, 4):
        add(journal, author, number)
    assert len(held(folder)) == 4
    journal.close()


def test_a_disk_that_takes_nothing_more_stops_no_entry(folder, journal, author, monkeypatch):
    first = add(journal, author, 1)
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, content: whole(file, content[:5]) and _full())
    add(journal, author, 2)
    monkeypatch.setattr(os, "write", whole)
    third = add(journal, author, 3)
    assert held(folder) == [[third], [first]], "what is half written ends its file"


def _full() -> int:
    raise OSError(28, "No space left on device")


def test_a_folder_that_cannot_be_made_stops_no_entry(tmp_path, author):
    (tmp_path / "journal").write_bytes(b"a file in its place")
    journal = SideJournal(tmp_path / "journal", dek())
    add(journal, author, 1)
    journal.close()
    assert (tmp_path / "journal").read_bytes() == b"a file in its place"


def test_what_another_key_wrote_is_left_alone(folder, author):
    journal = SideJournal(folder, dek())
    written = add(journal, author, 1)
    journal.close()
    stranger = SideJournal(folder, dek(8))
    assert [kept.actions for kept in stranger.newest_first()] == [()]
    assert stranger.forget(lambda _: True) == 0
    stranger.close()
    assert held(folder) == [[written]]


def test_the_oldest_files_go_up_to_the_first_that_is_needed(folder, author):
    for number in range(1, 5):
        journal = SideJournal(folder, dek())
        add(journal, author, number)
        journal.close()
    newest = [one[0] for one in held(folder)]
    reader = SideJournal(folder, dek())
    needed = {newest[1][0].header}
    assert reader.forget(lambda held: held[0].operations[0].header not in needed) == 2
    reader.close()
    assert [one[0] for one in held(folder)] == newest[:2]


@pytest.mark.parametrize("length", [0, 3, 8, 11, 40, None])
def test_a_file_cut_off_while_it_was_begun_does_not_keep_the_later_ones(folder, author, length):
    for number in range(1, 4):
        journal = SideJournal(folder, dek())
        add(journal, author, number)
        journal.close()
    second = sorted(folder.iterdir())[1]
    head = 12 + int.from_bytes(second.read_bytes()[8:12])
    os.truncate(second, head if length is None else length)
    reader = SideJournal(folder, dek())
    assert reader.forget(lambda _: True) == 3
    assert not list(folder.iterdir())
    reader.close()


@pytest.mark.parametrize("more", [1, 3, 4, 20])
def test_a_file_torn_at_its_first_entry_is_put_aside_and_keeps_no_later_one(folder, author, more):
    for number in range(1, 4):
        journal = SideJournal(folder, dek())
        add(journal, author, number)
        journal.close()
    second = sorted(folder.iterdir())[1]
    left = 12 + int.from_bytes(second.read_bytes()[8:12]) + more
    os.truncate(second, left)
    torn = second.read_bytes()
    reader = SideJournal(folder, dek())
    assert reader.forget(lambda _: True) == 2
    reader.close()
    (aside,) = folder.iterdir()
    assert (aside.suffix, aside.read_bytes()) == (".aside", torn)


def test_what_was_put_aside_is_never_overwritten_by_another_of_its_number(folder, author):
    kept = []
    for number in (1, 3):
        for one in (number, number + 1):
            journal = SideJournal(folder, dek())
            add(journal, author, one)
            journal.close()
        torn = min(folder.glob("*.journal"))
        os.truncate(torn, 12 + int.from_bytes(torn.read_bytes()[8:12]) + number)
        kept.append(torn.read_bytes())
        reader = SideJournal(folder, dek())
        assert reader.forget(lambda _: True) == 1
        reader.close()
    assert [path.read_bytes() for path in sorted(folder.iterdir())] == kept


def spoil(path, at: int = -1) -> bytes:
    """Have the disk turn one byte of a file; return what it is then."""
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.parametrize("at", [0, 9, 60, -1])
def test_a_file_of_which_nothing_can_be_read_is_put_aside_with_the_next_and_never_deleted(
    folder, author, at
):
    for number in range(1, 5):
        journal = SideJournal(folder, dek())
        add(journal, author, number)
        journal.close()
    _, second, third, fourth = sorted(folder.iterdir())
    content = spoil(second, at)
    numbers = {one[0][0].header for one in held(folder)[:2] if one}
    reader = SideJournal(folder, dek())
    assert reader.forget(lambda kept: kept[0].operations[0].header not in numbers) == 1
    assert sorted(folder.iterdir()) == [second, third, fourth], "what follows is still needed"
    assert reader.forget(lambda _: True) == 2
    reader.close()
    (aside,) = folder.iterdir()
    assert (aside.stem, aside.suffix, aside.read_bytes()) == (second.stem, ".aside", content)


@pytest.mark.parametrize("is_spoilt", [True, False])
def test_a_file_spoilt_after_what_is_over_is_put_aside_not_deleted(folder, author, is_spoilt):
    """Its readable beginning is purged, and entries may stand behind that."""
    journal = SideJournal(folder, dek())
    for number in (1, 2):
        add(journal, author, number)
    journal.close()
    journal = SideJournal(folder, dek())
    add(journal, author, 3)
    journal.close()
    first, second = sorted(folder.iterdir())
    if is_spoilt:
        content = spoil(first)
    else:
        # Torn within an entry that was never committed: the next file begins with its number.
        content = first.read_bytes() + b"\0\0\1"
        first.write_bytes(content)
    reader = SideJournal(folder, dek())
    gone = reader.forget(lambda kept: len(kept) < 3)
    reader.close()
    if is_spoilt:
        assert gone == 1
        (aside,) = folder.iterdir()
        assert (aside.stem, aside.suffix, aside.read_bytes()) == (first.stem, ".aside", content)
    else:
        assert gone == 2
        assert not list(folder.iterdir())
    del second


def test_the_newest_file_stays_while_nothing_says_what_stood_behind_its_damage(folder, author):
    journal = SideJournal(folder, dek())
    for number in (1, 2):
        add(journal, author, number)
    journal.close()
    (path,) = folder.iterdir()
    spoil(path)
    reader = SideJournal(folder, dek())
    assert reader.forget(lambda _: True) == 0
    reader.close()
    assert list(folder.iterdir()) == [path]


def test_a_key_of_the_organisation_that_is_none_stops_no_entry_and_is_told(folder, author):
    journal = SideJournal(folder, dek())
    ((operation, _),) = author.write(record_intent(note(1), SCOPE))
    assert not journal.is_refused
    journal.append((operation,), device="pc", sealed_to=b"short")
    assert journal.is_refused
    written = add(journal, author, 2)
    assert not journal.is_refused, "what is told is how it is now"
    journal.close()
    assert held(folder) == [[written]]


def test_the_word_that_an_action_is_in_the_store_stands_at_once(folder, journal, author):
    """A program that is killed writes nothing more: the word is not kept for its end."""
    add(journal, author, 1)
    journal.confirm(author.chain.next_seq - 1)
    add(journal, author, 2)
    journal.confirm(author.chain.next_seq - 2)
    reader = SideJournal(folder, dek())
    (kept,) = reader.newest_first()
    assert [one.is_confirmed for one in kept.actions] == [True, False]
    reader.close()


def test_files_are_read_in_the_order_they_were_written_whatever_they_are_called(folder, author):
    written = []
    for number in range(1, 4):
        journal = SideJournal(folder, dek())
        written.append(add(journal, author, number))
        journal.close()
    first, _, last = sorted(folder.iterdir())
    first.rename(folder / "entries-copy of it.journal")
    last.rename(first)
    assert held(folder) == [[one] for one in reversed(written)]
    journal = SideJournal(folder, dek())
    written.append(add(journal, author, 4))
    journal.close()
    assert held(folder) == [[one] for one in reversed(written)]


def test_a_file_of_another_name_or_a_folder_stops_no_entry(folder, author):
    folder.mkdir()
    (folder / "entries-old.journal").write_bytes(b"x")
    (folder / "entries-00000009.journal").mkdir()
    journal = SideJournal(folder, dek())
    written = add(journal, author, 1)
    journal.close()
    assert [written] in held(folder)


def test_a_file_of_the_first_version_goes_by_its_name(folder, author, monkeypatch):
    old = SideJournal(folder, dek())
    with monkeypatch.context() as patch:
        patch.setattr(journal_module, "SegmentHead", _first_version)
        first = add(old, author, 1)
    old.close()
    (path,) = folder.iterdir()
    path.rename(folder / "entries-00000005.journal")
    new = SideJournal(folder, dek())
    second = add(new, author, 2)
    new.close()
    heads = [head_of(one.read_bytes()) for one in sorted(folder.iterdir())]
    assert [(head.v, head.number) for head in heads] == [(1, 0), (2, 6)]
    assert held(folder) == [[second], [first]]


def _first_version(*, number: int, **rest: object) -> SegmentHead:
    del number
    return SegmentHead(v=1, **rest)


def test_a_number_altered_in_the_head_makes_the_file_unreadable(folder, author):
    journal = SideJournal(folder, dek())
    add(journal, author, 1)
    journal.close()
    (path,) = folder.iterdir()
    content = path.read_bytes()
    assert content.count(b'"number":1,') == 1
    path.write_bytes(content.replace(b'"number":1,', b'"number":7,'))
    assert held(folder) == [[]]


def test_the_key_is_wiped_when_the_vault_closes_the_store(folder):
    journal = SideJournal(folder, dek())
    journal.close()
    assert journal._wrapping.is_wiped


def test_all_of_it_goes_at_once_but_for_what_was_put_aside(folder, journal, author):
    remove_journal(folder)
    add(journal, author, 1)
    (folder / "entries-000009.aside").write_bytes(b"nobody knows all that it holds")
    (folder / "note of somebody else").write_bytes(b"stays")
    remove_journal(folder)
    left = {path.name for path in folder.iterdir()}
    assert left == {"entries-000009.aside", "note of somebody else"}
    (folder / "entries-000010.journal").mkdir()
    with pytest.raises(NotWritten):
        remove_journal(folder)
