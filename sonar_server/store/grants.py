"""Which scopes were granted to devices and sites, and which revoked, as the log says last."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from sonar_core.ids import to_bytes
from sonar_core.records.scope_grant import ScopeGrant
from sonar_server.store.database import Transaction
from sonar_server.store.schema import record, scope_grant


def keep(transaction: Transaction, site: str, word: ScopeGrant) -> None:
    """Note the newest word about a holder at a site."""
    values = {
        "site_id": to_bytes(site),
        "holder": to_bytes(word.holder),
        "scope": word.scope,
        "is_granted": word.is_granted,
    }
    said = insert(scope_grant).values(values)
    key = [column.name for column in scope_grant.primary_key]
    transaction.execute(
        said.on_conflict_do_update(index_elements=key, set_={"is_granted": word.is_granted})
    )


def last_version(transaction: Transaction, organisation: str, word: ScopeGrant) -> int:
    """Return how often something was said of that holder and scope."""
    query = select(func.max(record.c.version)).where(
        record.c.site_id == to_bytes(organisation), record.c.id == to_bytes(word.id)
    )
    return transaction.execute(query).scalar() or 0
