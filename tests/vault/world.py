"""The people, clocks and keys of the vault's tests."""

from __future__ import annotations

from pathlib import Path

from nacl.public import PrivateKey

from sonar_desktop.vault.keys import LEAST_M_KIB, LEAST_T, KdfCost
from sonar_desktop.vault.people import Person
from sonar_desktop.vault.secret_store import FileStore, SecretStore
from sonar_desktop.vault.vault import Vault

# The cheapest cost that is accepted from a file; the product never chooses it.
CHEAP = KdfCost(t=LEAST_T, m=LEAST_M_KIB, p=1)
DEVICE = "0192d3a4-0000-7000-8000-000000000001"
ORGANISATION = PrivateKey(bytes(range(32)))
ORGANISATION_PUBLIC = bytes(ORGANISATION.public_key)

PRIYA = Person(user="user-priya", display_name="Priya Sharma", initials="PS", role="nurse")
TOM = Person(user="user-tom", display_name="Tom Okafor", initials="TO", role="paramedic")
PRIYAS = "trombone lichen otter"
TOMS = "velvet kayak thistle"

DAY_MS = 24 * 3600 * 1000
START_MS = 1_790_000_000_000
LEASE_END_MS = START_MS + 7 * DAY_MS


class HandClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.wall = START_MS
        self.since_start = 1_000

    def now_ms(self) -> int:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.since_start

    def zone(self) -> str:
        return "Europe/London"

    def let_pass(self, ms: int) -> None:
        self.wall += ms
        self.since_start += ms

    def set_wall(self, ms: int) -> None:
        """Somebody sets the PC's clock."""
        self.wall = ms


class Pc:
    """One PC: its folders, its keyring, and a program that can be started again."""

    def __init__(self, root: Path, store: SecretStore | None = None) -> None:
        self.data = root / "data"
        self.data.mkdir(mode=0o700)
        self.store = store or FileStore(root / "secret")
        self.clock = HandClock()

    def started(self) -> Vault:
        return Vault(self.data, store=self.store, clock=self.clock)

    def enrolled(self) -> Vault:
        """A PC that Priya has signed in on."""
        vault = self.started()
        vault.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
        vault.add_password_slot(PRIYA, PRIYAS, gen=1, not_after_ms=LEASE_END_MS)
        return vault


def secret_of(vault: Vault) -> bytes:
    return bytes(vault.dek.exposed())
