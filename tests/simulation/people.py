"""What simulated nurses do: the product's real use cases on whomever they find in custody."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from sonar_core.moments import Moment, moment_at
from sonar_core.records.allergy_intolerance import AllergyIntolerance, AllergyStanding
from sonar_core.records.allergy_status import AllergyKnowledge
from sonar_core.records.base import Record
from sonar_core.records.custody_episode import CustodyEpisode, EpisodeStatus
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import Flag, FlagCategory, FlagStanding
from sonar_core.records.medication_administration import DoseOutcome
from sonar_core.records.medication_request import MedicationRequest, RequestStatus, SupplyRoute
from sonar_core.records.note import Note
from sonar_core.records.patient import Patient
from sonar_core.records.practitioner import PractitionerRole
from sonar_core.records.referral import Referral, ReferralReason
from sonar_core.records.task import Task, TaskStatus
from sonar_core.sync.disputes import PLACE
from sonar_desktop.usecases.accept_referral import accept_referral
from sonar_desktop.usecases.acting import Amending, Signing, now
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.admit_detainee import Arrival, Person, admit_detainee
from sonar_desktop.usecases.complete_task import complete_task
from sonar_desktop.usecases.end_marker import end_marker
from sonar_desktop.usecases.give_medicine import Giving, give_medicine
from sonar_desktop.usecases.keep_draft import discard_draft, keep_draft, my_drafts
from sonar_desktop.usecases.move_cell import move_cell
from sonar_desktop.usecases.move_suite import move_suite
from sonar_desktop.usecases.open_record import open_record
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.ports import Desk, Seen
from sonar_desktop.usecases.record_allergy import AllergyEntry, change_allergy, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.release_detainee import release_detainee
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict
from sonar_desktop.usecases.review_allergies import review_allergies
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.stop_order import stop_order
from sonar_desktop.usecases.strike_out import strike_out
from sonar_desktop.usecases.strike_out_allergy import strike_out_allergy
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.simulation.novelties import write_what_is_new

R = TypeVar("R", bound=Record)

Deed = Callable[[Desk, random.Random], None]
_WORDS = ("calm", "asleep", "zittrig", "naïve ☂", "refuses food", "Ω 37.2", "e\u0301puisé", "alert")
_SUBSTANCES = ("Penicillin", "Latex", "Aspirin", "Peanut")
_REASON = "Simulated reason of some length"


def words(rng: random.Random) -> str:
    """A few words that tell one entry from every other."""
    return f"{rng.choice(_WORDS)} {rng.randrange(10**9)}"


def _all(desk: Desk, kind: type[R]) -> list[R]:
    found = desk.store.read(lambda reading: reading.all_of(kind))
    return sorted(found, key=lambda record: record.id)


def _one(desk: Desk, rng: random.Random, kind: type[R], **wanted: object) -> R | None:
    found = [
        record
        for record in _all(desk, kind)
        if all(getattr(record, name) == value for name, value in wanted.items())
    ]
    return rng.choice(found) if found else None


def _stay(desk: Desk, rng: random.Random) -> CustodyEpisode | None:
    return _one(desk, rng, CustodyEpisode, status=EpisodeStatus.OPEN)


def _when(desk: Desk, rng: random.Random) -> Moment:
    """What the PC's clock says, or what the wall clock does that the server goes by."""
    latest = moment_at(desk.clock.latest_ms(), desk.clock.zone())
    return rng.choice((now(desk), latest))


def _signing(desk: Desk, rng: random.Random, episode: str, draft: str | None = None) -> Signing:
    return Signing(episode=episode, performed_at=_when(desk, rng), draft=draft)


def admit(desk: Desk, rng: random.Random) -> None:
    known = _one(desk, rng, Patient) if rng.random() < 0.3 else None
    arrival = Arrival(
        person=None if known else Person(family=words(rng), given="Kim"),
        known_patient=known.id if known else None,
        custody_record_number=f"NF/{rng.randrange(10_000)}",
        cell=f"M{rng.randrange(9)}",
        arrived_at=now(desk),
        requested_at=now(desk),
        requested_by="Sgt Marsh",
        reasons=(ReferralReason.INTOXICATION,),
    )
    admit_detainee(desk, arrival)


def note(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is not None:
        write_note(desk, Noting(signing=_signing(desk, rng, stay.id), text=words(rng)))


def amend_note(desk: Desk, rng: random.Random) -> None:
    found = _one(desk, rng, Note)
    stay = "" if found is None else found.episode or ""
    # Of a stay that is still to be fetched there is no record that somebody could open.
    if found is None or desk.store.read(lambda look: look.get(CustodyEpisode, stay)) is None:
        return
    signing = Signing(
        episode=stay,
        performed_at=_when(desk, rng),
        amending=Amending(of=found.id, reason="Wrong"),
    )
    write_note(desk, Noting(signing=signing, text=words(rng)))


def strike_note(desk: Desk, rng: random.Random) -> None:
    if (found := _one(desk, rng, Note)) is not None:
        strike_out(desk, Note, found.id, _REASON)


def observe(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is None:
        return
    measured = Measured(
        respiratory_rate=rng.randrange(8, 26),
        spo2=rng.randrange(88, 100),
        pulse=rng.randrange(50, 130),
    )
    record_observations(desk, Observing(signing=_signing(desk, rng, stay.id), measured=measured))


def care_level(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is None:
        return
    setting = CareSetting(
        episode=stay.id,
        level=rng.randrange(1, 5),
        check_every_minutes=rng.choice((15, 30, 60)),
        rouse=rng.random() < 0.5,
        reason=words(rng),
    )
    set_care_level(desk, setting)


def allergy(desk: Desk, rng: random.Random) -> None:
    if (patient := _one(desk, rng, Patient)) is not None:
        entry = AllergyEntry(substance=rng.choice(_SUBSTANCES), reaction=words(rng))
        record_allergy(desk, patient.id, entry)


def change_an_allergy(desk: Desk, rng: random.Random) -> None:
    found = _one(desk, rng, AllergyIntolerance, status=AllergyStanding.ACTIVE)
    if found is not None:
        entry = AllergyEntry(substance=rng.choice(_SUBSTANCES), reaction=words(rng))
        change_allergy(desk, found.id, entry)


def strike_an_allergy(desk: Desk, rng: random.Random) -> None:
    found = _one(desk, rng, AllergyIntolerance, status=AllergyStanding.ACTIVE)
    if found is not None:
        strike_out_allergy(desk, found.id, _REASON)


def review(desk: Desk, rng: random.Random) -> None:
    if (patient := _one(desk, rng, Patient)) is not None:
        some = (AllergyKnowledge.NONE_KNOWN, AllergyKnowledge.UNAVAILABLE)
        review_allergies(desk, patient.id, rng.choice(some))


def order(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is None:
        return
    ordering = Ordering(
        episode=stay.id,
        medicine="Paracetamol",
        ingredients=("paracetamol",),
        dose=str(rng.choice((250, 500, 1000))),
        unit="mg",
        route="oral",
        authority=SupplyRoute.PGD,
        authorised_by=words(rng),
        as_needed=True,
    )
    order_medicine(desk, ordering)


def stop_an_order(desk: Desk, rng: random.Random) -> None:
    found = _one(desk, rng, MedicationRequest, status=RequestStatus.ACTIVE)
    if found is not None:
        stop_order(desk, found.id, f"{_REASON} {words(rng)}")


def dose(desk: Desk, rng: random.Random) -> None:
    if (found := _one(desk, rng, MedicationRequest)) is None:
        return
    # In a first sync that was cut short orders may be here before the stays that they are of.
    if desk.store.read(lambda reading: reading.get(CustodyEpisode, str(found.episode))) is None:
        return
    giving = Giving(
        signing=_signing(desk, rng, found.episode),
        request=found.id,
        code=rng.choice((DoseOutcome.REFUSED, DoseOutcome.ASLEEP, DoseOutcome.WITHHELD)),
        reason=words(rng),
    )
    give_medicine(desk, giving)


def fitness(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is None:
        return
    deciding = Deciding(
        signing=_signing(desk, rng, stay.id),
        purpose=rng.choice((FitnessPurpose.INTERVIEWED, FitnessPurpose.DETAINED)),
        outcome=rng.choice((Fitness.FIT, Fitness.NOT_FIT)),
        reason=words(rng),
    )
    record_fitness_outcome(desk, deciding)


def new_task(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is not None:
        add_task(desk, stay.id, NewTask(what=words(rng), due_at=now(desk)))


def finish_task(desk: Desk, rng: random.Random) -> None:
    if (found := _one(desk, rng, Task, status=TaskStatus.OPEN)) is not None:
        complete_task(desk, found.id, done_at=_when(desk, rng), note=words(rng))


def move(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is not None:
        move_cell(desk, stay.id, f"F{rng.randrange(40)}")


def to_another_suite(desk: Desk, rng: random.Random) -> None:
    """Whom the server knows: a first sync lacks who came and went before it (sync.md 11)."""
    suites = {site for role in _all(desk, PractitionerRole) for site in role.sites}
    stay = _stay(desk, rng)
    seen = None if stay is None else _seen(desk, stay)
    if stay is None or seen is None or seen.version == 0:
        return
    if others := sorted(suites - {stay.site}):
        move_suite(desk, stay.id, rng.choice(others))


def _seen(desk: Desk, stay: CustodyEpisode) -> Seen | None:
    return desk.store.read(lambda reading: reading.seen(CustodyEpisode.__name__, stay.id))


def mark(desk: Desk, rng: random.Random) -> None:
    if (patient := _one(desk, rng, Patient)) is not None:
        record_marker(desk, patient.id, rng.choice(tuple(FlagCategory)), words(rng))


def end_a_marker(desk: Desk, rng: random.Random) -> None:
    if (found := _one(desk, rng, Flag, status=FlagStanding.ACTIVE)) is not None:
        end_marker(desk, found.id, f"{_REASON} {words(rng)}")


def take_on(desk: Desk, rng: random.Random) -> None:
    if (found := _one(desk, rng, Referral)) is not None:
        accept_referral(desk, found.id)


def release(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is not None:
        release_detainee(desk, stay.id, "home", released_at=_when(desk, rng))


def decide(desk: Desk, rng: random.Random) -> None:
    found = desk.store.read(lambda reading: reading.conflicts())
    if not found:
        return
    conflict = rng.choice(sorted(found, key=lambda one: one.id))
    seen = tuple(side.operation for side in conflict.alternatives)
    choice = Choice(
        conflict=conflict.id,
        seen=seen,
        reason=f"{_REASON} {words(rng)}",
        side=rng.randrange(len(conflict.alternatives)),
    )
    resolve_conflict(desk, choice)


def write_third(desk: Desk, rng: random.Random) -> None:
    found = desk.store.read(lambda reading: reading.conflicts())
    open_ = sorted(
        (one for one in found if one.group != PLACE and one.entity_kind == "CareLevel"),
        key=lambda one: one.id,
    )
    if not open_:
        return
    conflict = rng.choice(open_)
    seen = tuple(side.operation for side in conflict.alternatives)
    values = {**conflict.alternatives[0].values, "reason": words(rng)}
    choice = Choice(conflict=conflict.id, seen=seen, reason=_REASON, values=values)
    resolve_conflict(desk, choice)


def look_at(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is not None:
        open_record(desk, stay.id)


def type_draft(desk: Desk, rng: random.Random) -> None:
    if (stay := _stay(desk, rng)) is None:
        return
    mine = my_drafts(desk)
    record = rng.choice(mine).record if mine and rng.random() < 0.5 else desk.ids.new()
    keep_draft(
        desk, record=record, form="note", episode=stay.id, body=words(rng).encode(), place="text"
    )


def sign_draft(desk: Desk, rng: random.Random) -> None:
    if not (mine := my_drafts(desk)):
        return
    draft = rng.choice(mine)
    text = draft.body.decode()
    if draft.episode is not None:
        write_note(
            desk, Noting(signing=_signing(desk, rng, draft.episode, draft.record), text=text)
        )


def drop_a_draft(desk: Desk, rng: random.Random) -> None:
    if mine := my_drafts(desk):
        discard_draft(desk, rng.choice(mine).record)


DEEDS: dict[Deed, int] = {
    admit: 1,
    note: 2,
    amend_note: 3,
    strike_note: 1,
    observe: 2,
    care_level: 6,
    allergy: 3,
    change_an_allergy: 3,
    strike_an_allergy: 1,
    review: 3,
    order: 3,
    stop_an_order: 2,
    dose: 3,
    fitness: 4,
    new_task: 2,
    finish_task: 3,
    move: 3,
    to_another_suite: 1,
    mark: 2,
    end_a_marker: 2,
    take_on: 2,
    release: 1,
    decide: 8,
    write_third: 4,
    look_at: 1,
    type_draft: 2,
    sign_draft: 2,
    drop_a_draft: 1,
    write_what_is_new: 3,
}
"""Everything that people do, with its weight. A new one is a function and a line here."""

MAY_BE_REFUSED = frozenset(
    {amend_note, strike_note, review, dose, fitness, take_on, release, decide, write_third,
     finish_task, new_task}
)  # fmt: skip
"""What a use case may refuse with a sentence for what it finds on the record, not for the clock."""
