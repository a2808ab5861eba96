"""The strip under the top bar: violet while this PC works alone or catches up."""

from __future__ import annotations

from sonar_core.board.speech import in_turn
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.widgets.messages import OutageStrip, announce


class Outage(OutageStrip):
    """Shows what the state of the copies has to say, and takes no room while all is well."""

    def __init__(self, model: SyncModel) -> None:
        """Take the state of the copies."""
        super().__init__("Sync panel", "refresh-cw")
        self._model = model
        self._said = ""
        model.changed.connect(self.refresh)
        self.hide()

    def refresh(self) -> None:
        """Show what is to be said now; called for the first time once the strip has its place."""
        strip = self._model.strip
        self.setVisible(strip is not None)
        if strip is None:
            self._said = ""
            return
        self.set_message(strip.headline, strip.text, strip.icon)
        first = strip.headline.partition(" for ")[0].partition(":")[0]
        if first != self._said:
            # Once for each state: its minutes and counts are read from the strip.
            announce(self, in_turn(strip.headline, strip.text))
            self._said = first
