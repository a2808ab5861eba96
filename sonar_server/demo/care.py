"""What the people of the made-up suite did for one detainee since arrival."""

from __future__ import annotations

import random
from typing import Any, Final

from sonar_core.clinical.acvpu import Acvpu
from sonar_core.clinical.news2 import News2Input, score_news2
from sonar_core.moments import MINUTE_MS, Moment, moment_at
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.fitness_outcome import FitnessOutcome
from sonar_core.records.flag import Flag, FlagCategory
from sonar_core.records.medication_administration import DoseOutcome, MedicationAdministration
from sonar_core.records.medication_request import MedicationRequest, SupplyRoute
from sonar_core.records.note import Note, NoteCategory
from sonar_core.records.observation_set import Consciousness, News2Score, ObservationSet
from sonar_core.records.outcome_told import OutcomeTold, ToldHow
from sonar_core.records.patient import Patient
from sonar_core.records.referral import Referral, Urgency
from sonar_core.records.task import Task
from sonar_server.demo.detainees import VITALS, Decided, Detainee, Ordered
from sonar_server.demo.device import SyntheticDevice

_WRITTEN_AFTER_MS: Final = 2 * MINUTE_MS
_ACVPU: Final = {
    Consciousness.ALERT: Acvpu.ALERT,
    Consciousness.VOICE: Acvpu.VOICE,
}
SERGEANT: Final = "Sgt Marsh"


class Writer:
    """Writes one detainee's care, each entry at its time and by somebody who may."""

    def __init__(
        self,
        device: SyntheticDevice,
        nurse: str,
        doctor: str,
        patient: Patient,
        episode: CustodyEpisode,
        now_ms: int,
        chance: random.Random,
    ) -> None:
        """Take the PC, its people, the detainee and the moment that minutes count from."""
        self._device = device
        self._nurse = nurse
        self._doctor = doctor
        self._patient = patient
        self._episode = episode
        self._now_ms = now_ms
        self._chance = chance

    def write_care(self, who: Detainee) -> None:
        """Write everything there is about them."""
        for category, text in who.flags:
            self._flag(who.arrived + 5, category, text)
        for minutes, score in who.news2:
            self._observe(minutes, **self._varied(score))
        if who.refused_at is not None:
            self._observe(who.refused_at, refused=("all",), notes="Turned away, said no.")
        for minutes, text in who.notes:
            self._write(
                minutes,
                "write_note",
                Note(**self._fact(minutes), category=NoteCategory.CLINICAL, text=text),
            )
        for order in who.orders:
            self._order(who.arrived + 30, order)
        for task in who.tasks:
            self._task(who, task)
        if who.referral is not None:
            self._refer(*who.referral)
        if who.outcome is not None:
            self._decide(who.outcome)

    def _at(self, minutes: int) -> Moment:
        return moment_at(self._now_ms + minutes * MINUTE_MS, self._device.zone)

    def _new_id(self, minutes: int) -> str:
        return self._device.new_id(self._now_ms + minutes * MINUTE_MS)

    def _write(self, minutes: int, intent: str, *records: Any, by: str | None = None) -> None:
        at_ms = min(self._now_ms + minutes * MINUTE_MS + _WRITTEN_AFTER_MS, self._now_ms)
        self._device.write(by or self._nurse, at_ms, intent, *records)

    def _of(self, minutes: int) -> dict[str, Any]:
        return {
            "id": self._new_id(minutes),
            "patient": self._patient.id,
            "episode": self._episode.id,
        }

    def _fact(self, minutes: int, by: str | None = None) -> dict[str, Any]:
        author = by or self._nurse
        return {
            **self._of(minutes),
            "performed_at": self._at(minutes),
            "recorded_at": self._at(min(minutes + 2, 0)),
            "recorded_by": author,
            "performed_by": author,
        }

    def _flag(self, minutes: int, category: FlagCategory, text: str) -> None:
        is_urgent = category is FlagCategory.VIOLENCE
        flag = Flag(
            id=self._new_id(minutes),
            patient=self._patient.id,
            category=category,
            text=text,
            is_urgent=is_urgent,
        )
        self._write(minutes, "set_flag", flag)

    def _varied(self, score: int) -> dict[str, Any]:
        """Return observations of a score; what does not count towards it differs a little."""
        vitals = VITALS[score]
        return vitals | {"diastolic_bp": vitals["diastolic_bp"] + self._chance.randint(-6, 6)}

    def _observe(self, minutes: int, **measured: Any) -> None:
        observed = ObservationSet(
            **self._fact(minutes), **measured, news2=_score(measured, self._patient)
        )
        self._write(minutes, "record_observations", observed)

    def _order(self, minutes: int, order: Ordered) -> None:
        if order.dose is not None:
            minutes = min(minutes, order.dose[0] - 5)
        unit = "micrograms" if "microgram" in order.strength else "mg"
        name = order.medicine
        request = MedicationRequest(
            **self._of(minutes),
            medicine=name,
            form="liquid" if "/ml" in order.strength else "tablet",
            strength=order.strength,
            ingredients=(name.lower(),),
            dose=order.amount,
            unit=unit,
            route="inhaled" if name == "Salbutamol" else "oral",
            authority=SupplyRoute.PSD,
            authorised_by=self._doctor,
            as_needed=order.every is not None and not order.times,
            due_times=order.times,
            interval_minutes=order.every,
            start_at=self._at(minutes),
        )
        self._write(minutes, "order_medicine", request, by=self._doctor)
        if order.dose is None:
            return
        at, code, reason = order.dose
        given = code is DoseOutcome.GIVEN
        dose = MedicationAdministration(
            **self._fact(at),
            request=request.id,
            medicine=name,
            strength=order.strength,
            ingredients=request.ingredients,
            code=code,
            dose=order.amount if given else None,
            unit=unit,
            route=request.route,
            reason=reason,
            identity_confirmed=True,
        )
        self._write(at, "give_medicine" if given else "withhold_medicine", dose)

    def _task(self, who: Detainee, task: Any) -> None:
        minutes = max(who.arrived + 10, min(task.due, 0) - 40)
        record = Task(
            **self._of(minutes),
            what=task.what,
            kind=task.kind,
            due_at=self._at(task.due),
            owner=task.owner,
            created_by=self._nurse,
        )
        self._write(minutes, "add_task", record)

    def _refer(self, minutes: int, reason: Any) -> None:
        referral = Referral(
            **self._of(minutes),
            requested_at=self._at(minutes),
            requested_by=SERGEANT,
            reasons=(reason,),
            urgency=Urgency.ROUTINE,
            target_minutes=60,
        )
        self._write(minutes, "refer", referral)

    def _decide(self, decided: Decided) -> None:
        outcome = FitnessOutcome(
            **self._fact(decided.at),
            purpose=decided.purpose,
            outcome=decided.outcome,
            conditions=decided.conditions,
            reason=decided.reason,
            review_at=None if decided.review is None else self._at(decided.review),
        )
        self._write(decided.at, "decide_fitness", outcome)
        if decided.told is None:
            return
        told = OutcomeTold(
            **self._fact(decided.told),
            about=outcome.id,
            told_to=SERGEANT,
            told_to_role="Custody officer",
            how=ToldHow.IN_PERSON,
            read_back=True,
        )
        self._write(decided.told, "tell_custody", told)


def _score(measured: dict[str, Any], patient: Patient) -> News2Score:
    """Return the score as the screen would have shown it."""
    temperature = measured.get("temperature")
    level = measured.get("consciousness")
    result = score_news2(
        News2Input(
            respiratory_rate=measured.get("respiratory_rate"),
            spo2=measured.get("spo2"),
            spo2_scale=1,
            on_oxygen=measured.get("on_oxygen"),
            systolic_bp=measured.get("systolic_bp"),
            pulse=measured.get("pulse"),
            consciousness=None if level is None else _ACVPU[level],
            temperature_tenths=None if temperature is None else int(temperature.replace(".", "")),
            age_years=patient.stated_age,
        )
    )
    return News2Score(
        algorithm=result.algorithm,
        total=result.total,
        band=None if result.band is None else result.band.value,
        parts={part.value: score for part, score in result.sub_scores.items()},
        missing=tuple(part.value for part in result.missing),
    )
