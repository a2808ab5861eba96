"""The line of a form that asks when: now, unless a time is typed; it is echoed and asked back."""

from __future__ import annotations

from typing import Any

from sonar_desktop.ui.screens.form_box import FormBox
from sonar_desktop.ui.viewmodels.timed_form import TimedForm


def time_line(form: FormBox, model: TimedForm[Any], question: str) -> None:
    """Add the line to the form."""
    form.line(
        "when",
        question,
        flaw=model.time_flaw,
        hint="Now, unless you enter a time: 14:32, -30m, yesterday 21:00.",
        keep=model.type_time,
        echo=lambda: model.time_words,
    )
    field = form.field(model.time_flaw)
    field.fix_requested.connect(model.fix_time)
    field.keep_requested.connect(model.keep_time)
