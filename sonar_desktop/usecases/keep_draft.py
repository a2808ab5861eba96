"""Keep what is typed, so that a lock, a crash or a cut of power takes nothing older than 1 s."""

from __future__ import annotations

import msgspec

from sonar_desktop.usecases.ports import Changed, Desk, Draft, Reading


def keep_draft(
    desk: Desk, *, record: str, form: str, episode: str | None, body: bytes, place: str
) -> Changed:
    """Put the form on disk under the draft's own id; only its author sees it again.

    Raises StoreFullError, StoreDamagedError: then the screen says at once that it is not saved.
    """
    return desk.store.keep_draft(
        Draft(
            author=desk.actor.user,
            record=record,
            form=form,
            episode=episode,
            body=body,
            place=place,
            saved_ms=desk.clock.now_ms(),
        )
    )


def keep_late(desk: Desk, draft: Draft) -> Changed:
    """Put a draft on disk that could not be written when its form closed.

    It takes its own place only over an older state of itself. Where the author has typed on since,
    or has signed or discarded that record, it is kept beside, under a new id.
    """
    held = desk.store.read(lambda reading: reading.draft(draft.author, draft.record))
    if held is None or held.saved_ms > draft.saved_ms:
        draft = msgspec.structs.replace(draft, record=desk.ids.new())
    return desk.store.keep_draft(draft)


def discard_draft(desk: Desk, record: str) -> Changed:
    """Forget a draft because its author said so."""
    return desk.store.discard_draft(desk.actor.user, record)


def read_draft(desk: Desk, record: str) -> Draft | None:
    """Return the signed-in person's draft of a record, or None."""

    def look(reading: Reading) -> Draft | None:
        return reading.draft(desk.actor.user, record)

    return desk.store.read(look)


def find_draft(desk: Desk, *, form: str, episode: str | None) -> Draft | None:
    """Return the newest draft of a form about one stay, for the form to go on where it stood."""

    def look(reading: Reading) -> Draft | None:
        mine = reading.drafts(desk.actor.user)
        return next((one for one in mine if (one.form, one.episode) == (form, episode)), None)

    return desk.store.read(look)


def my_drafts(desk: Desk) -> list[Draft]:
    """Return the signed-in person's drafts, newest first."""
    return desk.store.read(lambda reading: reading.drafts(desk.actor.user))
