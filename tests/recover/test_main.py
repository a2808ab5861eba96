from __future__ import annotations

import os

import msgspec
import pytest

from sonar_core.sync.operations import header_of
from sonar_core.sync.recovered import decoded
from sonar_recover.__main__ import main
from tests.db.clinic import DEVICE
from tests.db.conftest import pc
from tests.recover.left import recovery_file
from tests.recover.test_opening import left

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


def test_folders_that_are_none_or_there_already_are_refused(left, tmp_path, capsys):
    folder, _ = left
    recovery = recovery_file(tmp_path)
    assert ask(tmp_path / "recovery.txt", recovery, tmp_path / "found") == 2
    assert "no records file and no journal" in capsys.readouterr().err
    assert ask(folder, recovery, tmp_path) == 2
    assert "is there already" in capsys.readouterr().err
    assert ask(folder, tmp_path / "none.txt", tmp_path / "found") == 2
    assert "could not be read or written" in capsys.readouterr().err
