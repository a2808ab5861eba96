"""A PC for the tests of screens: a real encrypted store, a nurse signed in, detainees in cells.

Nothing here is a fake of ours except the hand-moved clock, the loudspeaker and the way to other
pages: keys, store and use cases are the product's.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import pytest

from sonar_core.board.build import board_row_bytes
from sonar_core.moments import moment_at
from sonar_core.records.patient import Gender
from sonar_core.records.referral import ReferralReason
from sonar_desktop.db.opened import open_pc_store
from sonar_desktop.platform.ids import SystemIds
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.theme import ThemeName, apply_theme
from sonar_desktop.ui.viewmodels.late_drafts import LateDrafts
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.admit_detainee import Admitted, Arrival, Person, admit_detainee
from sonar_desktop.usecases.identity_ports import PcRecord
from sonar_desktop.usecases.ports import Actor, Changed, Desk
from sonar_desktop.usecases.server_time import ServerTime
from sonar_desktop.usecases.telling_store import TellingStore
from sonar_desktop.vault.device_identity import DeviceIdentity
from sonar_desktop.vault.keys import new_dek
from sonar_desktop.vault.secret_store import FileStore
from sonar_desktop.vault.session_keys import SessionKeys
from sonar_desktop.vault.vault import Vault
from tests.vault.world import CHEAP, ORGANISATION_PUBLIC

ZONE = "Europe/London"
START_MS = 1_794_666_720_000  # 14-Nov-2026 14:32 in London
DEVICE = "0192d3a4-0000-7000-8000-0000000000d1"
SITE = "0192d3a4-0000-7000-8000-0000000000a1"
ORGANISATION = "0192d3a4-0000-7000-8000-0000000000b1"
RHONA = Actor(
    user="0192d3a4-0000-7000-8000-0000000000e1",
    name="Rhona Okafor",
    initials="RO",
    role="nurse",
    lease_id="0192d3a4-0000-7000-8000-0000000000f1",
)
LENA = Actor(
    user="0192d3a4-0000-7000-8000-0000000000e2",
    name="Dr Lena Marek",
    initials="LM",
    role="doctor",
    lease_id="0192d3a4-0000-7000-8000-0000000000f2",
)


class HandClock(ServerTime):
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.wall_ms = START_MS
        self.since_start_ms = 1_000

    def now_ms(self) -> int:
        return self.wall_ms

    def monotonic_ms(self) -> int:
        return self.since_start_ms

    def zone(self) -> str:
        return ZONE

    def let_pass(self, *, minutes: int = 0, seconds: int = 0) -> None:
        ms = (minutes * 60 + seconds) * 1000
        self.wall_ms += ms
        self.since_start_ms += ms


class SignsAtOnce:
    """Signing whose PIN is fresh; `asked` counts how often a screen asked."""

    def __init__(self) -> None:
        self.asked = 0

    def confirm(self, then) -> None:
        self.asked += 1
        then()


class Visited:
    """Where the screens went."""

    def __init__(self) -> None:
        self.destinations = []

    def __call__(self, destination) -> None:
        self.destinations.append(destination)

    @property
    def last(self):
        return self.destinations[-1]


@dataclass(kw_only=True)
class Seed:
    """Puts people into cells by the real use cases; times are minutes before now."""

    desk: Desk
    clock: HandClock
    _number: int = field(default=3400)

    def moment(self, minutes_ago: int = 0):
        return moment_at(self.clock.now_ms() - minutes_ago * 60_000, ZONE)

    def admit(
        self,
        cell: str = "M4",
        family: str = "BARROW",
        given: str = "Connor",
        *,
        minutes_ago: int = 60,
        **person,
    ) -> Admitted:
        """Admit a detainee who arrived and was referred that many minutes ago."""
        self._number += 1
        known = {"title": "Mr", "gender": Gender.MALE, "birth_date": "1989-03-04"} | person
        arrival = Arrival(
            person=Person(family=family, given=given, **known),
            custody_record_number=f"NF/{self._number}",
            cell=cell,
            arrived_at=self.moment(minutes_ago),
            detained_for="Theft",
            requested_at=self.moment(minutes_ago),
            requested_by="Sgt Marsh",
            reasons=(ReferralReason.FITNESS_TO_DETAIN,),
            target_minutes=60,
        )
        return admit_detainee(self.desk, arrival)[0]


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def light(qapp):
    """The application in the light theme, as each screen expects it."""
    apply_theme(qapp, ThemeName.LIGHT, 100)
    return qapp


@pytest.fixture
def encrypted_store(tmp_path, hand_clock):
    """A real SQLCipher store of an enrolled test PC; `.store`, `.sync`, `.pc()`."""
    identity = DeviceIdentity.generate()
    dek = new_dek()
    opened = open_pc_store(
        tmp_path / "client.db",
        dek,
        clock=hand_clock,
        ids=SystemIds(hand_clock),
        board_row=board_row_bytes,
        in_contact=lambda: False,
        load_identity=DeviceIdentity.load,
    )
    opened.enrol(
        PcRecord(
            device=DEVICE,
            incarnation=1,
            site=SITE,
            site_name="Northfield custody suite",
            organisation=ORGANISATION,
            zone=ZONE,
            server_id="0192d3a4-0000-7000-8000-0000000000c1",
            scopes=(
                f"{SITE}/clinical",
                f"{SITE}/medicines",
                f"{ORGANISATION}/reference",
                f"{DEVICE}/device",
            ),
            identity=identity.stored(),
            lease_public=bytes(32),
            recovery_public=bytes(32),
        ),
        identity,
    )
    yield opened
    opened.close()
    dek.wipe()


@pytest.fixture
def background(qapp, encrypted_store):
    """The threads; they end before the store closes, so that what a page still asks is answered."""
    made = Background()
    yield made
    made.close()


@pytest.fixture
def visited() -> Visited:
    return Visited()


def nowhere():
    """No test of a screen asks a server unless it says which."""
    raise AssertionError


@pytest.fixture
def signing() -> SignsAtOnce:
    return SignsAtOnce()


@pytest.fixture
def sit_down(background, encrypted_store, hand_clock, visited, signing, tmp_path):
    """Returns a function that signs a person in at the PC: `sit_down(LENA)`."""

    @functools.cache
    def keys() -> SessionKeys:
        folder = tmp_path / "keys"
        folder.mkdir(mode=0o700)
        vault = Vault(folder, store=FileStore(tmp_path / "secret-of-keys"), clock=hand_clock)
        vault.create(device=DEVICE, organisation_public_key=ORGANISATION_PUBLIC, cost=CHEAP)
        return SessionKeys(vault, lambda: CHEAP)

    def sit(actor: Actor = RHONA) -> Workplace:
        def told(changed: Changed) -> None:
            background.tell_changed(changed)

        desk = Desk(
            actor=actor,
            store=TellingStore(encrypted_store.store, told),
            clock=hand_clock,
            ids=SystemIds(hand_clock),
            site=SITE,
        )
        return Workplace(
            background=background,
            desk=desk,
            clock=hand_clock,
            zone=ZONE,
            site_name="Northfield custody suite",
            pc_name="NF-MED-01",
            go=visited,
            signing=signing,
            late=LateDrafts(background),
            door=nowhere,
            keys=keys,
        )

    return sit


@pytest.fixture
def workplace(sit_down) -> Workplace:
    """Rhona Okafor, a nurse, signed in at NF-MED-01."""
    return sit_down(RHONA)


@pytest.fixture
def seed(workplace, hand_clock) -> Seed:
    """Puts detainees into cells: `seed.admit("M4", "BARROW", "Connor")`."""
    return Seed(desk=workplace.desk, clock=hand_clock)


@pytest.fixture
def front_desk(tmp_path, hand_clock):
    """A PC's disk with its suite's server: `front_desk.premises()` is a program started on it."""
    from tests.ui.front_desk import FrontDesk, Server  # noqa: PLC0415 - it uses this module

    desk = FrontDesk(folder=tmp_path, clock=hand_clock, server=Server(clock=hand_clock))
    yield desk
    for opened in desk.opened:
        opened.close()


@pytest.fixture
def sessions(qtbot, front_desk):
    """Returns a function that starts the program anew: `sessions()` is its session."""
    from sonar_desktop.ui.viewmodels.session import SessionModel  # noqa: PLC0415 - as above

    begun = []

    def begin(**options) -> SessionModel:
        session = SessionModel(front_desk.premises(), Background(), **options)
        begun.append(session)
        return session

    yield begin
    for session in begun:
        if session.timer.isActive():
            session.close()


@pytest.fixture
def enrolled(qtbot, front_desk, sessions):
    """A session in which Rhona has enrolled the PC, set her PIN and sees the board."""
    from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel  # noqa: PLC0415 - as above
    from sonar_desktop.ui.viewmodels.session import Stage  # noqa: PLC0415
    from tests.ui.front_desk import CODE, PASSWORDS, SERVER  # noqa: PLC0415

    session = sessions()
    model = EnrolmentModel(session)
    model.ask(SERVER, CODE, "NF-MED-01")
    qtbot.waitUntil(lambda: model.step == "compare")
    model.agree()
    qtbot.waitUntil(lambda: model.step == "sign_in")
    model.sign_in("rokafor", PASSWORDS["rokafor"])
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN)
    session.premises.keys.set_pin(RHONA.user, "284915")
    session.first_sync_usable()
    session.pin_settled()
    assert session.stage is Stage.WORKING
    return session
