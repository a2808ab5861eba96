"""What the README promises, the machine of the project runs; and the locks are locks."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.architecture.exceptions import COMMANDS_TO_COME
from tests.architecture.source_tree import ROOT

LOCKS = ["requirements/runtime.txt", "requirements/dev.txt"]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def requirements(path: str) -> list[str]:
    """The entries of a lock, each with its markers and hashes."""
    return re.split(r"\n(?=\S)", re.sub(r"(?m)^ *#.*\n", "", read(path)).strip())


def commands(path: str) -> list[str]:
    return re.findall(r"(?m)^ *(make \w+)", read(path))


def test_the_test_command_of_the_readme_is_the_one_that_decides():
    assert commands(".ci/run") == ["make check", "make test"]
    assert "make test" in commands("README.md")


def test_every_command_of_the_makefile_says_what_it_does():
    makefile = read("Makefile")
    phony = set(re.findall(r"(?m)^\.PHONY: (.*)$", makefile)[0].split())
    assert phony == set(re.findall(r"(?m)^([\w-]+):.*  ## \w", makefile))


def test_every_command_that_the_documents_name_exists():
    phony = set(re.findall(r"(?m)^\.PHONY: (.*)$", read("Makefile"))[0].split())
    named = {
        name
        for page in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md")
        for name in re.findall(r"(?m)(?:`|^ *)make (\w[\w-]*)", read(page))
    }
    assert named - phony == COMMANDS_TO_COME
    assert {"setup", "test", "check", "fix"} <= named & phony


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_dependency_has_one_version_and_its_hashes(lock):
    for entry in requirements(lock):
        assert re.match(r"[a-z0-9-]+(\[[\w,]+\])?==\S+ ", entry), entry[:60]
        assert "--hash=sha256:" in entry, entry[:60]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock):
    assert "://" not in read(lock)


def test_everything_that_is_asked_for_is_locked():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    names = {
        lock: {re.match(r"[a-z0-9-]+", entry)[0] for entry in requirements(lock)} for lock in LOCKS
    }
    runtime = {_name(wanted) for wanted in project["dependencies"]}
    dev = {_name(wanted) for wanted in project["optional-dependencies"]["dev"]}
    assert runtime <= names["requirements/runtime.txt"]
    assert runtime | dev <= names["requirements/dev.txt"]


def test_what_is_tested_is_what_is_shipped():
    tested = {entry.split(" ")[0] for entry in requirements("requirements/dev.txt")}
    shipped = {entry.split(" ")[0] for entry in requirements("requirements/runtime.txt")}
    assert shipped <= tested


def _name(wanted: str) -> str:
    return re.match(r"[\w-]+", wanted)[0].lower().replace("_", "-")
