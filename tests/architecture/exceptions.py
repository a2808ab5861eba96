"""What the rules let pass for now. These lists only shrink: a rule fails on an entry too many."""

from __future__ import annotations

# Path -> its length today.
LONG_MODULES: dict[str, int] = {}

WITHOUT_TEST_FILE: set[str] = {
    "sonar_core/board/rows.py",
    "sonar_core/board/views.py",
    "sonar_core/sync/intake.py",
    "sonar_core/sync/lease.py",
    "sonar_core/sync/port.py",
    "sonar_desktop/platform/clock.py",
    "sonar_desktop/platform/errors.py",
    "sonar_desktop/platform/hardening.py",
    "sonar_desktop/platform/paths.py",
    "sonar_desktop/platform/redacting_log.py",
    "sonar_desktop/platform/single_instance.py",
    "sonar_desktop/usecases/errors.py",
    "sonar_desktop/usecases/ports.py",
    "sonar_desktop/usecases/sync_ports.py",
    "sonar_desktop/vault/atomic_file.py",
    "sonar_desktop/vault/device_identity.py",
    "sonar_desktop/vault/device_secret.py",
    "sonar_desktop/vault/envelope.py",
    "sonar_desktop/vault/envelope_slots.py",
    "sonar_desktop/vault/errors.py",
    "sonar_desktop/vault/keybag.py",
    "sonar_desktop/vault/keyholder.py",
    "sonar_desktop/vault/keys.py",
    "sonar_desktop/vault/lease.py",
    "sonar_desktop/vault/people.py",
    "sonar_desktop/vault/pin.py",
    "sonar_desktop/vault/policy.py",
    "sonar_desktop/vault/recovery.py",
    "sonar_desktop/vault/secret_store.py",
    "sonar_desktop/vault/server_orders.py",
    "sonar_desktop/vault/strength.py",
    "sonar_desktop/vault/throttle.py",
    "sonar_desktop/vault/vault.py",
}

# Commands that the documents already promise and that no target stands behind yet.
COMMANDS_TO_COME: set[str] = set()
