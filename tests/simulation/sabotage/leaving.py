# ruff: noqa: E501 the product's own lines are quoted
"""Sabotages of what leaves the PCs: stays that are over, acknowledged operations, the breaker."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import BEYOND, PUSH, Sabotage

RETIRING = "sonar_desktop/db/retiring.py"
RETIREMENTS = "sonar_server/retiring.py"
ACKNOWLEDGED = "sonar_desktop/db/acknowledged.py"
PURGING = ("tests/db/test_acknowledged.py",)
UNDER_STORE = ("tests/db/test_retiring.py",)

SABOTAGES_OF_LEAVING: tuple[Sabotage, ...] = (
    Sabotage(
        22, "too much may go at once", "sonar_core/sync/breaker.py",
        "return gone > MOST_ROWS and gone * 100 > of * MOST_PERCENT", "return gone > of",
        ("tests/db/test_departing.py",),
    ),
    Sabotage(
        BEYOND, "a stay goes with what is unsent in it", RETIRING,
        "    return bool(raw.execute(_KEPT_BY, names).fetchone()[0])", "    return False",
        UNDER_STORE,
    ),
    Sabotage(
        BEYOND, "a stay goes before both sides were equal", RETIRING,
        "any(seq > agreed.get(scope, 0) for scope, seq in places)", "False", UNDER_STORE,
    ),
    Sabotage(
        BEYOND, "a stay goes that the server could lose", RETIRING,
        "any(seq > safe.get(scope, 0) for scope, seq in places)", "False", UNDER_STORE,
    ),
    Sabotage(
        BEYOND, "what left counts on", RETIRING,
        "left += [] if stay in marked else _held(raw, taken.scope, stay)", "left += []",
        UNDER_STORE,
    ),
    Sabotage(
        BEYOND, "a late entry comes without its stay", PUSH,
        "    moving.bring_back(transaction, heads, pushed.territory, made)\n", "",
        ("tests/server/test_retiring.py",),
    ),
    Sabotage(
        BEYOND, "who arrives while it is decided leaves too", RETIREMENTS,
        "    stays = _due(transaction, central, site_id, patients)\n",
        "    stays = [stay for some in retirements.stays_of(transaction, site_id, patients).values() for stay in some]\n",
        ("tests/server/test_retiring.py",),
    ),
    Sabotage(
        BEYOND, "a freeze that nobody lifted is over", "sonar_desktop/sync/leaving.py",
        "    named = [one.at_ms for one in freezes if one.at_ms in told.lifted]\n", "    named = [one.at_ms for one in freezes]\n",
        ("tests/sync/test_leaving.py",),
    ),
    Sabotage(
        BEYOND, "another PC's freeze is lifted with one", "sonar_server/store/freezes.py",
        "update(removal_freeze).filter_by(**_of(device)).where(", "update(removal_freeze).where(",
        ("tests/server/test_freezes.py",),
    ),
    Sabotage(
        BEYOND, "what was written since is not seen", "sonar_desktop/db/database.py",
        "        if known is None or known[0] != written:\n", "        if known is None:\n",
        ("tests/db/test_database.py",),
    ),
    Sabotage(
        BEYOND, "an acknowledged operation goes by one clock alone", "sonar_core/sync/keeping.py",
        "    passed_ms = min(", "    passed_ms = max(", PURGING,
    ),
    Sabotage(
        BEYOND, "an acknowledged operation goes that the server could lose", ACKNOWLEDGED,
        " and not connection.scalar(_MAY_BE_LOST)", "", PURGING,
    ),
    Sabotage(
        BEYOND, "what was acknowledged after an entry held back goes before it", ACKNOWLEDGED,
        "    ends = (connection.scalar(_FIRST_OPEN), ", "    ends = (None, ", PURGING,
    ),
    Sabotage(
        BEYOND, "what is sent again goes as if it had never been lost", "sonar_desktop/db/reconciling.py",
        "    acknowledged.undo_from(connection, first)\n", "", PURGING,
    ),
    Sabotage(
        BEYOND, "the end of a chain is forgotten with its operations", "sonar_desktop/db/reconciling.py",
        "    return chain_end.prev_hash if op_seq == chain_end.next_seq - 1 else None\n", "    return None\n", PURGING,
    ),
)  # fmt: skip
