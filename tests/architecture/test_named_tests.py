"""The tests that the evidence names are there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source_tree import ROOT, assert_nothing

PAGES = sorted((ROOT / "docs").rglob("*.md"))
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def missing(text: str) -> list[str]:
    """Return the tests named in a text that do not exist."""
    found = []
    for file, name in NAMED.findall(text):
        path = ROOT / file
        if not path.is_file() or (name and f"def {name}(" not in path.read_text()):
            found.append(f"{file}::{name}" if name else file)
    return found


def test_every_test_that_a_page_names_exists():
    assert_nothing(
        [f"{page.name} names {one}" for page in PAGES for one in missing(page.read_text())]
    )


@pytest.mark.parametrize(
    "text", ["`tests/nowhere.py`", "`tests/architecture/test_named_tests.py::test_nothing_of_that`"]
)
def test_one_that_does_not_is_found(text):
    assert len(missing(text)) == 1
