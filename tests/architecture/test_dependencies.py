"""What the program is made of: locked, without a version known to be bad, and written down."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.architecture.source_tree import ROOT
from tools import sbom

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
KNOWN_BAD = tomllib.loads((ROOT / "tools/known_bad.toml").read_text())["versions"]
ENTRY = "urllib3==2.8.0 \\\n    --hash=sha256:" + "a" * 64 + "\n    # via\n    #   requests\n"


def lock(path: str) -> dict[str, sbom.Locked]:
    return {one.name: one for one in sbom.locked((ROOT / path).read_text())}


def faults(entries: dict[str, sbom.Locked]) -> list[str]:
    """Each locked version with the fault that was published of it."""
    return [
        f"{one.name} {one.version}: {fault}"
        for one in entries.values()
        for versions, fault in KNOWN_BAD.get(one.name, [])
        if SpecifierSet(versions).contains(one.version, prereleases=True)
    ]


@pytest.mark.parametrize("path", [sbom.RUNTIME, sbom.DEV])
def test_no_locked_version_is_known_to_be_bad(path):
    assert faults(lock(path)) == []


@pytest.mark.parametrize(
    ("version", "is_bad"), [("2.6.9", True), ("2.6.9rc1", True), ("2.7", False)]
)
def test_a_bad_version_would_be_found(version, is_bad):
    (entry,) = sbom.locked(ENTRY.replace("2.8.0", version))
    assert bool(faults({entry.name: entry})) is is_bad


def test_each_known_fault_names_versions_and_a_number():
    for name, entries in KNOWN_BAD.items():
        assert name == re.sub(r"[-_.]+", "-", name).lower()
        for versions, fault in entries:
            assert list(SpecifierSet(versions))
            assert re.fullmatch(r"CVE-\d{4}-\d{4,}(, CVE-\d{4}-\d{4,})*", fault)


def test_tests_run_against_the_versions_and_hashes_that_are_shipped():
    shipped, tested = lock(sbom.RUNTIME), lock(sbom.DEV)
    assert shipped.keys() < tested.keys()
    for name, one in shipped.items():
        assert (one.version, one.hashes) == (tested[name].version, tested[name].hashes)


def test_what_the_project_asks_for_is_what_is_locked():
    tested = lock(sbom.DEV)
    extras = PROJECT["optional-dependencies"].values()
    for asked in map(Requirement, sum(extras, PROJECT["dependencies"])):
        name = re.sub(r"[-_.]+", "-", asked.name).lower()
        assert asked.specifier.contains(tested[name].version), name


def test_an_entry_without_a_version_stops_the_bill_of_materials():
    with pytest.raises(ValueError, match="not one version"):
        sbom.locked(ENTRY.replace("==", ">="))


def test_the_bill_of_materials_names_each_locked_file_and_who_wants_it():
    bill = sbom.inventory()
    parts = {part["name"]: part for part in bill["components"]}
    assert parts.keys() == lock(sbom.DEV).keys()
    assert {name for name, part in parts.items() if part["scope"] == "required"} == lock(
        sbom.RUNTIME
    ).keys()
    accepted = {one["value"] for one in parts["urllib3"]["properties"]}
    assert accepted == set(lock(sbom.DEV)["urllib3"].hashes) != set()
    wants = {one["ref"]: one["dependsOn"] for one in bill["dependencies"]}
    assert parts["urllib3"]["purl"] in wants[parts["requests"]["purl"]]
    assert parts["requests"]["purl"] in wants["pkg:pypi/sonar-desktop@" + PROJECT["version"]]
    assert bill == sbom.inventory()
