"""Which custody suites a stay is at, and which operations say so.

A stay is at the suite that it names. While people have to decide between versions of it, it is at
each suite that one of them names: nobody loses sight of a person over a dispute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sonar_core import bodies
from sonar_core.records.conflict import Conflict, ConflictResolution, ConflictStatus
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.sync.operations import (
    DamagedOperationError,
    Header,
    Operation,
    OpKind,
    body_of,
    edit_of,
)
from sonar_core.sync.retirement import is_over

RULE: Final = "moved/1"
"""The name and version of the rule, written into the retirement of a stay that moved."""
_SITE: Final = "site"
_EPISODE: Final = CustodyEpisode.__name__


def versions_of(stay: dict[str, Any], conflicts: Iterable[Conflict]) -> tuple[dict[str, Any], ...]:
    """Return a stay's fields as they stand, and as each side of an open conflict has them."""
    sides = [
        {**stay, **side.values}
        for conflict in conflicts
        if conflict.status is ConflictStatus.OPEN and conflict.entity == stay.get("id")
        for side in conflict.alternatives
    ]
    return (stay, *sides)


def sites_of(versions: Iterable[dict[str, Any]]) -> frozenset[str]:
    """Return the sites at which versions of a stay say that the person is; none once it is over."""
    named = (version.get(_SITE) for version in versions if not is_over(version.get("status")))
    return frozenset(site for site in named if isinstance(site, str))


def sites_written(operation: Operation, header: Header) -> frozenset[str]:
    """Return the sites that an operation says a stay is at; none for what cannot be read."""
    if header.kind not in (_EPISODE, ConflictResolution.__name__):
        return frozenset()
    try:
        if header.op is OpKind.EDIT:
            written = [
                new
                for changes in edit_of(operation).groups.values()
                for field, (_, new) in changes.items()
                if field == _SITE
            ]
        else:
            written = [_named_in(body_of(operation), header.op)]
    except (DamagedOperationError, bodies.BodyError):
        return frozenset()
    return frozenset(site for site in written if isinstance(site, str))


def _named_in(body: dict[str, Any], op: OpKind) -> object:
    """Return the site that a stay's body names, or a decision on what is disputed of a stay."""
    if op is not OpKind.RESOLVE:
        return body.get(_SITE)
    values = body.get("values")
    if body.get("entity_kind") != _EPISODE or not isinstance(values, dict):
        return None
    return values.get(_SITE)
