"""One afternoon in custody, written by the real use cases at the times it happened."""

from __future__ import annotations

from contextlib import contextmanager

from sonar_core.moments import moment_at
from sonar_core.records.allergy_intolerance import AllergySeverity
from sonar_core.records.fitness_outcome import Fitness, FitnessPurpose
from sonar_core.records.flag import FlagCategory
from sonar_core.records.medication_request import SupplyRoute
from sonar_core.records.note import NoteCategory
from sonar_core.records.observation_set import Consciousness
from sonar_core.records.outcome_told import ToldHow
from sonar_core.records.task import TaskKind, TaskOwner
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.add_task import NewTask, add_task
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.record_allergy import AllergyEntry, record_allergy
from sonar_desktop.usecases.record_fitness_outcome import Deciding, record_fitness_outcome
from sonar_desktop.usecases.record_marker import record_marker
from sonar_desktop.usecases.record_observations import Observing, record_observations
from sonar_desktop.usecases.score_observations import Measured
from sonar_desktop.usecases.see_detainee import see_detainee
from sonar_desktop.usecases.set_care_level import CareSetting, set_care_level
from sonar_desktop.usecases.tell_custody import Telling, tell_custody
from sonar_desktop.usecases.write_note import Noting, write_note
from tests.ui.conftest import ZONE


class Story:
    """Writes entries at a time before now, as somebody who had the PC then would have."""

    def __init__(self, workplace, clock, admitted) -> None:
        self.desk = workplace.desk
        self.clock = clock
        self.admitted = admitted

    @contextmanager
    def at(self, minutes_ago: int):
        """Let it be that many minutes ago."""
        before = self.clock.wall_ms
        self.clock.wall_ms = before - minutes_ago * 60_000
        try:
            yield moment_at(self.clock.wall_ms, ZONE)
        finally:
            self.clock.wall_ms = before

    def signing(self, performed_at, **more) -> Signing:
        return Signing(episode=self.admitted.episode, performed_at=performed_at, **more)

    def observe(self, minutes_ago: int, rr: int, spo2: int, systolic: int, pulse: int, temp: str):
        with self.at(minutes_ago) as moment:
            measured = Measured(
                respiratory_rate=rr,
                spo2=spo2,
                on_oxygen=False,
                systolic_bp=systolic,
                diastolic_bp=62,
                pulse=pulse,
                consciousness=Consciousness.ALERT,
                temperature=temp,
            )
            observing = Observing(signing=self.signing(moment), measured=measured)
            return record_observations(self.desk, observing)[0]

    def decide(self, minutes_ago: int, purpose: FitnessPurpose, outcome: Fitness, **more):
        with self.at(minutes_ago) as moment:
            deciding = Deciding(
                signing=self.signing(moment), purpose=purpose, outcome=outcome, **more
            )
            return record_fitness_outcome(self.desk, deciding)[0]

    def tell(self, minutes_ago: int, about: str, *, read_back: bool = True):
        with self.at(minutes_ago) as moment:
            telling = Telling(
                signing=self.signing(moment),
                about=about,
                told_to="Sgt Marsh",
                told_to_role="",
                how=ToldHow.IN_PERSON,
                read_back=read_back,
            )
            return tell_custody(self.desk, telling)[0]

    def note(self, minutes_ago: int, text: str, *, happened: int | None = None, **more):
        with self.at(happened or minutes_ago) as moment:
            pass
        with self.at(minutes_ago):
            noting = Noting(signing=self.signing(moment, **more), text=text)
            return write_note(self.desk, noting)[0]

    def set_level(self, minutes_ago: int, level: int = 2, every: int | None = 30, **more) -> str:
        texts = (
            "Rouse every 30 minutes. Write down what he says.",
            "If he cannot be woken or his breathing is slow or noisy: call 999, then the nurse.",
            "No interview before the nurse has seen him at 16:00.",
        )
        with self.at(minutes_ago):
            setting = CareSetting(
                episode=self.admitted.episode,
                level=level,
                check_every_minutes=every,
                rouse=every is not None,
                reason="Opioids taken today",
                instructions=texts,
                **more,
            )
            return set_care_level(self.desk, setting)[0]

    def allergy(self, minutes_ago: int, substance: str = "Penicillin", reaction="anaphylaxis"):
        with self.at(minutes_ago):
            entry = AllergyEntry(
                substance=substance,
                reaction=reaction,
                severity=AllergySeverity.LIFE_THREATENING,
                source="Reported by detainee",
            )
            return record_allergy(self.desk, self.admitted.patient, entry)[0]

    def task(self, in_minutes: int, what: str, owner=TaskOwner.HEALTHCARE, **more) -> str:
        due = moment_at(self.clock.now_ms() + in_minutes * 60_000, ZONE)
        task = NewTask(what=what, due_at=due, owner=owner, **more)
        return add_task(self.desk, self.admitted.episode, task)[0]

    def marker(self, category: FlagCategory, text: str, *, is_urgent: bool = False) -> str:
        with self.at(100):
            patient = self.admitted.patient
            return record_marker(self.desk, patient, category, text, is_urgent=is_urgent)[0]

    def order(self, minutes_ago: int, medicine: str, **more):
        fields = {
            "medicine": medicine,
            "form": "tablet",
            "strength": "30 mg",
            "ingredients": (medicine.casefold(),),
            "dose": "30",
            "unit": "mg",
            "route": "oral",
            "authority": SupplyRoute.PSD,
            "authorised_by": "Dr Lena Marek",
        } | more
        with self.at(minutes_ago):
            return order_medicine(self.desk, Ordering(episode=self.admitted.episode, **fields))[0]


def an_afternoon(story: Story) -> dict[str, str]:
    """Write the afternoon of the mock-up; return the ids that tests ask for."""
    story.marker(FlagCategory.DRUGS, "Suspected opioids taken today", is_urgent=True)
    story.marker(FlagCategory.SELF_HARM, "Self-harm history 2024")
    story.marker(FlagCategory.LONG_TERM_CONDITION, "Asthma")
    with story.at(94) as moment:
        see_detainee(story.desk, story.admitted.referral, moment)
    story.observe(94, 16, 98, 122, 88, "36.8")
    allergy = story.allergy(89)
    story.observe(82, 18, 96, 118, 96, "36.6")
    level = story.set_level(70)
    fit = story.decide(
        66,
        FitnessPurpose.DETAINED,
        Fitness.FIT_WITH_CONDITIONS,
        conditions=("Level 2 observation",),
        valid_until=moment_at(story.clock.now_ms() + 208 * 60_000, ZONE),
    )
    story.tell(59, fit.id)
    story.tell(59, level)
    story.note(30, "Salbutamol 100 mcg inhaler, sealed bag 004417. Count 1.", happened=67)
    story.order(60, "Dihydrocodeine", due_times=("14:45", "20:45"))
    story.order(58, "Salbutamol", strength="100 mcg", form="inhaler", as_needed=True)
    story.observe(30, 21, 94, 104, 112, "36.4")
    not_fit = story.decide(
        26,
        FitnessPurpose.INTERVIEWED,
        Fitness.NOT_FIT,
        reason="Drowsy after opioid use, NEWS2 6",
        review_at=moment_at(story.clock.now_ms() + 88 * 60_000, ZONE),
    )
    repeat = story.task(8, "Repeat NEWS2", kind=TaskKind.REPEAT_OBSERVATIONS)
    story.task(13, "Write down what he says when roused", TaskOwner.CUSTODY)
    return {
        "allergy": allergy,
        "level": level,
        "fit": fit.id,
        "not_fit": not_fit.id,
        "repeat": repeat,
    }


def noting(story: Story, moment, text: str, category=NoteCategory.CLINICAL) -> Noting:
    """Return a note to sign at a moment."""
    return Noting(signing=story.signing(moment), text=text, category=category)
