# ruff: noqa: E501 the product's own lines are quoted
"""Sabotages of people who move, of what left before a first sync, is corrected, or waits for an update."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import BEYOND, GENERATIONS, HISTORIES, Sabotage

MOVING = "sonar_server/moving.py"
LEFT_BEFORE = "sonar_desktop/db/left_before.py"
NOT_LOST = "sonar_desktop/db/not_lost.py"
CORRECTING = "sonar_core/sync/correcting.py"
FRAMES = "sonar_core/sync/frames.py"
ON_THE_MOVE = ("tests/server/test_moving.py",)
BEFORE = ("tests/db/test_left_before.py",)
ROLLING = ("tests/db/test_rolling_forward.py",)

SABOTAGES_OF_ARRIVING: tuple[Sabotage, ...] = (
    Sabotage(
        BEYOND, "who moves leaves no word where they were", MOVING,
        "            self._leave(site, cause, names.keys())\n", "            pass\n", ON_THE_MOVE,
    ),
    Sabotage(
        BEYOND, "somebody moves to where there is no suite", MOVING,
        "    return frozenset(op_id for op_id, sites in written.items() if not sites <= known)\n",
        "    return frozenset()\n", ON_THE_MOVE,
    ),
    Sabotage(
        BEYOND, "a scope of another site is not locked with the rest", MOVING,
        "    if not heads.keys() >= set(keys_of(wanted)):\n", "    if False:\n", ON_THE_MOVE,
    ),
    Sabotage(
        BEYOND, "what was sent is ended though rows are to come", LEFT_BEFORE,
        "at if all(compared.agreed.get(scope) == seq for scope, seq in at.items()) else None", "at", BEFORE,
    ),
    Sabotage(
        BEYOND, "what was sent is ended though the server could lose it", LEFT_BEFORE,
        "        seq <= safe.get(scope, 0)\n", "        True\n", BEFORE,
    ),
    Sabotage(
        BEYOND, "what a PC takes for lost goes while the server could lose it", NOT_LOST,
        "    if not are_safe(at, safe):\n", "    if False:\n", ("tests/db/test_not_lost.py",),
    ),
    Sabotage(
        BEYOND, "what a PC takes for lost goes whatever the server holds", NOT_LOST,
        "        if all(row.operation in compared.held for row in rows)\n", "", ("tests/db/test_not_lost.py",),
    ),
    Sabotage(
        BEYOND, "what a PC takes for lost goes from under an entry", NOT_LOST,
        "if scope in scopes and episode not in kept", "if scope in scopes", ("tests/db/test_not_lost.py",),
    ),
    Sabotage(
        BEYOND, "an incarnation that the server lost looks like one without an entry", "sonar_server/store/operations.py",
        'hash=FIRST_PREV_HASH if is_first else "")\n', "hash=FIRST_PREV_HASH)\n",
        ("tests/server/test_rebirth.py",),
    ),
    Sabotage(
        BEYOND, "where somebody was said to be is kept though the server lost it", "sonar_desktop/db/reconciling.py",
        "frozenset({SCOPE_GRANT, SITE_MOVE, Location.__name__})", "frozenset({SCOPE_GRANT})",
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        BEYOND, "what was lost of a revoked scope keeps its stay", "sonar_desktop/db/retiring.py",
        '    "AND scope NOT IN (SELECT scope FROM revoked_scope)) "\n', '    ") "\n', ("tests/db/test_retiring.py",),
    ),
    Sabotage(
        BEYOND, "an older row in both tables stops every exchange", "sonar_desktop/db/ingest.py",
        '    "ON CONFLICT (id, version) DO NOTHING"\n', "", ("tests/db/test_ingest.py",),
    ),
    Sabotage(
        BEYOND, "what the store never committed comes back from the journal", "sonar_desktop/db/rolling_forward.py",
        "    if salvaged is None and len(ahead) == 1 and not ahead[0].is_confirmed:\n", "    if False:\n", ROLLING,
    ),
    Sabotage(
        BEYOND, "what came back under other numbers is not journalled under them", "sonar_desktop/db/rolling_forward.py",
        "            journal.append(taken, device=chain.device, sealed_to=device.recovery_public)\n", "", ROLLING,
    ),
    Sabotage(
        BEYOND, "numbers that are nowhere are passed over", "sonar_desktop/db/rolling_forward.py",
        "            missing.append((expected, action.first[1] - 1))\n", "            pass\n", ("tests/db/test_found.py",),
    ),
    Sabotage(
        BEYOND, "the word that an action is in the store waits for the end", "sonar_desktop/vault/journal.py",
        "                self._write(Record())\n", "                pass\n", ROLLING,
    ),
    Sabotage(
        BEYOND, "a journal file that nobody can read is deleted", "sonar_desktop/vault/journal.py",
        "            return _deleted(path)\n        _put_aside(path)\n", "            return _deleted(path)\n        _deleted(path)\n", ("tests/vault/test_journal.py",),
    ),
    Sabotage(
        BEYOND, "a store found damaged is called clean", "sonar_desktop/db/database.py",
        "        if not self.is_damaged:\n", "        if True:\n", ("tests/db/test_copies.py",),
    ),
    Sabotage(
        BEYOND, "what the damaged file alone had is dropped", "sonar_desktop/db/taking_up.py",
        "salvaged.actions\n", "()\n", ("tests/db/test_taking_up.py",),
    ),
    Sabotage(
        BEYOND, "a stop between the renamings is not gone on from", "sonar_desktop/db/putting_right.py",
        "        if is_begun:\n", "        if False:\n", ("tests/db/test_putting_right.py",),
    ),
    Sabotage(
        BEYOND, "a number given twice comes back twice", "sonar_desktop/db/rolling_forward.py",
        "        while committed and committed[-1].last >= action.first:\n", "        while False:\n", ROLLING,
    ),
    Sabotage(
        BEYOND, "a journal file goes while the store has its operations", "sonar_desktop/db/rolling_forward.py",
        "    return all(action.last[1] < kept_from for action in _read(segment, chain.device))\n", "    return True\n", ROLLING,
    ),
    Sabotage(
        BEYOND, "records of a journal are not chained", "sonar_desktop/vault/journal_segment.py",
        "        self._last = made[-_TAG:]\n", "", ("tests/vault/test_journal_segment.py",),
    ),
    Sabotage(
        BEYOND, "a stay half here is not fetched when the word of its leaving is lost", "sonar_desktop/db/retiring.py",
        '"SELECT DISTINCT patient FROM retired WHERE scope = ? AND seq > ?"',
        '"SELECT DISTINCT patient FROM retired WHERE scope = ? AND seq > ? AND is_gone = 1"', ("tests/db/test_retiring.py",),
    ),
    Sabotage(
        BEYOND, "a PC that went back is not told what the server holds", "sonar_server/copies.py",
        "    return tuple(sorted({row.operation for row in told} - lacked))\n", "    return ()\n",
        ("tests/server/test_copies.py",),
    ),
    Sabotage(
        BEYOND, "what was sent is ended though somebody drafts in its stay", LEFT_BEFORE,
        "    kept |= drafted.stays(raw)\n", "", BEFORE,
    ),
    Sabotage(
        BEYOND, "what a lost incarnation had acknowledged is not looked for", "sonar_desktop/sync/exchange.py",
        '"operations_missing", "incarnation_unknown", _FELL_BACK', '"operations_missing", _FELL_BACK',
        ("tests/simulation/test_found.py",),
    ),
    Sabotage(
        BEYOND, "a conflict that came hides the own entry that stands", "sonar_desktop/db/effects.py",
        "op.c.op_id.in_(sides[1:])", "op.c.op_id.in_(sides)", ("tests/db/test_effects.py",),
    ),
    Sabotage(
        BEYOND, "a conflict that came hides what was applied and has not come", "sonar_desktop/db/effects.py",
        "effect.c.op_seq.in_(held), has_no_row)", "effect.c.op_seq.in_(held))", ("tests/db/test_effects.py",),
    ),
    Sabotage(
        BEYOND, "what is held back stays out of sight where its scope is granted again", "sonar_desktop/db/grants.py",
        "                show_held_back(connection, scope, touched)\n", "                pass\n", ("tests/db/test_withdrawing.py",),
    ),
    Sabotage(
        BEYOND, "what was entered of somebody with a draft goes with its verdict", "sonar_desktop/db/withdrawing.py",
        "        and not is_kept(patient, stay)\n", "",
        ("tests/db/test_withdrawing_drafted.py",),
    ),
    Sabotage(
        BEYOND, "what was entered of every stay of somebody with a draft stays", "sonar_desktop/db/drafted.py",
        "lambda patient, stay: stay in drafted if stay else patient in persons", "lambda patient, stay: patient in persons",
        ("tests/db/test_drafted.py",),
    ),
    Sabotage(
        BEYOND, "a word that was put right is not followed", "sonar_desktop/db/healing_store.py",
        "            if is_reference(at.scope):\n", "            if False:\n", ("tests/db/test_grants.py",),
    ),
    Sabotage(
        BEYOND, "a word that a disk spoilt ends every exchange", "sonar_desktop/db/grants.py",
        "        with suppress(bodies.BodyError):\n", "        with suppress():\n", ("tests/db/test_grants.py",),
    ),
    Sabotage(
        BEYOND, "which own operations the server holds is found to the next power of two", "sonar_desktop/sync/agreement.py",
        "    while not (written.is_done and all(", "    while not (all(", ("tests/sync/test_agreement.py",),
    ),
    Sabotage(
        BEYOND, "an incarnation begins after what the server has lost", "sonar_server/rebirth.py",
        "        if after is not None and not incarnations", "        if after is not None and 0 and not incarnations",
        ("tests/server/test_rebirth.py",),
    ),
    Sabotage(
        BEYOND, "a PC that begins anew does not say after what", "sonar_desktop/db/incarnation.py",
        "        after=before[0] if before else None,\n", "", ("tests/db/test_incarnation.py",),
    ),
    Sabotage(
        BEYOND, "an entry that is sent again stands over what was written since", "sonar_desktop/db/reconciling.py",
        "        if header.op_id not in come_already.operations_of(connection, header.entity):\n", "        if True:\n",
        ("tests/db/test_reconciling.py",),
    ),
    Sabotage(
        BEYOND, "a correction waits for what never comes", CORRECTING,
        "        if one.reason in FOR_GOOD:\n", "        if False:\n", ("tests/core/sync/test_correcting.py",),
    ),
    Sabotage(
        BEYOND, "a frame is taken whatever its hash", FRAMES,
        "        if hashlib.sha256(payload).digest() != buffer[at + 4 : at + FRAME_HEAD]:\n", "        if False:\n",
        ("tests/core/sync/test_frames.py",),
    ),
    Sabotage(
        BEYOND, "a line that was made of half of somebody's rows stays as it is", "sonar_desktop/db/sync_store.py",
        "done[Phase.BOARD] | on_board(connection, done[Phase.WHOLE])", "done[Phase.BOARD]",
        ("tests/db/test_first_sync.py",),
    ),
    Sabotage(
        BEYOND, "what waits for a newer server waits when it is there", "sonar_server/waiting.py",
        "    return _decide_held(central, Reason.NEWER_SCHEMA).taken\n", "    return 0\n", (HISTORIES,),
    ),
    Sabotage(
        BEYOND, "a server that starts does not look at what waits for it", "sonar_server/starting.py",
        "    waiting.decide_newer(central)\n", "", (GENERATIONS,),
    ),
)  # fmt: skip
