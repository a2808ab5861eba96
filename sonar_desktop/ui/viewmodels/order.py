"""Order a medicine with its own least interval and most in 24 hours."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.medicines.emergency import DEFAULT_EMERGENCY_LIST, EmergencyMedicine
from sonar_core.records.medication_request import SupplyRoute
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.chart_faces import ROUTE_TEXT
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.order_medicine import Ordering, order_medicine
from sonar_desktop.usecases.ports import Changed, Draft

_LENGTH: Final = re.compile(r"(?:(\d{1,3})\s*hr?s?)?\s*(?:(\d{1,4})\s*m(?:in)?)?", re.ASCII)

ROUTES: Final = tuple(ROUTE_TEXT.items())
AUTHORITIES: Final = (
    (SupplyRoute.PGD.value, "PGD"),
    (SupplyRoute.PSD.value, "PSD"),
    (SupplyRoute.PRESCRIPTION.value, "Prescription"),
    (SupplyRoute.OWN_MEDICINE.value, "Own medicine"),
    (SupplyRoute.GENERAL_SALE.value, "General sale"),
)


_ON_THE_LIST: Final = f"Emergency medicines list {DEFAULT_EMERGENCY_LIST.version}"


class Pattern(StrEnum):
    """When it is given."""

    WHEN_NEEDED = "when_needed"
    REGULAR = "regular"
    ONCE = "once"


class OrderTexts(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed; also what the draft holds."""

    medicine: str = ""
    strength: str = ""
    form: str = ""
    ingredients: str = ""
    dose: str = ""
    unit: str = "mg"
    route: str = "oral"
    pattern: str = Pattern.WHEN_NEEDED.value
    times: str = ""
    interval: str = ""
    maximum: str = ""
    authority: str = ""
    authorised_by: str = ""
    indication: str = ""


class OrderModel(ViewModel):
    """The form of one order.

    Signals:
        ordered(str): the order is written, with its id.
    """

    ordered = Signal(str)

    def __init__(self, workplace: Workplace, episode: str, *, in_emergency: bool = False) -> None:
        """Take the stay; in an emergency the form starts from the emergency list."""
        super().__init__(workplace)
        self.episode = episode
        self.in_emergency = in_emergency
        self.texts = OrderTexts(pattern=Pattern.ONCE.value) if in_emergency else OrderTexts()
        self.problems: dict[str, str] = {}
        self.is_busy = False
        form = "order_emergency" if in_emergency else "order"
        self.draft = DraftKeeper(
            workplace,
            form,
            episode=episode,
            take=lambda: (msgspec.json.encode(self.texts), ""),
        )
        self.draft.load(self._resume)

    @property
    def emergency_list(self) -> tuple[EmergencyMedicine, ...]:
        """The medicines that nothing holds up."""
        return DEFAULT_EMERGENCY_LIST.medicines

    def concerns(self, changed: Changed) -> bool:  # noqa: ARG002 nothing stored is shown here
        """Return False: the form shows only what is typed."""
        return False

    def refresh(self) -> None:
        """Show the form as it is."""
        self.refreshed.emit()

    def set_text(self, name: str, text: str) -> None:
        """Take what was typed or chosen."""
        if getattr(self.texts, name) == text:
            return
        self.texts = msgspec.structs.replace(self.texts, **{name: text})
        if self.in_emergency and name == "medicine":
            # What it is made of was the list's word for another medicine.
            self.texts = msgspec.structs.replace(self.texts, ingredients="")
        self.problems.pop(_FIELDS.get(name, name), None)
        self.draft.typed()
        self.refreshed.emit()

    def start_from(self, medicine: EmergencyMedicine) -> None:
        """Fill the form for a medicine of the emergency list; the dose is the person's to enter."""
        routes = medicine.routes or (self.texts.route,)
        self.texts = msgspec.structs.replace(
            self.texts,
            medicine=medicine.ingredient.capitalize(),
            ingredients=medicine.ingredient,
            strength=medicine.strength or "",
            route=routes[0],
            indication=medicine.for_what,
            authority=self.texts.authority or SupplyRoute.PGD.value,
            authorised_by=self.texts.authorised_by or _ON_THE_LIST,
        )
        self.draft.typed()
        self.refreshed.emit()

    def leave_field(self) -> None:
        """Put what was typed on disk at once."""
        self.draft.save_now()

    def problem(self, name: str) -> str:
        """Return what is wrong with a field, empty for nothing."""
        return self.problems.get(_FIELDS.get(name, name), "")

    def record(self) -> None:
        """Sign and write the order, or say what is wrong."""
        if self.is_busy:
            return
        ordering = self._ordering()
        if ordering is None:
            self.refreshed.emit()
            return
        self.workplace.signing.confirm(lambda: self._write(ordering))

    def close(self) -> None:
        """Put the rest on disk too."""
        self.draft.close()
        super().close()

    def _ordering(self) -> Ordering | None:
        self.problems = {}
        found = self.texts
        minutes = read_length(found.interval)
        if minutes is None and found.interval.strip():
            self.problems["interval_minutes"] = "Enter hours or minutes: 4h, 30m, 4h 30m."
        if not found.authority:
            self.problems["authority"] = "Choose the authority."
        pattern = Pattern(found.pattern)
        times = _listed(found.times) if pattern is Pattern.REGULAR else ()
        if pattern is Pattern.REGULAR and not times:
            self.problems["due_times"] = "Enter times of day as 08:00."
        if self.problems:
            return None
        return Ordering(
            episode=self.episode,
            medicine=found.medicine,
            strength=found.strength,
            form=found.form,
            ingredients=_listed(found.ingredients) or (found.medicine,),
            dose=found.dose,
            unit=found.unit,
            route=found.route,
            authority=SupplyRoute(found.authority),
            authorised_by=found.authorised_by,
            as_needed=pattern is Pattern.WHEN_NEEDED,
            due_times=times,
            interval_minutes=minutes,
            maximum_24h=found.maximum.strip() or None,
            indication=found.indication,
            draft=self.draft.record,
        )

    def _write(self, ordering: Ordering) -> None:
        self.is_busy = True
        self.draft.hold()
        self.refreshed.emit()
        self.workplace.background.act(
            lambda: order_medicine(self.workplace.desk, ordering),
            self._while_open(lambda answer: self._written(answer[0].id)),
            self._not_written,
        )

    def _written(self, order: str) -> None:
        self.is_busy = False
        self.draft.renew()
        self.ordered.emit(order)

    def _not_written(self, error: KnownError) -> None:
        self.is_busy = False
        self.draft.resume()
        if isinstance(error, InputError):
            self.problems = dict(error.problems)
            self.refreshed.emit()
            return
        self.refreshed.emit()
        self._refuse(error)

    def _resume(self, draft: Draft | None) -> None:
        if draft is not None:
            self.texts = msgspec.json.decode(draft.body, type=OrderTexts)
        self.refreshed.emit()


_FIELDS: Final = {"times": "due_times", "interval": "interval_minutes", "maximum": "maximum_24h"}
"""Fields of the form to those of the use case's input."""


def read_length(text: str) -> int | None:
    """Return the minutes of ``4h``, ``30m`` or ``4h 30m``, None for nothing or anything else."""
    found = _LENGTH.fullmatch(text.strip().casefold())
    if found is None or not (found[1] or found[2]):
        return None
    return int(found[1] or 0) * 60 + int(found[2] or 0)


def _listed(text: str) -> tuple[str, ...]:
    parts = re.split(r"[,;+]", text)
    return tuple(part.strip() for part in parts if part.strip())
