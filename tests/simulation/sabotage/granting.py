"""Sabotages of what a PC may hold: scopes that are granted and revoked."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import BEYOND, Sabotage

WITHDRAWING = "sonar_desktop/db/withdrawing.py"
GRANTS = "sonar_desktop/db/grants.py"
UNDER_STORE = ("tests/db/test_withdrawing.py",)
ON_SERVER = ("tests/server/test_granting.py",)
JOURNEYS = ("tests/journeys/test_grants.py",)

SABOTAGES_OF_GRANTS: tuple[Sabotage, ...] = (
    Sabotage(
        19,
        "a revoked scope goes with what is unsent in it",
        WITHDRAWING,
        "        if state is CopyState.REVOKED and not _is_waiting(connection, scope):\n",
        "        if state is CopyState.REVOKED:\n",
        UNDER_STORE,
    ),
    Sabotage(
        BEYOND,
        "a revoked scope is sent on",
        "sonar_server/scopes.py",
        "        if self.is_revoked(wire):\n",
        "        if False:\n",
        ON_SERVER,
    ),
    Sabotage(
        BEYOND,
        "what was entered into a revoked scope is refused",
        "sonar_server/scopes.py",
        "for kind in kinds if kind is not ScopeKind.REFERENCE)",
        "for kind in kinds if kind not in {ScopeKind.REFERENCE, *self.revoked})",
        ON_SERVER,
    ),
    Sabotage(
        BEYOND,
        "people go with the words that somebody writes about them",
        WITHDRAWING,
        "    kept = _kept(raw, scope) if state is CopyState.GOING else set()\n",
        "    kept: set[bytes] = set()\n",
        UNDER_STORE,
    ),
    Sabotage(
        18,
        "what is granted again is not fetched from its beginning",
        WITHDRAWING,
        '_BESIDE: Final = ("retired", "place", "cursor")\n',
        '_BESIDE: Final = ("retired", "place")\n',
        UNDER_STORE,
    ),
    Sabotage(
        BEYOND,
        "a word is stored and not followed",
        "sonar_desktop/db/sync_store.py",
        "            if grants.has_word(came.arrived.rows):\n",
        "            if False:\n",
        ("tests/db/test_grants.py",),
    ),
    Sabotage(
        BEYOND,
        "nobody is told that what is shown is not whole",
        GRANTS,
        "    if after != {scope: before.get(scope) for scope in after}:\n",
        "    if False:\n",
        ("tests/db/test_grants.py",),
    ),
    Sabotage(
        BEYOND,
        "a site's word goes before a PC's own",
        "sonar_core/sync/grants.py",
        "if not said.get((device, kind.value), said.get((site, kind.value), True))",
        "if not said.get((site, kind.value), said.get((device, kind.value), True))",
        ("tests/core/sync/test_grants.py",),
    ),
    Sabotage(
        BEYOND,
        "a PC that meets a revoked scope does not ask which",
        "sonar_desktop/sync/exchange.py",
        "            self.learn_grants: _REVOKED,\n",
        "",
        JOURNEYS,
    ),
    Sabotage(
        BEYOND,
        "whoever listens is not told of a granted scope",
        "sonar_server/granting.py",
        "        notices.say(transaction, Regranted(device=device.id))\n",
        "        pass\n",
        ("tests/server/test_hints.py",),
    ),
)
