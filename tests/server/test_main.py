from __future__ import annotations

import sys

import pytest

from sonar_server.__main__ import main


def test_the_command_ends_with_the_status_of_what_was_asked(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["sonar-server", "run", "--data", str(tmp_path / "none")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert capsys.readouterr().err.startswith("sonar-server: the key file cannot be read")
