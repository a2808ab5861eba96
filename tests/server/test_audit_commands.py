from __future__ import annotations

import stat

from sonar_server import cli
from sonar_verify.__main__ import main
from tests.server.test_cli import WORD
from tests.server.test_pc_commands import enrol


def test_an_export_and_the_keys_are_files_of_their_owner_alone(place, tmp_path, capsys):
    enrol(place, "room-1")
    export, keys = tmp_path / "export.jsonl", tmp_path / "keys.json"
    assert cli.main(["audit", "keys", str(keys), *place]) == 0
    assert "Northfield PC room-1" in capsys.readouterr().out
    assert cli.main(["audit", "export", str(export), *WORD, *place]) == 0
    assert "2 lines" in capsys.readouterr().out
    assert {stat.S_IMODE(one.stat().st_mode) for one in (export, keys)} == {0o600}
    assert main([str(export), str(keys)]) == 0
    assert "room-1" in capsys.readouterr().out


def test_a_file_that_is_there_is_never_written_over_and_an_unknown_pc_leaves_none(
    place, tmp_path, capsys
):
    file = tmp_path / "export.jsonl"
    assert cli.main(["audit", "export", str(file), "--device", "nobody", *WORD, *place]) == 1
    assert "there is no PC 'nobody'" in capsys.readouterr().err
    assert not file.exists()
    file.write_text("mine")
    assert cli.main(["audit", "export", str(file), *WORD, *place]) == 1
    assert file.read_text() == "mine"
