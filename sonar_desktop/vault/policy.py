"""The administrator's policy file of this PC (TOML).

    device_secret = "keyring"     # or "file": reduced protection, shown permanently
    server_ca = "/etc/sonar/ca.pem"    # trust these authorities, and no others, with the server

The first file that exists counts. A file that cannot be read is never taken for "no policy".
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sonar_desktop.vault.errors import PolicyRefused
from sonar_desktop.vault.keybag import SecretPlace

FILE_NAME = "policy.toml"


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the administrator decided for this PC."""

    device_secret: SecretPlace = SecretPlace.KEYRING
    server_ca: str = ""


def read_policy(files: Iterable[Path]) -> Policy:
    """Return the policy of the first file that exists, or the strict default.

    Raises:
        PolicyRefused: it is there and is unreadable, no TOML, or says something unknown.
    """
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError):
            raise PolicyRefused from None
        try:
            return msgspec.convert(tomllib.loads(text), Policy)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError):
            raise PolicyRefused from None
    return Policy()
