"""What the assessment shows: answers, counts, sections, problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, TypedDict

from sonar_core.conflicts import acted_on
from sonar_core.forms.answers import check_answers, count_answers
from sonar_core.forms.definition import Answer, FormDefinition, FormItem, walk
from sonar_core.forms.relevance import relevant_items
from sonar_core.forms.wording import worded
from sonar_core.moments import moment_at, wall_date
from sonar_core.records.assessment import Assessment
from sonar_core.records.custody_episode import CustodyEpisode
from sonar_core.records.observation_set import ObservationSet
from sonar_core.records.patient import Patient
from sonar_desktop.ui.viewmodels.assessment_entry import AssessmentEntry, answers_of, flaw_of
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.flaw import Flaw
from sonar_desktop.ui.viewmodels.workplace import Workplace
from sonar_desktop.usecases.acting import existing, facts_of
from sonar_desktop.usecases.ports import Desk, Reading
from sonar_desktop.usecases.read_observations import read_observations

FORM: Final = "assessment"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section of the list: `state` is done, current, come-back, not-started or to-tell."""

    title: str
    detail: str
    state: str


@dataclass(frozen=True, kw_only=True)
class AnswerProblem:
    """One answer that keeps the form from being signed."""

    link_id: str
    section: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the record says: whom the questions are about, sets of observations, past forms."""

    gender: str
    observed: tuple[ObservationSet, ...]
    signed: tuple[Assessment, ...]


class WallClock(TypedDict):
    """The time now, as the readers of answers take it."""

    now_ms: int
    latest_ms: int
    zone: str
    today: date


class AssessmentState(ViewModel):
    """What the assessment shows, computed from what is answered and what the record holds."""

    def __init__(self, workplace: Workplace, episode: str, form: FormDefinition) -> None:
        """Take the stay and the form; nothing is read yet."""
        super().__init__(workplace)
        self.episode = episode
        self.form = form
        self.entry = AssessmentEntry()
        self.problems: tuple[AnswerProblem, ...] = ()
        self.untold = 0
        self.decided = 0
        self._known: Known | None = None
        self._left: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether the record has been read."""
        return self._known is not None

    @property
    def section(self) -> FormItem:
        """The section that is open."""
        return self.form.items[self.entry.section]

    @property
    def answers(self) -> dict[str, tuple[Answer, ...]]:
        """The answers so far, without what is typed and wrong."""
        return answers_of(self.form, self.entry, **self._clock())

    @property
    def relevant(self) -> frozenset[str]:
        """The linkIds of what matters now."""
        return relevant_items(self.form, self.answers)

    @property
    def flaws(self) -> dict[str, Flaw]:
        """What is wrong in the fields of the open section that were left."""
        found = {one.link_id: Flaw(text=one.text) for one in self.problems}
        for item in walk(self.section.items):
            if item.link_id in self._left:
                flaw = flaw_of(item, self.entry, **self._clock())
                if flaw is not None:
                    found[item.link_id] = flaw
        return found

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections with their counts and states."""
        answers = self.answers
        return tuple(
            self._section(index, item, answers) for index, item in enumerate(self.form.items)
        )

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the questions that matter now are answered, of how many."""
        count = count_answers(self.form, self.answers)
        return count.answered, count.relevant

    @property
    def section_progress(self) -> tuple[int, int]:
        """The same for the open section."""
        count = count_answers(self.form, self.answers, self.section)
        return count.answered, count.relevant

    @property
    def last_signed(self) -> str:
        """When an assessment of this stay was signed last, empty if never."""
        if self._known is None or not self._known.signed:
            return ""
        last = self._known.signed[0]
        return f"Last signed with {last.answered} of {last.relevant} answered"

    def words(self, text: str) -> str:
        """Return a text of the form in the words of this person."""
        return worded(text, "" if self._known is None else self._known.gender)

    def _read(self, desk: Desk) -> Known:
        observed = read_observations(desk, self.episode)
        return desk.store.read(lambda reading: self._look(reading, observed))

    def _look(self, reading: Reading, observed: tuple[ObservationSet, ...]) -> Known:
        stay = existing(reading, CustodyEpisode, self.episode)
        patient = acted_on(existing(reading, Patient, stay.patient), reading.conflicts()).first
        signed = facts_of(Assessment, reading.of_episode(self.episode, (Assessment.__name__,)))
        return Known(gender=patient.gender.value, observed=observed, signed=tuple(signed))

    def _clock(self) -> WallClock:
        clock, zone = self.workplace.clock, self.workplace.zone
        now_ms = clock.now_ms()
        return {
            "now_ms": now_ms,
            "latest_ms": clock.latest_ms(),
            "zone": zone,
            "today": wall_date(moment_at(now_ms, zone)),
        }

    def _section(
        self, index: int, item: FormItem, answers: dict[str, tuple[Answer, ...]]
    ) -> Section:
        if item.screen == "observations":
            return self._observed_section(item)
        if item.screen == "fitness":
            return self._fitness_section(item)
        count = count_answers(self.form, answers, item)
        if count.relevant and count.answered == count.relevant:
            state = "done"
        elif index == self.entry.section:
            state = "current"
        else:
            state = "come-back" if count.answered else "not-started"
        detail = f"{count.answered} of {count.relevant}"
        detail += " · come back" if state == "come-back" else ""
        return Section(title=self.words(item.text), detail=detail, state=state)

    def _observed_section(self, item: FormItem) -> Section:
        observed = self._known.observed if self._known else ()
        total = None if not observed or observed[-1].news2 is None else observed[-1].news2.total
        detail = "not recorded" if not observed else "recorded, not scored"
        detail = detail if total is None else f"NEWS2 {total}"
        state = "done" if observed else "not-started"
        return Section(title=self.words(item.text), detail=detail, state=state)

    def _fitness_section(self, item: FormItem) -> Section:
        if self.untold:
            return Section(
                title=self.words(item.text), detail=f"{self.untold} to tell", state="to-tell"
            )
        detail = f"{self.decided} told" if self.decided else "none yet"
        state = "done" if self.decided else "not-started"
        return Section(title=self.words(item.text), detail=detail, state=state)

    def _questions(self) -> Iterator[tuple[int, str]]:
        relevant = self.relevant
        for index, section in enumerate(self.form.items):
            for item in walk(section.items):
                is_counted = not item.is_detail or item.is_required
                if item.is_question and is_counted and item.link_id in relevant:
                    yield index, item.link_id

    def _start(self, order: list[tuple[int, str]]) -> int:
        """Return the place just before the open section."""
        return sum(section < self.entry.section for section, _link_id in order) - 1

    def _find_problems(self) -> tuple[AnswerProblem, ...]:
        """Return what is typed and wrong, and what is required and missing, in order."""
        relevant, answers = self.relevant, self.answers
        wrong = {one.link_id: one.text for one in check_answers(self.form, answers)}
        found = []
        for index, section in enumerate(self.form.items):
            for item in walk(section.items):
                if item.link_id not in relevant:
                    continue
                flaw = flaw_of(item, self.entry, **self._clock())
                text = wrong.get(item.link_id) if flaw is None else flaw.text
                if text:
                    words = self.words(text)
                    found.append(AnswerProblem(link_id=item.link_id, section=index, text=words))
                    self._left |= {item.link_id}
        return tuple(found)
