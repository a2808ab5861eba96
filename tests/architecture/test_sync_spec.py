"""docs/specs/sync.md names what the code has, all of it and nothing else."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from sonar_core.sync import (
    anchors,
    browser_sign_in,
    healing,
    looked,
    messages,
    operations,
    roll,
    rows,
    wiping,
)
from sonar_core.sync.messages import Reason, Verdict
from sonar_desktop.db.schema import OpState
from sonar_desktop.usecases.ports import Standing
from tests.architecture.source_tree import ROOT, Source, sources
from tests.architecture.sync_surface import endpoints, refusals, section, table, words

PAGE = (ROOT / "docs" / "specs" / "sync.md").read_text(encoding="utf-8")
SERVER = sources(ROOT, "sonar_server")


def structs(module: ModuleType) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, msgspec.Struct)
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def first_words(text: str, head: str) -> list[str]:
    return [word for row in table(text, head) for word in words(row[0])]


def server_module(text: str) -> list[Source]:
    return [Source(path=Path("sonar_server/made_up.py"), text=text)]


def test_every_message_is_in_the_table_of_messages():
    named = first_words(section(PAGE, 2), "Message")
    declared = (
        structs(module)
        for module in (
            anchors,
            browser_sign_in,
            healing,
            looked,
            messages,
            operations,
            roll,
            rows,
            wiping,
        )
    )
    assert sorted(named) == sorted(set().union(*declared))


def test_every_endpoint_is_in_the_table_of_endpoints():
    named = first_words(section(PAGE, 4), "Request")
    assert sorted(named) == sorted(endpoints(SERVER))


def test_every_refusal_is_in_the_table_of_codes_with_its_statuses():
    named = {
        (int(status), code)
        for row in table(section(PAGE, 4), "Code")
        for code in words(row[0])
        for status in row[1].split(", ")
    }
    found = refusals(SERVER)
    assert named == {(status, code) for status, code in found if status is not None}
    assert {code for _, code in found} == {code for _, code in named}


def test_every_verdict_and_reason_has_its_line():
    push = section(PAGE, 5)
    assert first_words(push, "Verdict") == [verdict.value for verdict in Verdict]
    assert sorted(first_words(push, "Reason")) == sorted(set(Reason) - {Reason.NONE})
    held = {word for row in table(push, "Reason") for word in words(row[1])}
    assert held == {Verdict.QUARANTINED.value, Verdict.REFUSED.value}


def test_every_state_has_its_line():
    push = section(PAGE, 5)
    assert set(first_words(push, "State")) == {state.value for state in OpState}
    assert first_words(push, "Told") == [standing.value for standing in Standing]


def test_the_page_says_when_the_guarantee_does_not_hold():
    assert "When the guarantee does not hold" in section(PAGE, 11)


def test_every_bad_input_names_a_test_that_exists_and_where_a_person_sees_it():
    lines = table(section(PAGE, 16), "What comes")
    missing = []
    for _, becomes, proved, seen in lines:
        assert becomes
        assert seen
        assert words(proved)
        for place in words(proved):
            path, _, name = place.partition("::")
            if f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"):
                missing.append(place)
    assert missing == []


def test_what_the_server_offers_is_read_from_its_source():
    tree = server_module(
        "@get('/v1/news', x=1)\nasync def tell(): ...\n@post(['/a', '/b'])\ndef take(): ...\n"
    )
    assert endpoints(tree) == {"GET /v1/news", "POST /a", "POST /b"}


def test_a_refusal_is_found_through_the_function_that_makes_it():
    tree = server_module(
        "def gone(code, words):\n    return RefusedError(HTTPStatus.GONE, code, words)\n"
        "def ask(x):\n    raise gone('left', 'it left')\n"
        "def old(x):\n    raise RefusedError(HTTPStatus.CONFLICT, 'a' if x else 'b', 'words')\n"
    )
    assert refusals(tree) == {(410, "left"), (409, "a"), (409, "b")}


def test_a_code_that_nobody_can_read_in_the_source_is_found():
    tree = server_module("def ask(x):\n    raise RefusedError(HTTPStatus.GONE, CODES[x], 'w')\n")
    with pytest.raises(ValueError, match="CODES"):
        refusals(tree)
