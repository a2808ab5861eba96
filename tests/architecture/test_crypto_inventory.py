"""The crypto inventory names every domain of the code, and no other, and the bounds in force."""

from __future__ import annotations

import re

from sonar_desktop.vault import keys
from tests.architecture.source_tree import PACKAGES, ROOT, assert_nothing

DOMAIN = re.compile(r"sonar/[a-z-]+/v\d+")
PAGE = (ROOT / "docs" / "security" / "crypto-inventory.md").read_text(encoding="utf-8")


def domains_of_the_code() -> set[str]:
    modules = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {found for path in modules for found in DOMAIN.findall(path.read_text("utf-8"))}


def differences(page: str) -> list[str]:
    """Return the domains that the page or the code has alone."""
    code, named = domains_of_the_code(), set(DOMAIN.findall(page))
    return [f"{one} is not in the inventory" for one in sorted(code - named)] + [
        f"{one} is in no module" for one in sorted(named - code)
    ]


def test_the_inventory_and_the_code_name_the_same_domains():
    assert_nothing(differences(PAGE))


def test_one_that_is_missing_on_either_side_is_found():
    assert differences(PAGE.replace("sonar/op/v1", "")) == ["sonar/op/v1 is not in the inventory"]
    assert differences(PAGE + "`sonar/none/v9`") == ["sonar/none/v9 is in no module"]


def test_the_bounds_of_the_key_derivation_are_those_in_force():
    in_force = (
        f"from a file t {keys.LEAST_T} to {keys.MOST_T}, m {keys.LEAST_M_KIB // 1024} MiB to "
        f"{keys.MOST_M_KIB // 1024**2} GiB, p {keys.LEAST_P} to {keys.MOST_P}; "
        f"{keys.SALT_BYTES} bytes of salt"
    )
    assert in_force in PAGE
    assert f"raising t to {keys.CALIBRATED_MS} ms" in PAGE
    assert f"nonce {keys.NONCE_BYTES} random bytes" in PAGE
