"""Fields, observations, choices, messages and the parts of long forms."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from sonar_desktop.ui.theme import Tone
from sonar_desktop.ui.widgets.button import Variant
from sonar_desktop.ui.widgets.choices import Choice, ChoiceRow, TickPill
from sonar_desktop.ui.widgets.conditional import ConditionalBlock
from sonar_desktop.ui.widgets.draft_state import DraftState
from sonar_desktop.ui.widgets.field import Field, Problem, ProblemKind
from sonar_desktop.ui.widgets.labels import Card, WrapLabel, hline, label
from sonar_desktop.ui.widgets.messages import EmptyState, InlineMessage
from sonar_desktop.ui.widgets.obs_row import BigInput, ObsRow
from sonar_desktop.ui.widgets.section_nav import SectionFace, SectionNav, SectionState
from sonar_desktop.ui.widgets.segmented import CounterButton, Segmented
from tools.sheet.marks import card, row

ASKED = (
    Choice(value="yes", text="Yes"),
    Choice(value="no", text="No"),
    Choice(value="suspected", text="Suspected", tone=Tone.DANGER),
    Choice(value="will-not-say", text="Will not say"),
    Choice(value="not-asked", text="Not asked yet"),
)


def _obs() -> Card:
    made = card("Record observations")
    made.body.setSpacing(1)
    for name, hint, unit, value, previous, score in (
        ("Respiration rate", "count for one minute", "/min", "22", "21 at 14:02", 2),
        ("Oxygen saturation", "SpO2 scale 1", "%", "94", "94 at 14:02", 1),
        ("Temperature", "one decimal", "°C", "", "36.4 at 14:02", None),
    ):
        field = BigInput(name)
        field.setText(value)
        line = ObsRow(name, [field], hint=hint, unit=unit)
        line.set_previous(previous)
        line.set_sub_score(score)
        line.set_missing(missing=not value)
        made.body.addWidget(line)
        made.body.addWidget(hline())
    systolic, diastolic = BigInput("Systolic", 80), BigInput("Diastolic", 80)
    systolic.setText("98")
    diastolic.setText("58")
    pressure = ObsRow(
        "Blood pressure", [systolic, diastolic], hint="systolic / diastolic", unit="mmHg"
    )
    pressure.set_previous("104/62 at 14:02")
    pressure.set_sub_score(3)
    made.body.addWidget(pressure)
    made.body.addWidget(hline())
    glucose = BigInput("Blood glucose")
    glucose.setText("58")
    line = ObsRow("Blood glucose", [glucose], unit="mmol/L", scored=False)
    line.set_previous("5.9 at 13:10")
    line.set_problem(
        Problem(
            kind=ProblemKind.REFUSED,
            text="Glucose must be 1.0 to 35.0 mmol/L. Did you mean 5.8?",
            fix="Use 5.8",
        )
    )
    made.body.addWidget(line)
    return made


def _fields() -> Card:
    grid_box = QWidget()
    grid = QGridLayout(grid_box)
    grid.setContentsMargins(0, 0, 0, 0)
    plain = QLineEdit("Approx 11:30 today")
    combo = QComboBox()
    combo.addItems(["Fit with conditions", "Not fit"])
    refused, unusual, conflict, locked, off = (
        QLineEdit(text) for text in ("23:90", "39.9", "Penicillin", "Signed 14:32", "Not yours")
    )
    fields = [
        Field("Last used", plain, hint="-3h, now, 11:30 or yesterday 21:00"),
        Field("Detained", combo, required=True),
        Field("When", refused),
        Field("Temperature", unusual, unit="°C"),
        Field("Allergy", conflict),
        Field("Observed at", locked),
    ]
    fields[2].set_problem(Problem(kind=ProblemKind.REFUSED, text="Enter a time such as 14:32."))
    fields[3].set_problem(
        Problem(
            kind=ProblemKind.UNUSUAL,
            text="39.9 °C is unusual. Is it right?",
            fix="Change",
            keep="Keep",
        )
    )
    fields[4].set_problem(Problem(kind=ProblemKind.CONFLICT, text="2 versions: needs a decision."))
    fields[5].set_locked(locked=True)
    off.setEnabled(False)
    for number, field in enumerate(fields):
        grid.addWidget(field, number // 2, number % 2)
    notes = QPlainTextEdit("Sleepy but answers in sentences. Pupils small, both react.")
    notes.setFixedHeight(58)
    return card("Fields", grid_box, Field("Notes", notes), off)


def _choices() -> Card:
    one = ChoiceRow("Has he taken any drugs in the last 24 hours?", ASKED)
    one.set_value("yes")
    two = ChoiceRow("Has he swallowed or hidden any drugs?", ASKED)
    two.set_value("suspected")
    ticked, open_tick = TickPill("They read it back and it was right"), TickPill("Read")
    ticked.setChecked(True)
    off = TickPill("Not for your role")
    off.setEnabled(False)
    block = ConditionalBlock("If drugs were taken")
    block.body.addWidget(label("Any withdrawal before: fits, seeing things, hospital?", "h3"))
    block.body.addWidget(ChoiceRow("Any withdrawal before", ASKED[:2]))
    kept = ConditionalBlock("If pregnant")
    kept.set_open(is_open=False, has_answers=True)
    return card(
        "Choices",
        label("Has he taken any drugs in the last 24 hours?", "h3"),
        one,
        block,
        two,
        kept,
        row(ticked, open_tick, off),
        row(
            Segmented("Range", ("2 h", "6 h", "All")),
            Segmented("Board filter", ("All 14", "Mine 6", "Needs action 5"), 1),
        ),
    )


def _messages() -> Card:
    texts = {
        Tone.DANGER: ("Not fit to be interviewed. Custody officer not told.", "R Okafor, 14:07."),
        Tone.WARN: ("1 change held back", "The form was made with an older version."),
        Tone.CAUTION: ("", "Not shown here: doses and notes entered on other PCs since 14:32."),
        Tone.SYNC: ("Until someone decides, the safer value is in use", "Known allergies."),
        Tone.ACCENT: ("A new version is ready", "It will be put in at the next sign-out."),
        Tone.OK: ("Your work is safe", "1 draft, saved at 14:51:08 and sealed."),
    }
    made = card("Messages")
    for tone, (headline, text) in texts.items():
        if tone is Tone.DANGER:
            message = InlineMessage(
                tone,
                headline,
                text,
                action="Record who was told",
                action_icon="megaphone",
                action_key="T",
                action_variant=Variant.ACT,
            )
        else:
            message = InlineMessage(tone, headline, text)
        made.body.addWidget(message)
    states = [DraftState() for _ in range(4)]
    states[1].set_saving()
    states[2].set_saved("14:49:31")
    states[3].set_failed("this PC's disk is full")
    made.body.addWidget(row(*states[:3]))
    made.body.addWidget(row(states[3]))
    return made


def _sections() -> Card:
    nav = SectionNav(
        (
            SectionFace(title="Consent and capacity", detail="6 of 6", state=SectionState.DONE),
            SectionFace(title="Drugs", detail="4 of 7", state=SectionState.CURRENT),
            SectionFace(
                title="Injuries, head injury", detail="0 of 6", state=SectionState.NOT_STARTED
            ),
            SectionFace(
                title="Mental health, self-harm",
                detail="3 of 8 · come back",
                state=SectionState.COME_BACK,
            ),
            SectionFace(
                title="Fitness decisions", detail="1 to tell", state=SectionState.NEEDS_TELLING
            ),
        )
    )
    nav.set_current(1)
    counters = [
        CounterButton("detainees"),
        CounterButton("not acknowledged", icon="circle-alert", colour="danger"),
        CounterButton("conflicts", icon="git-compare-arrows", colour="sync"),
    ]
    for counter, count in zip(counters, (14, 2, 2), strict=True):
        counter.set_count(count)
    counters[1].setChecked(True)
    return card(
        "Sections, counters, empty",
        nav,
        row(*counters, gap=0),
        EmptyState(
            "No one is in custody here",
            "When someone is booked in, they appear here.",
            icon="users",
            action="New referral",
            action_key="N",
        ),
        WrapLabel("A wrapped label keeps all its lines, however narrow its card becomes.", "meta"),
    )


def forms_sheet() -> QWidget:
    """Return the sheet of everything that is filled in."""
    page = QWidget()
    page.setProperty("k", "canvas")
    page.setMinimumWidth(1440)
    grid = QGridLayout(page)
    grid.setSpacing(12)
    for at, parts in enumerate(((_obs, _fields), (_choices, _messages), (_sections,))):
        column = QVBoxLayout()
        column.setSpacing(12)
        for part in parts:
            column.addWidget(part())
        column.addStretch()
        grid.addLayout(column, 0, at)
    grid.setColumnStretch(0, 4)
    grid.setColumnStretch(1, 5)
    grid.setColumnStretch(2, 3)
    return page
