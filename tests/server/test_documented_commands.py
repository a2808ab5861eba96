"""Each command that a page tells an operator to type is one that the programs take."""

from __future__ import annotations

import argparse
import re
import shlex
from pathlib import Path

import pytest

from sonar_recover.__main__ import _parser as recover_parser
from sonar_server.cli import _parser as server_parser

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "operators.md", DOCS / "security" / "operators-guide.md"]
WHOLE = re.compile(r"^    (sonar-server|sonar-recover) (.+)$", re.MULTILINE)
WITHIN = re.compile(r"`(?:sonar-server )?([a-z]+(?: [^`]*)?)`")


def of_the_server(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands below a parser, by name; none of one that has none."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= action.choices
    return found


def not_taken(text: str) -> list[str]:
    """Return the commands written out in a text that a program would refuse."""
    parsers = {"sonar-server": server_parser(), "sonar-recover": recover_parser()}
    found = []
    for program, rest in WHOLE.findall(text):
        try:
            parsers[program].parse_args(shlex.split(rest))
        except SystemExit:
            found.append(f"{program} {rest}")
    return found


def not_known(text: str) -> list[str]:
    """Return what a text calls a command within a sentence, and none has that word or option."""
    found = []
    every = of_the_server(server_parser())
    for named in WITHIN.findall(text):
        first, *words = named.split()
        if first not in every or not (words or f"sonar-server {first}" in text):
            continue
        parser = every[first]
        for word in words:
            below = of_the_server(parser)
            if below and word not in below:
                found.append(named)
                break
            parser = below.get(word, parser)
            if word.startswith("--") and word not in parser._option_string_actions:
                found.append(named)
                break
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_taken(page, capsys):
    text = page.read_text(encoding="utf-8")
    assert (not_taken(text), not_known(text)) == ([], [])
    assert capsys.readouterr().err == ""


def test_the_pages_have_commands_to_hold():
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    assert sum(len(WHOLE.findall(text)) for text in texts) >= 20
    assert sum(named.startswith("device ") for text in texts for named in WITHIN.findall(text)) >= 5


@pytest.mark.parametrize(
    "text",
    [
        "    sonar-server device revoke room-2",
        "    sonar-server device lend room-2",
        "    sonar-recover folder",
        "say `device lend` then",
        "say `sonar-server device code --suite NAME`",
    ],
)
def test_one_that_is_not_is_found(text):
    assert len(not_taken(text) + not_known(text)) == 1
