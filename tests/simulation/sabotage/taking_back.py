"""Sabotages of what the server takes back: a lease by the roll, a whole PC by a wipe order."""

from __future__ import annotations

from tests.simulation.sabotage.kinds import BEYOND, Sabotage

OBEYING = "sonar_desktop/usecases/obey_wipe.py"
HEARING = "sonar_desktop/usecases/hear_roll.py"
UNDER_WIPE = ("tests/usecases/test_obey_wipe.py",)
UNDER_ROLL = ("tests/usecases/test_hear_roll.py",)

SABOTAGES_OF_TAKING_BACK: tuple[Sabotage, ...] = (
    Sabotage(
        BEYOND,
        "a wipe destroys the keys while entries wait to be sent",
        OBEYING,
        "    if opened.opened.sync.waiting().operations:\n        return False\n",
        "",
        UNDER_WIPE,
    ),
    Sabotage(
        BEYOND,
        "a wiped PC deletes its records though it is not known that all was sent",
        OBEYING,
        "not (kept.is_received and kept.is_all_sent)",
        "not kept.is_received",
        UNDER_WIPE,
    ),
    Sabotage(
        BEYOND,
        "a receipt for another parcel is taken for this one's",
        OBEYING,
        "    if door.parcel(kept.parcel) != wiping.receipt_of(kept.parcel):\n"
        "        raise ParcelRefusedError\n",
        "    door.parcel(kept.parcel)\n",
        UNDER_WIPE,
    ),
    Sabotage(
        BEYOND,
        "a wipe order that its server did not sign is obeyed",
        "sonar_core/sync/wiping.py",
        "    if not verify(signed_message(signed.order), signed.signature):\n",
        "    if False:\n",
        UNDER_WIPE,
    ),
    Sabotage(
        BEYOND,
        "a PC under a wipe order lets people in after a restart",
        "sonar_desktop/usecases/sign_in.py",
        "    if setting(opened, WIPE_SETTING):\n",
        "    if False:\n",
        UNDER_WIPE,
    ),
    Sabotage(
        BEYOND,
        "a wipe does not wait for words that are on no disk",
        "sonar_desktop/ui/viewmodels/wipe_watch.py",
        "        if self._late.count:\n",
        "        if False:\n",
        ("tests/ui/viewmodels/test_wipe_watch.py",),
    ),
    Sabotage(
        BEYOND,
        "a PC under a wipe order is sent records",
        "sonar_server/gate.py",
        "    return path in _TO_BE_WIPED and ",
        "    return ",
        ("tests/server/test_wiping.py",),
    ),
    Sabotage(
        BEYOND,
        "another password raises no generation of credentials",
        "sonar_server/store/people.py",
        ".values(password_hash=password_hash, cred_gen=person.c.cred_gen + 1)",
        ".values(password_hash=password_hash)",
        ("tests/server/test_accounts.py",),
    ),
    Sabotage(
        BEYOND,
        "what ends a lease is not kept over a restart",
        HEARING,
        '    opened.opened.store.write(actor_of(lease), "hear_roll", keep)\n',
        "",
        UNDER_ROLL,
    ),
    Sabotage(
        BEYOND,
        "a roll of before the last one takes a lease back",
        HEARING,
        "not is_same and issued_ms >= before.issued_ms",
        "not is_same",
        UNDER_ROLL,
    ),
    Sabotage(
        BEYOND,
        "whose account is closed goes on at the screen",
        "sonar_desktop/ui/viewmodels/account_watch.py",
        "        elif one.why is Ended.CLOSED or self.is_locked:\n",
        "        elif self.is_locked:\n",
        ("tests/ui/viewmodels/test_account_watch.py",),
    ),
)
