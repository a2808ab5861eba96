"""The initial assessment: answers by section, their counts, the draft, and signing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.forms.definition import Answer, FormDefinition, walk
from sonar_core.forms.relevance import given
from sonar_core.moments import moment_at
from sonar_core.records.assessment import Assessment
from sonar_desktop.ui.viewmodels.assessment_entry import AssessmentEntry, as_answered
from sonar_desktop.ui.viewmodels.assessment_state import AnswerProblem, AssessmentState, Known
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.time_entry import TimeEntry, answer_of_fix, answer_of_keep
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Tab, Workplace
from sonar_desktop.usecases.acting import Signing
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.held_entry import read_held, sent_again
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Draft
from sonar_desktop.usecases.sign_assessment import Assessing, sign_assessment

FORM: Final = "assessment"
ANOTHER_FORM: Final = (
    "It was signed on another version of the form than this program has. Strike it out on the "
    "Summary with the reason, and assess again."
)


class AssessmentModel(AssessmentState):
    """One assessment of one detainee by one version of a questionnaire.

    Signals:
        opened(): the record and the draft are read; build the section that is open.
        section_changed(): another section is open.
        edited(): answers, relevance, counts or flaws changed.
        texts_changed(): a field was changed by an answer, not by typing.
        focus_wanted(str): go to this question; its section is open.
        signed(str): it is stored; the words say what and where.
        sent_again(): the one held back is stored anew; this form is of no more use.
    """

    opened = Signal()
    section_changed = Signal()
    edited = Signal()
    texts_changed = Signal()
    focus_wanted = Signal(str)
    signed = Signal(str)
    sent_again = Signal()

    def __init__(
        self, workplace: Workplace, episode: str, form: FormDefinition, held: str | None = None
    ) -> None:
        """Begin to read the record for a form, and the one held back that is to be sent again."""
        super().__init__(workplace, episode, form)
        self.place = ("", 0)
        self.reopened_at = ("", 0)
        self.is_signing = False
        self.held: Assessment | None = None
        name = FORM if held is None else f"{FORM}/{held}"
        self.draft = DraftKeeper(workplace, name, episode=episode, take=self._take)
        if held is None:
            self.look(self._read, self._first_time)
        else:
            self.look(
                lambda desk: (self._read(desk), read_held(desk, Assessment, held)),
                self._first_time_again,
            )

    def answer(self, link_id: str, values: tuple[Answer, ...]) -> None:
        """Answer a question by what is chosen now."""
        if self.entry.chosen.get(link_id, ()) != values:
            self._edit(self.entry.with_choice(link_id, values), link_id)

    def type(self, link_id: str, text: str) -> None:
        """Take what stands in a text, number or date field now."""
        if self.entry.typed.get(link_id, "") != text:
            self._edit(self.entry.with_text(link_id, text), link_id)

    def type_time(self, link_id: str, text: str) -> None:
        """Take what stands in a time field now."""
        time = TimeEntry(typed=text, typed_ms=self.workplace.clock.now_ms())
        self._edit(self.entry.with_time(link_id, time), link_id)

    def leave(self, link_id: str) -> None:
        """Judge a field, now that the person goes on from it."""
        self._left |= {link_id}
        self.draft.save_now()
        self.edited.emit()

    def stand_at(self, link_id: str, cursor: int) -> None:
        """Note where the cursor stands, for the draft."""
        self.place = (link_id, cursor)

    def fix(self, link_id: str) -> None:
        """Take the first answer beside a time."""
        flaw, time = self.flaws.get(link_id), self.entry.times.get(link_id)
        if flaw is not None and time is not None:
            now_ms = self.workplace.clock.now_ms()
            self._set_time(link_id, answer_of_fix(time, flaw, now_ms))

    def keep(self, link_id: str) -> None:
        """Take the second answer beside a time."""
        flaw, time = self.flaws.get(link_id), self.entry.times.get(link_id)
        if flaw is not None and time is not None:
            self._set_time(link_id, answer_of_keep(time, flaw))

    def open_section(self, index: int, focus: str = "") -> None:
        """Go to a section, and in it to a question."""
        if not 0 <= index < len(self.form.items):
            return
        if index != self.entry.section:
            visited = tuple(dict.fromkeys((*self.entry.visited, index)))
            self.entry = msgspec.structs.replace(self.entry, section=index, visited=visited)
            self.place = (focus, 0)
            self.draft.typed()
            self.draft.save_now()
            self.section_changed.emit()
        if focus:
            self.focus_wanted.emit(focus)

    def step(self, by: int) -> None:
        """Go to the next section, or the one before."""
        self.open_section(self.entry.section + by)

    def go_to_open(self, *, forward: bool) -> None:
        """Go to the next question that is wrong or not answered, from where the cursor stands."""
        order = list(self._questions())
        names = [link_id for _section, link_id in order]
        answers, flaws = self.answers, self.flaws
        open_ones = [
            at
            for at, (_section, link_id) in enumerate(order)
            if link_id in flaws or not given(answers, link_id)
        ]
        here = names.index(self.place[0]) if self.place[0] in names else self._start(order)
        after = [at for at in open_ones if at > here]
        before = [at for at in open_ones if at < here]
        following = (after or open_ones)[:1] if forward else (before or open_ones)[-1:]
        for at in following:
            self.open_section(*order[at])

    def go_to_problem(self, number: int) -> None:
        """Go to one of the answers in the list of problems."""
        problem = self.problems[number]
        self.open_section(problem.section, problem.link_id)

    def tell_decisions(self, decided: int, untold: int) -> None:
        """Note how many decisions there are and how many custody does not know of."""
        if (decided, untold) != (self.decided, self.untold):
            self.decided, self.untold = decided, untold
            self.edited.emit()

    def open_observations(self) -> None:
        """Go to the tab on which values are measured."""
        self.draft.save_now()
        page = Destination(page=Page.RECORD, episode=self.episode, tab=Tab.OBSERVATIONS)
        self.workplace.go(page)

    def put_away(self) -> None:
        """Keep the draft and go to the summary."""
        self.draft.save_now()
        page = Destination(page=Page.RECORD, episode=self.episode, tab=Tab.SUMMARY)
        self.workplace.go(page)

    def sign(self) -> None:
        """Sign, once no answer is wrong; what was not asked never blocks."""
        if not self.is_open or self.is_signing:
            return
        self.problems = self._find_problems()
        self.edited.emit()
        if self.problems:
            self.go_to_problem(0)
            return
        self.draft.save_now()
        self.workplace.signing.confirm(self._sign)

    def refresh(self) -> None:
        """Read the record again; what is answered stays."""
        self.look(self._read, self._again)

    def concerns(self, changed: Changed) -> bool:
        """Only what touches this stay."""
        return self.episode in changed.episodes

    def close(self) -> None:
        """Put the rest of the draft on disk and stop listening."""
        self.draft.close()
        super().close()

    def _first_time_again(self, found: tuple[Known, Assessment]) -> None:
        known, held = found
        if (held.questionnaire, held.questionnaire_version) != (self.form.url, self.form.version):
            self.refused.emit(ANOTHER_FORM)
            return
        self.held = held
        self._first_time(known)

    def _first_time(self, known: Known) -> None:
        self._known = known
        self.draft.load(self._found)

    def _found(self, draft: Draft | None) -> None:
        if draft is not None and self.entry == AssessmentEntry():
            self.entry = msgspec.json.decode(draft.body, type=AssessmentEntry)
            name, _, cursor = draft.place.rpartition(":")
            self.reopened_at = self.place = (name, int(cursor or 0))
        elif self.held is not None and self.entry == AssessmentEntry():
            self.entry = as_answered(self.form, self.held)
        self.opened.emit()

    def _again(self, known: Known) -> None:
        self._known = known
        self.edited.emit()

    def _take(self) -> tuple[bytes, str]:
        name, cursor = self.place
        return msgspec.json.encode(self.entry), f"{name}:{cursor}"

    def _edit(self, entry: AssessmentEntry, link_id: str) -> None:
        self.entry = entry
        self._left -= {link_id}
        self.problems = tuple(one for one in self.problems if one.link_id != link_id)
        self.draft.typed()
        self.edited.emit()

    def _set_time(self, link_id: str, time: TimeEntry) -> None:
        self._edit(self.entry.with_time(link_id, time), link_id)
        self._left |= {link_id}
        self.texts_changed.emit()
        self.focus_wanted.emit(link_id)

    def _sign(self) -> None:
        if self.is_signing:
            return
        self.is_signing = True
        clock = self._clock()
        now = moment_at(clock["now_ms"], clock["zone"])
        signing = Signing(
            episode=self.episode,
            performed_at=now if self.held is None else self.held.performed_at,
            draft=self.draft.record,
            amending=sent_again(self.held),
        )
        assessing = Assessing(signing=signing, form=self.form, answers=self.answers)
        self.draft.hold()
        self.act(lambda desk: sign_assessment(desk, assessing)[0], self._done)

    def _done(self, record: Assessment) -> None:
        self.is_signing = False
        self.draft.renew()
        if self.held is not None:
            self.held = None
            self.sent_again.emit()
            return
        self.entry = AssessmentEntry()
        self.problems = ()
        self._left = frozenset()
        self.place = self.reopened_at = ("", 0)
        self.refresh()
        self.section_changed.emit()
        left_out = record.relevant - record.answered
        not_asked = f" {left_out} stored as not asked." if left_out else ""
        self.signed.emit(f"Assessment signed.{not_asked} Saved on this PC, waiting to send.")

    def _refuse(self, error: KnownError) -> None:
        if self.is_signing:
            self.is_signing = False
            self.draft.resume()
        if isinstance(error, InputError):
            places = {link_id: index for index, link_id in self._every_place()}
            self.problems = tuple(
                AnswerProblem(link_id=name, section=places.get(name, 0), text=self.words(text))
                for name, text in error.problems
            )
            self.edited.emit()
            return
        super()._refuse(error)

    def _every_place(self) -> Iterator[tuple[int, str]]:
        for index, section in enumerate(self.form.items):
            for item in walk(section.items):
                yield index, item.link_id
