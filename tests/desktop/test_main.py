from __future__ import annotations

import subprocess
import sys

import pytest

from sonar_desktop import __main__ as program


@pytest.fixture
def given(monkeypatch):
    """Returns a function that gives the command line and returns the options made of it."""

    def with_arguments(*arguments: str):
        seen = []
        monkeypatch.setattr(program, "run", lambda options: seen.append(options) or 0)
        monkeypatch.setattr(sys, "argv", ["sonar-desktop", *arguments])
        assert program.main() == 0
        return seen[0]

    return with_arguments


def test_without_arguments_everything_is_the_default(given):
    options = given()
    assert (options.data, options.server, options.dark, options.text_size) == (None, "", False, 100)
    assert not options.is_resumed


def test_the_arguments_reach_the_program(given):
    options = given(
        "--data-dir", "there", "--server", "https://sonar.example", "--pc-name", "NF-MED-01",
        "--dark", "--text-size", "150", "--resumed",
    )  # fmt: skip
    assert str(options.data) == "there"
    assert (options.server, options.pc_name) == ("https://sonar.example", "NF-MED-01")
    assert (options.dark, options.text_size, options.is_resumed) == (True, 150, True)


def test_help_names_no_way_to_give_a_secret():
    done = subprocess.run(
        [sys.executable, "-m", "sonar_desktop", "--help"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "--data-dir" in done.stdout
    for word in ("password", "pin ", "key", "resumed"):
        assert word not in done.stdout.lower()
