"""The PostgreSQL roles of the server, and what each may do to which table.

OWNER has the tables and nobody signs in as it; `sonar-server init` works as it. APPLICATION serves:
it may not change a log, and sees of rows under row-level security what a transaction reaches
(`sonar_server.store.reach`). RECORDER appends to the logs for it and reads nothing. AUDITOR reads.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from sonar_server.store.database import RECORDER, Transaction
from sonar_server.store.errors import SchemaError

OWNER: Final = "sonar_owner"
APPLICATION: Final = "sonar_application"
AUDITOR: Final = "sonar_auditor"

LOGS: Final = ("record", "again", "commit_log", "op")
"""What RECORDER appends to. Of `op` a verdict may change: that of an operation held back."""

GRANTS: Final[dict[str, str]] = {
    "schema_version": "SELECT",
    "organisation": "SELECT",
    "site": "SELECT, INSERT",
    "scope": "SELECT, INSERT, UPDATE (epoch, head_seq, commit_no, chain, digest)",
    "record": "SELECT",
    "again": "SELECT",
    "commit_log": "SELECT",
    "op": "SELECT, UPDATE (verdict, reason, detail, version, waiting_for)",
    "redecided": "SELECT, INSERT, DELETE, UPDATE (offered_seq)",
    "retired": "SELECT, INSERT, DELETE",
    "known_at": "SELECT, INSERT",
    "device": "SELECT, INSERT, UPDATE (revoked_ms)",
    "device_chain": "SELECT, INSERT, UPDATE (last_seq, last_hash)",
    "anchor": "SELECT, INSERT",
    "scope_grant": "SELECT, INSERT, UPDATE (is_granted)",
    "enrolment_code": "SELECT, INSERT, UPDATE (used_ms)",
    "person": "SELECT, INSERT, UPDATE (active, password_hash, cred_gen)",
    "account_at": "SELECT, INSERT",
    "session_token": "SELECT, INSERT, DELETE, UPDATE (used_ms)",
    "lease": "SELECT, INSERT",
    "nonce": "SELECT, INSERT, DELETE, UPDATE (at_ms)",
    "whereabouts": "SELECT, INSERT, UPDATE (place)",
    "removal_freeze": "SELECT, INSERT, UPDATE (lifted_ms)",
    "wipe_order": "SELECT, INSERT, UPDATE (withdrawn_ms, done_ms)",
    "left_on": "SELECT, INSERT, UPDATE (at_ms, waiting, oldest_ms, drafts)",
    "parcel": "SELECT, INSERT",
    "incident": "SELECT, INSERT, UPDATE (kind, detail)",
}
"""What APPLICATION may do to each table. No table of the log takes an UPDATE or a DELETE.

`retired`, `redecided`, `nonce` and `session_token` are no logs: what leaves and comes back, what is
still to be told, what was used in the last minutes, what renews a lease. An incident
that a PC tells of twice is kept as it stands.
"""

AUDITED: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "schema_version", "organisation", "site", "scope", "record", "again", "commit_log",
            "op", "redecided", "retired", "known_at", "device", "device_chain", "scope_grant",
            "account_at", "lease", "whereabouts", "removal_freeze", "incident", "wipe_order",
            "left_on", "parcel", "anchor",
        ),
        "SELECT",
    ),
    "person": "SELECT (site_id, user_id, username, name, role, sites, cred_gen, active)",
}  # fmt: skip
"""What AUDITOR may do: read, but no password's hash, no enrolment code and no nonce."""

_NEEDED: Final = {
    OWNER: "NOLOGIN",
    RECORDER: "NOLOGIN BYPASSRLS",
    APPLICATION: "LOGIN NOINHERIT",
    AUDITOR: "LOGIN",
}
_MISSING: Final = text("SELECT :name AS name WHERE to_regrole(:name) IS NULL")
_IS_SUPERUSER: Final = text("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")
_TABLES: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
_TOO_MUCH: Final = text(
    "SELECT r.rolsuper OR r.rolbypassrls OR EXISTS (SELECT 1 FROM pg_tables AS t "
    "WHERE t.schemaname = 'public' AND pg_has_role(current_user, t.tableowner, 'USAGE')) "
    "FROM pg_roles AS r WHERE r.rolname = current_user"
)
_CAN_RECORD: Final = text(f"SELECT pg_has_role(current_user, '{RECORDER}', 'MEMBER')")


def as_role(url: str, role: str) -> str:
    """Return the address of the same database for another role, without a password."""
    return make_url(url).set(username=role, password="").render_as_string(hide_password=False)


def make(transaction: Transaction) -> None:
    """Make the roles that the cluster lacks, and give all tables to OWNER.

    Only a superuser can give tables away; where another runs `init`, the tables stay theirs. Raises
    SchemaError for whoever may not make roles.
    """
    for role, attributes in _NEEDED.items():
        if transaction.execute(_MISSING, {"name": role}).first() is not None:
            try:
                transaction.execute(text(f"CREATE ROLE {role} {attributes}"))
            except DBAPIError:
                raise SchemaError(
                    f"the role {role} is missing and cannot be made from here: let a superuser "
                    "run `init`, or make the roles as docs/operators.md says"
                ) from None
    if not _is_superuser(transaction):
        return
    transaction.execute(text(f"GRANT {RECORDER} TO {APPLICATION}"))
    transaction.execute(text(f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER}"))
    for name in transaction.execute(_TABLES).scalars():
        transaction.execute(text(f"ALTER TABLE {name} OWNER TO {OWNER}"))


def act_as_owner(transaction: Transaction) -> None:
    """Do the rest of the transaction as OWNER where a superuser is connected."""
    if _is_superuser(transaction):
        transaction.execute(text(f"SET LOCAL ROLE {OWNER}"))


def grant(transaction: Transaction) -> None:
    """Let each role do what it may, and nothing else; may be repeated."""
    act_as_owner(transaction)
    roles = f"{APPLICATION}, {RECORDER}, {AUDITOR}"
    transaction.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {roles}"))
    for role, granted in ((APPLICATION, GRANTS), (AUDITOR, AUDITED)):
        for table, rights in granted.items():
            transaction.execute(text(f"GRANT {rights} ON {table} TO {role}"))
    for table in LOGS:
        transaction.execute(text(f"GRANT INSERT ON {table} TO {RECORDER}"))


def require_application(transaction: Transaction) -> None:
    """Raise SchemaError for a connection that row-level security and grants would not hold."""
    if transaction.execute(_TOO_MUCH).scalar():
        raise SchemaError(
            f"the database's address is that of its owner or of a superuser: only `init` takes it, "
            f"everything else signs in as {APPLICATION}"
        )
    if not transaction.execute(_CAN_RECORD).scalar():
        raise SchemaError(f"the database's role is no member of {RECORDER}: run `init` first")


def _is_superuser(transaction: Transaction) -> bool:
    return bool(transaction.execute(_IS_SUPERUSER).scalar())
