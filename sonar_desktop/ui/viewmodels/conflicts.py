"""The conflict inbox: what waits for a person, and the decision being made on one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from PySide6.QtCore import Signal

from sonar_core.moments import Moment, moment_at
from sonar_core.roles import Duty
from sonar_desktop.ui.viewmodels.base import ViewModel
from sonar_desktop.ui.viewmodels.conflict_choice import (
    KeptChoice,
    base_of,
    chosen_values,
    seen_of,
    still_missing,
)
from sonar_desktop.ui.viewmodels.conflict_faces import (
    DetailFace,
    ItemFace,
    detail_of,
    items_of,
)
from sonar_desktop.ui.viewmodels.conflict_words import Speaker, unreadable_words
from sonar_desktop.ui.viewmodels.drafting import DraftKeeper
from sonar_desktop.ui.viewmodels.record_faces import BannerWords, banner_of
from sonar_desktop.ui.viewmodels.third_version import (
    FormField,
    Third,
    form_of,
    read_third,
    texts_from,
)
from sonar_desktop.ui.viewmodels.workplace import Destination, Page, Workplace
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.inputs import InputError
from sonar_desktop.usecases.ports import Changed, Draft
from sonar_desktop.usecases.read_inbox import Inbox, WaitingConflict, read_inbox
from sonar_desktop.usecases.read_record import RecordHead, read_record
from sonar_desktop.usecases.resolve_conflict import Choice, resolve_conflict

_EMPTY: Final = Inbox(waiting=(), unreadable=(), decided=(), names={})


class ConflictsModel(ViewModel):
    """The list, the item that is open, and what has been chosen for it.

    Signals:
        opened(): another item is on the screen; build the detail anew.
        saved(str): a decision was written; the sentence says what stands.
    """

    opened = Signal()
    saved = Signal(str)

    def __init__(self, workplace: Workplace) -> None:
        """Start empty; `is_loaded` becomes true with the first answer."""
        super().__init__(workplace)
        self.is_loaded = False
        self.items: tuple[ItemFace, ...] = ()
        self.detail: DetailFace | None = None
        self.banner: BannerWords | None = None
        self.side: int | None = None
        self.lines: dict[str, int] = {}
        self.third: dict[str, str] | None = None
        self.reason = ""
        self.problems: dict[str, str] = {}
        self.news = ""
        self._inbox = _EMPTY
        self._wanted: str | None = None
        self._open: WaitingConflict | None = None
        self._draft: DraftKeeper | None = None
        self._drafts: dict[str, tuple[DraftKeeper, KeptChoice]] = {}
        self._is_saving = False

    @property
    def waiting(self) -> int:
        """How many items need a person."""
        return len(self._inbox.waiting)

    @property
    def unreadable(self) -> tuple[str, str]:
        """How many conflicts cannot be shown here, where, and what to do; empty for none."""
        return unreadable_words(self._inbox.unreadable)

    @property
    def conflict(self) -> str | None:
        """The id of the open item."""
        return None if self._open is None else self._open.open.conflict.id

    @property
    def third_form(self) -> tuple[FormField, ...]:
        """The fields of a third version, none where it may not be written."""
        if self._open is None or self.detail is None or not self.detail.can_write_third:
            return ()
        return form_of(self._open.open.conflict.entity_kind)

    def concerns(self, changed: Changed) -> bool:
        """Return whether any record changed."""
        return bool(changed.patients or changed.episodes or changed.records)

    def refresh(self) -> None:
        """Read the inbox again; the open item stays open."""
        self.look(read_inbox, self._take)

    def want(self, conflict: str | None) -> None:
        """Open this item as soon as it is read."""
        self._wanted = conflict
        if self.is_loaded and conflict is not None:
            self.open(conflict)

    def open(self, conflict: str) -> None:
        """Show an item that waits; what was typed for the one before is kept."""
        found = next((o for o in self._inbox.waiting if o.open.conflict.id == conflict), None)
        if found is None or conflict == self.conflict:
            return
        self._leave()
        self._wanted = None
        self._show(found)

    def choose_side(self, side: int) -> None:
        """Take one whole version."""
        self.side, self.third = side, None
        self._changed("choice")

    def choose_line(self, name: str, choice: int) -> None:
        """Take one version of a line, or BOTH."""
        self.lines[name] = choice
        self._changed("choice")

    def write_third(self) -> None:
        """Write a version of one's own, starting from the one in use, else the first."""
        found = self._open
        if found is None or self.third is not None:
            return
        self.side = None
        self.third = texts_from(found.open.conflict.entity_kind, self._base())
        self._changed("choice")

    def set_third(self, name: str, text: str) -> None:
        """Change a field of the third version."""
        if self.third is not None and self.third.get(name) != text:
            self.third[name] = text
            self._changed(name)

    def set_reason(self, text: str) -> None:
        """Keep why this was chosen."""
        if text != self.reason:
            self.reason = text
            self._changed("reason")

    def leave_field(self) -> None:
        """Put what was typed on disk at once."""
        if self._draft is not None:
            self._draft.save_now()

    @property
    def missing(self) -> str:
        """What is still needed before the decision can be saved, empty when nothing is."""
        if self.detail is None:
            return "Nothing to decide."
        is_chosen = self.side is not None or self.third is not None
        kept = self.workplace.keeps_from(Duty.DECIDE_CONFLICT)
        return kept or still_missing(self.detail, self.lines, self.reason, is_chosen=is_chosen)

    @property
    def can_save(self) -> bool:
        """Whether the decision is whole."""
        return not self.missing and not self._is_saving

    @property
    def preview(self) -> str:
        """What the record will say, empty until that is clear."""
        found = self._open
        if found is None:
            return ""
        values = self._chosen_values()
        if values is None:
            return ""
        names = {user: name.partition(",")[0] for user, name in self._inbox.names.items()}
        return Speaker(kind=found.open.conflict.entity_kind, names=names).whole(values)

    def save(self) -> None:
        """Sign and write the decision."""
        if self._open is None or not self.can_save:
            return
        third = self._third()
        if third is not None and third.problems:
            self.problems = dict(third.problems)
            self.refreshed.emit()
            return
        self.workplace.signing.confirm(self._write)

    def later(self) -> None:
        """Leave it for later: the next item opens, what was typed is kept."""
        ids = [one.open.conflict.id for one in self._inbox.waiting]
        if self.conflict in ids and len(ids) > 1:
            self.open(ids[(ids.index(self.conflict) + 1) % len(ids)])
        else:
            self.leave_field()
            self.workplace.go(Destination(page=Page.BOARD))

    def open_history(self) -> None:
        """Go to the person's record, where the timeline holds every version."""
        if self._open is not None and self._open.episode is not None:
            self.workplace.go(Destination(page=Page.RECORD, episode=self._open.episode))

    @property
    def has_record(self) -> bool:
        """Whether the person's record can be opened from here."""
        return self._open is not None and self._open.episode is not None

    def close(self) -> None:
        """Put the rest on disk too."""
        self._leave()
        for keeper, _ in self._drafts.values():
            keeper.close()
        super().close()

    def _take(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.is_loaded = True
        self.items = items_of(inbox, self._now())
        waiting = {one.open.conflict.id: one for one in inbox.waiting}
        wanted = self._wanted if self._wanted in waiting else self.conflict
        if wanted in waiting and wanted == self.conflict:
            self._update(waiting[wanted])
        elif wanted in waiting:
            self.open(wanted)
        else:
            was_open = self._open is not None
            self._leave()
            first = inbox.waiting[0] if inbox.waiting else None
            if first is not None:
                self._show(first)
            elif was_open:
                self.opened.emit()
        self.refreshed.emit()

    def _update(self, found: WaitingConflict) -> None:
        """Take news of the open item: a further version puts the choice back, the reason stays."""
        before = self._open
        self._open = found
        self.detail = detail_of(found, self._inbox.names, self._now())
        if before is not None and seen_of(before) != seen_of(found):
            self.side, self.lines, self.third = None, {}, None
            self.news = "Another version has come in. Look again before you decide."
            self.opened.emit()

    def _show(self, found: WaitingConflict) -> None:
        self._open = found
        self.detail = detail_of(found, self._inbox.names, self._now())
        self.banner = None
        self._clear()
        self._go_on(found)
        if found.episode is not None:
            episode = found.episode
            self.look(lambda desk: read_record(desk, episode), self._take_head)
        self.opened.emit()
        self.refreshed.emit()

    def _go_on(self, found: WaitingConflict) -> None:
        """Take up what was typed for this item, from memory or from disk."""
        conflict = found.open.conflict.id
        known = self._drafts.get(conflict)
        if known is not None:
            self._draft, kept = known
            self._restore(kept)
            return
        keeper = DraftKeeper(
            self.workplace,
            f"conflict/{conflict}",
            episode=None,
            take=lambda: (msgspec.json.encode(self._kept(conflict)), "reason"),
        )
        self._draft = keeper
        keeper.load(lambda draft: self._resume(keeper, draft))

    def _take_head(self, head: RecordHead) -> None:
        if self._open is not None and self._open.episode == head.stay.id:
            self.banner = banner_of(head, self.workplace.clock.now_ms())
            self.refreshed.emit()

    def _resume(self, keeper: DraftKeeper, draft: Draft | None) -> None:
        if draft is None or keeper is not self._draft or self._open is None:
            return
        self._restore(msgspec.json.decode(draft.body, type=KeptChoice))
        self.opened.emit()
        self.refreshed.emit()

    def _restore(self, kept: KeptChoice) -> None:
        """Put back the reason, and the choice if it was made on the same versions."""
        self.reason = kept.reason
        if self._open is not None and set(kept.seen) == seen_of(self._open):
            self.side, self.lines = kept.side, dict(kept.lines)
            self.third = None if kept.third is None else dict(kept.third)

    def _kept(self, conflict: str) -> KeptChoice:
        """Return what was typed for an item: of the open one what stands there now."""
        if self._open is None or self.conflict != conflict:
            return self._drafts[conflict][1]
        return KeptChoice(
            seen=tuple(sorted(seen_of(self._open))),
            reason=self.reason,
            side=self.side,
            lines=dict(self.lines),
            third=self.third,
        )

    def _leave(self) -> None:
        conflict = self.conflict
        if self._draft is not None and conflict is not None:
            self._drafts[conflict] = (self._draft, self._kept(conflict))
            self._draft.save_now()
        self._draft = None
        self._open = None
        self.detail = None
        self.banner = None
        self._clear()

    def _clear(self) -> None:
        self.side, self.lines, self.third = None, {}, None
        self.reason, self.news = "", ""
        self.problems = {}
        self._is_saving = False

    def _changed(self, field: str) -> None:
        self.problems.pop(field, None)
        self.news = ""
        if self._draft is not None:
            self._draft.typed()
        self.refreshed.emit()

    def _base(self) -> Mapping[str, Any]:
        return {} if self._open is None else base_of(self._open)

    def _third(self) -> Third | None:
        if self.third is None or self._open is None:
            return None
        conflict = self._open.open.conflict
        desk, base = self.workplace.desk, self._base()
        return read_third(desk, conflict.entity_kind, base, self.third, conflict.episode)

    def _chosen_values(self) -> Mapping[str, Any] | None:
        """Return the whole tuple that will stand, None until that is clear."""
        found, detail = self._open, self.detail
        if found is None or detail is None:
            return None
        third = self._third()
        if third is not None:
            return third.values
        return chosen_values(found, detail, self.side, self.lines)

    def _write(self) -> None:
        found, detail = self._open, self.detail
        if found is None or detail is None:
            return
        third = self._third()
        values = self._chosen_values()
        decision = None if third is None else third.decision
        by_values = decision is None and self.side is None
        choice = Choice(
            conflict=found.open.conflict.id,
            seen=tuple(sorted(seen_of(found))),
            reason=self.reason,
            side=self.side,
            values=dict(values) if by_values and values is not None else None,
            decision=decision,
        )
        said = self.preview
        self._is_saving = True
        self.refreshed.emit()
        self.workplace.background.act(
            lambda: resolve_conflict(self.workplace.desk, choice),
            self._while_open(lambda _: self._saved(said)),
            self._not_saved,
        )

    def _saved(self, said: str) -> None:
        if self._draft is not None:
            self._draft.discard()
        self._clear()
        self.saved.emit(f"Decision saved. The record says: {said}")
        self.refresh()

    def _not_saved(self, error: KnownError) -> None:
        self._is_saving = False
        if isinstance(error, InputError):
            self.problems = dict(error.problems)
            self.news = self.problems.get("conflict", "")
            self.refreshed.emit()
            return
        self.refreshed.emit()
        self._refuse(error)

    def _now(self) -> Moment:
        return moment_at(self.workplace.clock.now_ms(), self.workplace.zone)
