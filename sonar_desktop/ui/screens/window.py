"""The one window: which face it shows follows the session."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from sonar_desktop.ui.screens.enrolment import EnrolmentScreen
from sonar_desktop.ui.screens.first_sync import FirstSyncScreen
from sonar_desktop.ui.screens.lock import LockScreen
from sonar_desktop.ui.screens.set_pin import SetPinScreen
from sonar_desktop.ui.screens.shell import Shell
from sonar_desktop.ui.screens.sign_in import SignInScreen
from sonar_desktop.ui.theme.sizes import MIN_WINDOW, USUAL_WINDOW
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.first_sync import FirstSyncModel
from sonar_desktop.ui.viewmodels.front import FrontModel
from sonar_desktop.ui.viewmodels.lock import LockModel, SetPinModel
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_desktop.ui.viewmodels.shell import ShellModel, window_title
from sonar_desktop.ui.viewmodels.sign_in import SignInModel
from sonar_desktop.ui.viewmodels.sync_panel import SyncModel
from sonar_desktop.ui.widgets.focus_ring import FocusRing

_USED = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    )
)

_AWAY_MS = 1000
"""How much sooner than it says the screen may lock, which it does after minutes."""


class MainWindow(QMainWindow):
    """Holds one face at a time; the face before it is dropped, with all it showed.

    Signals:
        closed(): the window was closed; drafts have been told to go on disk.
    """

    closed = Signal()

    def __init__(
        self,
        session: SessionModel,
        front: FrontModel,
        app: QApplication,
        *,
        server: str = "",
        pc_name: str = "",
    ) -> None:
        """Take the session, what the side says, and what enrolment begins with."""
        super().__init__()
        self.session = session
        self._front = front
        self._server, self._pc_name = server, pc_name
        self._sync: SyncModel | None = None
        self._shell_model: ShellModel | None = None
        self._enrolment: EnrolmentModel | None = None
        self.setMinimumSize(*MIN_WINDOW)
        self.faces = QStackedWidget()
        self.setCentralWidget(self.faces)
        self.ring = FocusRing(self, app)
        QShortcut(QKeySequence("F11"), self).activated.connect(self._full_screen)
        session.stage_changed.connect(self.show_stage)
        session.alarms.changed.connect(self._show_title)
        self._app = app
        self._away = QTimer(self)
        self._away.setSingleShot(True)
        self._away.setInterval(_AWAY_MS)
        self._away.timeout.connect(self._look)
        session.warned.connect(self._look)
        self._look()
        self.show_stage()
        self._show_title()

    @property
    def face(self) -> QWidget | None:
        """What the window shows."""
        return self.faces.currentWidget()

    def show_stage(self) -> None:
        """Show the face of the session's stage, and drop the one before."""
        old = self.faces.currentWidget()
        face = self._made(self.session.stage)
        self.faces.addWidget(face)
        self.faces.setCurrentWidget(face)
        if old is not None:
            self.faces.removeWidget(old)
            old.deleteLater()
        if isinstance(face, Shell):
            face.show_page(self.session.here)
        else:
            face.focus_first()
        self._show_title()

    def stand_at(self, wanted: QRect | None, *, is_maximised: bool = False) -> None:
        """Stand where the window stood last; in full on one screen, should another be gone."""
        if wanted is None:
            self.resize(*USUAL_WINDOW)
            return
        screen = QGuiApplication.screenAt(wanted.center()) or self.screen()
        room = screen.availableGeometry()
        size = wanted.size().boundedTo(room.size()).expandedTo(self.minimumSize())
        left = min(max(wanted.left(), room.left()), room.left() + room.width() - size.width())
        top = min(max(wanted.top(), room.top()), room.top() + room.height() - size.height())
        self.setGeometry(QRect(QPoint(left, top), size))
        if is_maximised:
            self.setWindowState(self.windowState() | Qt.WindowState.WindowMaximized)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that somebody uses the PC, then look away for a second.

        While this looks, every event of every widget passes through Python; most of them come just
        after somebody pressed a key.
        """
        if event.type() in _USED:
            self.session.touch()
            self._app.removeEventFilter(self)
            self._away.start()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        self._app.installEventFilter(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Put drafts on disk before the window goes; while one cannot be, the window stays."""
        if not self.session.put_away():
            event.ignore()
            return
        if self._enrolment is not None:
            self._enrolment.close()
        self._away.stop()
        self._app.removeEventFilter(self)
        self.closed.emit()
        super().closeEvent(event)

    def _made(
        self, stage: Stage
    ) -> EnrolmentScreen | SignInScreen | SetPinScreen | FirstSyncScreen | LockScreen | Shell:
        session = self.session
        if self._shell_model is not None:
            self._shell_model.close()
            self._shell_model = None
        if stage is Stage.ENROLMENT:
            self._enrolment = EnrolmentModel(session, server=self._server, pc_name=self._pc_name)
            return EnrolmentScreen(self._enrolment, self._front)
        if stage is Stage.SIGN_IN:
            return SignInScreen(SignInModel(session), self._front)
        if stage is Stage.SET_PIN:
            return SetPinScreen(SetPinModel(session))
        if stage is Stage.FIRST_SYNC:
            return FirstSyncScreen(FirstSyncModel(session))
        if stage is Stage.LOCKED:
            return LockScreen(LockModel(session), self._copies())
        return self._shell()

    def _shell(self) -> Shell:
        workplace, signing = self.session.workplace, self.session.signing
        if workplace is None or signing is None:
            raise RuntimeError("a shell without a signed-in person")
        self._shell_model = ShellModel(self.session, self._copies(), workplace)
        return Shell(self._shell_model, signing)

    def _copies(self) -> SyncModel:
        if self._sync is None:
            self._sync = SyncModel(self.session)
        return self._sync

    def _show_title(self) -> None:
        self.setWindowTitle(window_title(self.session))

    def _full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()
