"""A request that the server does not answer, in the words of the protocol.

RefusedError            the whole request; never a verdict on one operation
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from sonar_core.sync import versions


class RefusedError(Exception):
    """A request refused: HTTP status, a code the client knows, words for an operator."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status: Final = status
        self.code: Final = code
        self.message: Final = message


def bad_request(message: str) -> RefusedError:
    """Return the refusal of what is not a request of this protocol."""
    return RefusedError(HTTPStatus.BAD_REQUEST, "bad_request", message)


def require_protocol(spoken: int) -> None:
    """Raise RefusedError (426) unless this server speaks that version."""
    _require(spoken, versions.SPOKEN.oldest)


def require_push_protocol(spoken: int) -> None:
    """Raise RefusedError (426) unless this server takes operations in that version.

    A program too old to fetch anything may still hand in what was entered on it.
    """
    _require(spoken, versions.SPOKEN.oldest_push)


def _require(spoken: int, oldest: int) -> None:
    newest = versions.SPOKEN.newest
    if not oldest <= spoken <= newest:
        raise RefusedError(
            HTTPStatus.UPGRADE_REQUIRED,
            "protocol_too_old" if spoken < oldest else "protocol_too_new",
            f"this server speaks protocols {oldest} to {newest} here, the request {spoken}",
        )


def foreign_scope() -> RefusedError:
    """Return the refusal of a request about a scope of somebody else."""
    return RefusedError(
        HTTPStatus.FORBIDDEN, "foreign_scope", "the scope is not this device's to read"
    )


def no_order() -> RefusedError:
    """Return the refusal of a parcel that nobody asked for, or that its device did not sign."""
    return RefusedError(HTTPStatus.NOT_FOUND, "no_order", "no such parcel was asked for")


def scope_revoked() -> RefusedError:
    """Return the refusal of a request for rows of a scope that the device may not hold any more."""
    return RefusedError(
        HTTPStatus.FORBIDDEN, "scope_revoked", "the scope was revoked from this device"
    )
