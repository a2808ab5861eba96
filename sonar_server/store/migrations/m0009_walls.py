"""Version 9: row-level security, the second wall behind the check of a device's scopes.

What a transaction reaches is in three settings: `sonar.reach` is `all` for the server's own work,
else `sonar.sites` names sites (bytea[]), and `sonar.scopes` (text[]) scopes of these or, empty, all
of them. Where nothing is set, nothing is seen. A sub-select is worked out once for each statement,
not for each row.
"""

from __future__ import annotations

VERSION = 9

_ALL = "(SELECT current_setting('sonar.reach', true) = 'all')"
_SITES = "(SELECT nullif(current_setting('sonar.sites', true), '')::bytea[])"
_SCOPES = "(SELECT nullif(current_setting('sonar.scopes', true), '')::text[])"
_SITE = f"site_id = ANY ({_SITES}::bytea[])"
_SCOPE = f"{_SITE} AND ({_SCOPES} IS NULL OR scope_id = ANY ({_SCOPES}::text[]))"

_REACHED = (
    ("record", _SCOPE),
    ("again", _SCOPE),
    ("commit_log", _SCOPE),
    ("op", _SITE),
    ("retired", _SITE),
)


def _wall(table: str, reached: str) -> tuple[str, ...]:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY owned ON {table} TO CURRENT_ROLE USING (true)",
        f"CREATE POLICY audited ON {table} FOR SELECT TO sonar_auditor USING (true)",
        f"CREATE POLICY reached ON {table} TO sonar_application USING ({_ALL} OR ({reached}))",
    )


STATEMENTS = tuple(line for table, reached in _REACHED for line in _wall(table, reached))
