"""A new epoch for every scope when the database may have lost its newest commits.

With a new epoch every device asks how far its copy and the logs still agree, and gives back what it
wrote after that.
"""

from __future__ import annotations

from typing import Final

import structlog

from sonar_server.central import Central
from sonar_server.store import incidents, log
from sonar_server.store.database import Transaction
from sonar_server.store.incidents import Incident

NEW_EPOCH: Final = "new_epoch"
MOVED: Final = "the database is not where it was served last: restored, promoted or copied"
ASKED_FOR: Final = "an operator asked for it"

_log: Final = structlog.get_logger()


def notice(central: Central) -> int | None:
    """Begin a new epoch if the database was restored or promoted since it was served last.

    Returns the epoch, None where nothing happened. To be called before anybody is served.
    """

    def look(transaction: Transaction) -> int | None:
        organisation = central.organisation.id
        before, now = incidents.last_place(transaction, organisation), incidents.here(transaction)
        if before == now:
            return None
        incidents.keep_place(transaction, organisation, now)
        return None if before is None else _begin(transaction, central, MOVED)

    epoch = central.database.run(look)
    if epoch is not None:
        _log.warning(NEW_EPOCH, epoch=epoch, reason=MOVED)
    return epoch


def begin(central: Central) -> int:
    """Begin a new epoch because an operator knows that something was lost; return it."""
    return central.database.run(lambda transaction: _begin(transaction, central, ASKED_FOR))


def _begin(transaction: Transaction, central: Central, reason: str) -> int:
    now_ms = central.now_ms()
    epoch = log.raise_epochs(transaction, now_ms)
    happened = Incident(
        id=central.new_id(), at_ms=now_ms, kind=NEW_EPOCH, detail=f"epoch {epoch}: {reason}"
    )
    incidents.note(transaction, central.organisation.id, happened)
    return epoch
