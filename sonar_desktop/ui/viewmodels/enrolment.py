"""Enrolment of a new PC, and the first sign-in that finishes it."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from sonar_core.sync.messages import Enrolled
from sonar_desktop.ui.viewmodels.session import SessionModel
from sonar_desktop.usecases.enrol_device import ask_for_place, make_store, pc_record
from sonar_desktop.usecases.errors import KnownError
from sonar_desktop.usecases.identity_ports import Identity, OpenedStore
from sonar_desktop.usecases.open_pc import OpenPc
from sonar_desktop.usecases.sign_in import Admitted, sign_in_online
from sonar_desktop.usecases.sign_in_by_provider import Place, Vouched


class Step(StrEnum):
    """Where the enrolment is."""

    ASK = "ask"
    COMPARE = "compare"
    SIGN_IN = "sign_in"


class EnrolmentModel(QObject):
    """Address, code and name; the fingerprint to compare; the first person's name and password.

    Signals:
        changed(): read the properties again.
    """

    changed = Signal()

    def __init__(self, session: SessionModel, *, server: str = "", pc_name: str = "") -> None:
        """Take the session, and what the fields hold at first."""
        super().__init__()
        self.session = session
        self.step = Step.ASK
        self.server = server
        self.pc_name = pc_name
        self.is_busy = False
        self.problems: dict[str, str] = {}
        self.trouble = ""
        self._identity: Identity | None = None
        self._enrolled: Enrolled | None = None
        self._opened: OpenedStore | None = None

    @property
    def site_name(self) -> str:
        """The suite that the code was for."""
        return self._enrolled.site_name if self._enrolled is not None else ""

    @property
    def recovery_fingerprint(self) -> str:
        """The organisation's recovery key, to compare with the administrator's sheet."""
        if self._enrolled is None:
            return ""
        whole = self.session.premises.fingerprint(self._enrolled.recovery_public)
        return " ".join(whole[place : place + 4] for place in range(0, 32, 4))

    @property
    def pc_fingerprint(self) -> str:
        """This PC's own keys, which the administrator sees on the server."""
        return self._identity.public.fingerprint if self._identity is not None else ""

    def ask(self, server: str, code: str, pc_name: str) -> None:
        """Ask the server for a place."""
        if self.is_busy:
            return
        self.server, self.pc_name = server.strip(), pc_name.strip()
        self.problems = {
            field: sentence
            for field, text, sentence in (
                ("server", server, "Enter the server's address."),
                ("code", code, "Enter the enrolment code."),
                ("pc_name", pc_name, "Enter a name for this PC."),
            )
            if not text.strip()
        }
        if self.problems:
            self.changed.emit()
            return
        premises = self.session.premises

        def work() -> tuple[Identity, Enrolled]:
            identity = premises.new_identity()
            enrolled = ask_for_place(
                premises, identity, server=self.server, code=code, name=self.pc_name
            )
            return identity, enrolled

        self._start()
        self.session.background.aside(work, self._placed, self._refuse)

    def agree(self) -> None:
        """Go on: the fingerprint is the organisation's."""
        identity, enrolled, premises = self._identity, self._enrolled, self.session.premises
        if self.is_busy or identity is None or enrolled is None:
            return
        self._start()
        self.session.background.aside(
            lambda: make_store(premises, identity, enrolled), self._made, self._refuse
        )

    def disagree(self) -> None:
        """Stop: this is another organisation's key. Nothing has been made with it."""
        self._identity = self._enrolled = None
        self.step = Step.ASK
        self.trouble = (
            "Nothing was set up on this PC. The server may not be the one you think it is: tell "
            "your administrator, and ask for a new code."
        )
        self.changed.emit()

    def sign_in(self, username: str, password: str) -> None:
        """Let the first person in, which finishes the enrolment."""
        identity, opened, premises = self._identity, self._opened, self.session.premises
        if self.is_busy or identity is None or opened is None:
            return
        self.problems = {
            field: sentence
            for field, text, sentence in (
                ("username", username, "Enter your name."),
                ("password", password, "Enter your password."),
            )
            if not text.strip()
        }
        if self.problems:
            self.changed.emit()
            return

        def work() -> Admitted:
            return sign_in_online(
                premises,
                opened,
                identity,
                server=self.server,
                username=username,
                password=password,
                pc_name=self.pc_name,
            )

        self._start()
        self.session.background.aside(work, self._finished, self._refuse)

    def begin_provider(self) -> None:
        """Let the first person in by the organisation's page in the browser."""
        place, session = self._place, self.session
        if self.is_busy or place is None:
            return

        def signed_in(admitted: Admitted, vouched: Vouched) -> None:
            session.renewal.begin(place, vouched)
            self._finished(admitted)

        self.problems = {}
        self._start()
        session.provider.begin(place, signed_in, self._refuse)

    @property
    def _place(self) -> Place | None:
        if self._identity is None or self._opened is None:
            return None
        return Place(
            opened=self._opened,
            identity=self._identity,
            server=self.server,
            pc_name=self.pc_name,
        )

    def close(self) -> None:
        """Let go of a store whose enrolment nobody finished."""
        if self._opened is not None and self.session.open is None:
            self._opened.close()
            self._opened = None

    def _placed(self, answer: tuple[Identity, Enrolled]) -> None:
        self._identity, self._enrolled = answer
        self._go_on(Step.COMPARE)

    def _made(self, opened: OpenedStore) -> None:
        self._opened = opened
        if self._place is not None:
            self.session.provider.look(self._place)
        self._go_on(Step.SIGN_IN)

    def _finished(self, admitted: Admitted) -> None:
        identity, enrolled, opened = self._identity, self._enrolled, self._opened
        if identity is None or enrolled is None or opened is None:
            return
        self.is_busy = False
        self.session.store_opened(
            OpenPc(
                opened=opened,
                pc=pc_record(identity, enrolled),
                identity=identity,
                server=self.server,
                name=self.pc_name,
            )
        )
        self.session.let_in(admitted, first_sync_done=False)

    def _go_on(self, step: Step) -> None:
        self.is_busy = False
        self.step = step
        self.changed.emit()

    def _start(self) -> None:
        self.is_busy = True
        self.trouble = ""
        self.changed.emit()

    def _refuse(self, error: KnownError) -> None:
        self.is_busy = False
        self.trouble = error.user_message
        self.changed.emit()
