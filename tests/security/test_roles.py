"""10,000 random acts against a model of who may do what, written apart from the table.

The table of roles says what a duty is; here each thing that a person can do stands by itself, with
who may do it, so that a cell changed by mistake is found on one of the two sides.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import pytest

from sonar_core.ids import to_bytes
from sonar_core.moments import moment_at
from sonar_core.records.assessment import Assessment
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.kinds import ScopeKind
from sonar_core.records.medication_administration import MedicationAdministration
from sonar_core.records.note import Note
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.outcome_told import OutcomeTold
from sonar_desktop.usecases.accept_referral import accept_referral
from sonar_desktop.usecases.add_task import add_task
from sonar_desktop.usecases.admit_detainee import admit_detainee
from sonar_desktop.usecases.answer_recheck import answer_recheck
from sonar_desktop.usecases.close_referral import close_referral
from sonar_desktop.usecases.complete_task import cancel_task, complete_task
from sonar_desktop.usecases.end_marker import end_marker
from sonar_desktop.usecases.find_person import find_person
from sonar_desktop.usecases.give_medicine import give_medicine
from sonar_desktop.usecases.inputs import RoleError
from sonar_desktop.usecases.list_board import list_board
from sonar_desktop.usecases.log_access import disclose_text
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.order_medicine import order_medicine
from sonar_desktop.usecases.ports import Actor
from sonar_desktop.usecases.read_chart import read_chart
from sonar_desktop.usecases.read_handover import read_handover
from sonar_desktop.usecases.read_history import read_history
from sonar_desktop.usecases.read_inbox import read_inbox
from sonar_desktop.usecases.read_page import read_page
from sonar_desktop.usecases.read_timeline import read_timeline
from sonar_desktop.usecases.record_allergy import change_allergy, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.record_observations import record_observations
from sonar_desktop.usecases.refer_detainee import refer_detainee
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.resolve_conflict import resolve_conflict
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.see_detainee import see_detainee
from sonar_desktop.usecases.set_care_level import set_care_level
from sonar_desktop.usecases.sign_assessment import sign_assessment
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.strike_out_allergy import strike_out_allergy
from sonar_desktop.usecases.tell_custody import tell_custody
from sonar_desktop.usecases.write_note import read_note, write_note
from sonar_server.authors import Account, IssuedLease, Known, marks
from sonar_server.errors import RefusedError
from sonar_server.scopes import Territory
from tests.server.test_authors import HEADER as AUTHORED
from tests.usecases.fakes import NURSE, make_desk

ACTS: Final = 10_000
LETTERS: Final = {
    "n": "nurse",
    "p": "paramedic",
    "d": "doctor",
    "h": "pharmacist",
    "t": "pharmacy_technician",
    "m": "manager",
    "a": "auditor",
    "x": "administrator",
}

ACTIONS: Final[dict[Callable[..., Any], str]] = {
    list_board: "npdhtma",
    open_record: "npdhtma",
    read_page: "npdhtma",
    read_chart: "npdhtma",
    read_timeline: "npdhtma",
    read_history: "npdhtma",
    read_handover: "npdhtma",
    read_inbox: "npdhtma",
    read_note: "npdhtma",
    find_person: "npdhtma",
    disclose_text: "npdhm",
    admit_detainee: "npd",
    refer_detainee: "npd",
    accept_referral: "npd",
    see_detainee: "npd",
    close_referral: "npd",
    move_cell: "npd",
    move_suite: "npd",
    release_detainee: "npd",
    record_observations: "npdh",
    sign_assessment: "npd",
    record_fitness_outcome: "npd",
    set_care_level: "npd",
    tell_custody: "npdh",
    write_note: "npdht",
    add_task: "npdht",
    complete_task: "npdht",
    cancel_task: "npdht",
    record_allergy: "npdht",
    change_allergy: "npdht",
    strike_out_allergy: "npdht",
    review_allergies: "npdht",
    record_marker: "npdh",
    end_marker: "npdh",
    order_medicine: "npdh",
    stop_order: "npdh",
    give_medicine: "npdht",
    answer_recheck: "npdh",
    resolve_conflict: "npd",
}
STRUCK: Final = {
    Note: "npdht",
    ObservationSet: "npdh",
    Assessment: "npd",
    FitnessOutcome: "npd",
    OutcomeTold: "npdh",
    MedicationAdministration: "npdht",
}
KINDS: Final = {
    "Patient": "npd",
    "CustodyEpisode": "npd",
    "Referral": "npd",
    "AllergyStatus": "npdht",
    "AllergyIntolerance": "npdht",
    "Flag": "npdh",
    "CareLevel": "npd",
    "Task": "npdht",
    "ObservationSet": "npdh",
    "Assessment": "npd",
    "FitnessOutcome": "npd",
    "OutcomeTold": "npdh",
    "Note": "npdht",
    "MedicationRequest": "npdh",
    "MedicationAdministration": "npdht",
    "ConflictResolution": "npd",
    "AccessEvent": "npdhtmax",
    "FromANewerProgram": "npdhtmax",
}
SITES: Final = tuple(f"0192a0{number:02d}-0000-7000-8000-000000000000" for number in range(4))
NOW: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Act:
    """Somebody at a PC of a site, with a role now and a role and sites when the lease was given."""

    role_now: str
    letter: str
    lease_sites: tuple[str, ...]
    site: str


class ReachedError(Exception):
    """The use case let the person through to the store."""


class Store:
    """Lets nothing be read or written; says that somebody came as far as that."""

    def read(self, _look: object) -> None:
        raise ReachedError

    def write(self, _actor: Actor, _intent: str, _act: object) -> None:
        raise ReachedError


def drawn(draw: random.Random) -> Act:
    return Act(
        role_now=draw.choice(list(LETTERS.values())),
        letter=draw.choice(list(LETTERS)),
        lease_sites=tuple(draw.sample(SITES, draw.randint(0, len(SITES)))),
        site=draw.choice(SITES),
    )


def is_refused(letter: str, action: Callable[..., Any], *given: object) -> bool:
    """Return whether a use case refuses the role; what it makes of nonsense after that is its own.

    Whatever else it raises, it asked for the role before it looked at anything.
    """
    desk = make_desk(actor=msgspec.structs.replace(NURSE, role=LETTERS[letter]))
    names = list(inspect.signature(action).parameters)
    missing = [None] * (len(names) - 1 - len(given))
    required = inspect.signature(action).parameters.values()
    named = {one.name: None for one in required if one.kind is one.KEYWORD_ONLY}
    missing = missing[: len(missing) - len(named)]
    try:
        action(replace(desk, store=Store()), *given, *missing, **named)
    except RoleError:
        return True
    except Exception:  # noqa: BLE001 it was let through
        return False
    raise AssertionError("no use case ends without the store")


def marked(act: Act, kind: str) -> tuple[str, ...]:
    """Return what the server marks an entry of a kind with, made under the act's lease."""
    account = Account(user="u", role=act.role_now, sites=SITES, is_active=True)
    lease = IssuedLease(
        lease_id="l",
        user="u",
        device="pc",
        role=LETTERS[act.letter],
        sites=act.lease_sites,
        issued_ms=0,
        not_after_ms=2 * NOW,
    )
    header = msgspec.structs.replace(HEADER, kind=kind, scope=f"{act.site}/clinical")
    return marks(header, act.site, Known(accounts={"u": account}, leases={"l": lease}))


HEADER: Final = msgspec.structs.replace(
    AUTHORED, user="u", lease_id="l", recorded_at=moment_at(NOW, "Europe/London")
)


def leaks_at_the_pc(draw: random.Random) -> list[str]:
    act, action = drawn(draw), draw.choice([*ACTIONS, strike_out])
    if action is strike_out:
        kind = draw.choice(list(STRUCK))
        refused, who = is_refused(act.letter, strike_out, kind, "fact", "why " * 9), STRUCK[kind]
    else:
        refused, who = is_refused(act.letter, action), ACTIONS[action]
    is_right = refused is (act.letter not in who)
    return [] if is_right else [f"{LETTERS[act.letter]} {action.__name__}"]


def leaks_at_the_server(draw: random.Random) -> list[str]:
    act, kind = drawn(draw), draw.choice(list(KINDS))
    wanted = set()
    if act.site not in act.lease_sites:
        wanted.add("other_site")
    if act.letter not in KINDS[kind]:
        wanted.add("role_not_allowed")
    found = set(marked(act, kind))
    return [] if found == wanted else [f"{LETTERS[act.letter]} {kind}: {found ^ wanted}"]


def leaks_of_a_scope(draw: random.Random) -> list[str]:
    act, other = drawn(draw), draw.choice(SITES)
    kind = draw.choice([ScopeKind.CLINICAL, ScopeKind.MEDICINES])
    revoked = frozenset(draw.sample([ScopeKind.CLINICAL, ScopeKind.MEDICINES], draw.randint(0, 2)))
    here = Territory(device=SITES[0], site=act.site, organisation=SITES[1], revoked=revoked)
    try:
        is_read = here.readable(f"{other}/{kind.value}").site_id == to_bytes(act.site)
    except RefusedError:
        is_read = False
    is_right = is_read is (other == act.site and kind not in revoked)
    return [] if is_right else [f"{other} {kind} read at {act.site}"]


@pytest.mark.parametrize("leaks", [leaks_at_the_pc, leaks_at_the_server, leaks_of_a_scope])
def test_of_10_000_random_acts_none_gets_past_its_role_or_its_site(leaks):
    draw = random.Random(32)
    assert [leak for _ in range(ACTS) for leak in leaks(draw)] == []
