from __future__ import annotations

import os

import msgspec
import pytest

from sonar_core import bodies
from sonar_core.sync.operations import Operation, header_of
from sonar_core.sync.recovered import decoded
from sonar_desktop.vault.errors import NotWritten
from sonar_desktop.vault.journal_segment import Record, Sealing, SegmentHead
from sonar_desktop.vault.keys import SecretBox, wrap
from sonar_desktop.vault.recovery import seal
from sonar_recover.__main__ import main
from tests.core.sync.test_operations import HEADER
from tests.db.clinic import DEVICE
from tests.db.conftest import pc
from tests.recover.left import recovery_file
from tests.recover.test_opening import left
from tests.vault.world import ORGANISATION_PUBLIC

__all__ = ["left", "pc"]


def ask(folder, recovery, into):
    return main([str(folder), "--recovery-file", str(recovery), "--into", str(into)])


def test_each_pc_has_a_file_of_its_operations_and_the_drafts_are_readable(left, tmp_path, capsys):
    folder, signed = left
    into = tmp_path / "found"
    assert ask(folder, recovery_file(tmp_path), into) == 0
    entries = decoded((into / f"{DEVICE}.entries").read_bytes())
    assert entries.device == DEVICE
    assert [header_of(one).op_id for one in entries.operations] == signed
    [kept] = msgspec.json.decode((into / "drafts.json").read_bytes())
    assert kept["body"] == "half a note"
    said = capsys.readouterr().out
    assert f"PC {DEVICE}: {len(signed)} operations" in said
    assert "1 draft: what" in said
    assert "then destroy it" in said
    if os.name == "posix":
        modes = {path.stat().st_mode & 0o777 for path in (into, *into.iterdir())}
        assert modes == {0o700, 0o600}


def test_what_could_not_be_read_is_named_and_the_status_says_so(left, tmp_path, capsys):
    folder, _ = left
    _, segment = sorted((folder / "journal").iterdir())
    segment.write_bytes(segment.read_bytes()[:-1])
    (folder / "journal" / "entries-00000009.journal").write_bytes(b"noise")
    assert ask(folder, recovery_file(tmp_path), tmp_path / "found") == 1
    said = capsys.readouterr().out
    assert "entries-00000009.journal could not be read: keep it" in said
    assert f"{segment.name} ends early" in said


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "\u00e9"])
def test_a_recovery_file_that_is_no_key_is_refused(left, tmp_path, capsys, text):
    folder, _ = left
    file = tmp_path / "recovery.txt"
    file.write_text(text, encoding="utf-8")
    assert ask(folder, file, tmp_path / "found") == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err
    assert not (tmp_path / "found").exists()


def test_a_disk_without_room_is_said(left, tmp_path, capsys, monkeypatch):
    def full(*_):
        raise NotWritten

    monkeypatch.setattr("sonar_recover.__main__.write_atomically", full)
    assert ask(left[0], recovery_file(tmp_path), tmp_path / "found") == 2
    assert "make room, and name a new folder" in capsys.readouterr().err


def test_folders_that_are_none_or_there_already_are_refused(left, tmp_path, capsys):
    folder, _ = left
    recovery = recovery_file(tmp_path)
    assert ask(tmp_path / "recovery.txt", recovery, tmp_path / "found") == 2
    assert "no records file and no journal" in capsys.readouterr().err
    assert ask(folder, recovery, tmp_path) == 2
    assert "is there already" in capsys.readouterr().err
    assert ask(folder, tmp_path / "none.txt", tmp_path / "found") == 2
    assert "could not be read or written" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["../outside", "", "inside/of", None])
def test_what_names_no_pc_becomes_no_file_and_is_counted(tmp_path, capsys, device):
    header = (
        b"{" if device is None else bodies.encode(msgspec.structs.replace(HEADER, device=device))
    )
    folder = tmp_path / "copied"
    (folder / "journal").mkdir(parents=True)
    with SecretBox.random() as key:
        head = SegmentHead(
            device=DEVICE,
            number=1,
            wrapped=wrap(key, key, b""),
            recovery=seal(key, ORGANISATION_PUBLIC),
        )
        sealing = Sealing(head, key)
    forged = sealing.sealed(Record((Operation(header, b"", b""),)))
    (folder / "journal" / "entries-00000001.journal").write_bytes(sealing.opening + forged)
    assert ask(folder, recovery_file(tmp_path), tmp_path / "found") == 1
    assert list((tmp_path / "found").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copied", "found", "recovery.txt"]
    assert "1 operations cannot be read: keep the folder" in capsys.readouterr().out
