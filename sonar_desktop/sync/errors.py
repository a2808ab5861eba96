"""What can go wrong between this PC and the server, each with its own words.

KnownError
└── ExchangeError           nothing is lost: what was entered stays on this PC
    ├── OfflineError            no answer at all: try again by itself
    │   ├── SilentError             an answer that stopped, or never began
    │   └── BusyError               the server asks to wait
    │       └── TooManyError            this PC has asked it too often
    ├── RubbishError            an answer that nobody can read
    │   ├── StrangerError           a page of something that is not the server
    │   └── CutOffError             half an answer
    ├── RefusedError            the server's own refusal of the request
    │   ├── UnknownDeviceError      this PC is not enrolled there, or signs with another key
    │   ├── TakenOutError           this PC was taken out of use
    │   ├── OldProtocolError        this program is too old for the server
    │   ├── OldServerError          the server is too old for this program
    │   ├── SignInError             name or password not accepted
    │   ├── NoIssuerError           people sign in there by name and password
    │   ├── IssuerAwayError         the server cannot reach the organisation's provider
    │   ├── NotConfirmedError       the provider's word was not right
    │   ├── NotLinkedError          the provider's person has no account, or not in this role
    │   └── SessionEndedError       what renews a lease is over, or was copied
    ├── CertificateError        whoever answers cannot prove to be the server
    │   ├── UnknownAuthorityError   its certificate is of an authority that is not trusted here
    │   ├── WrongNameError          its certificate is for another address
    │   ├── ExpiredError            its certificate is not valid now
    │   └── AuthorityFileError      the policy's file of trusted authorities cannot be used
    └── DivergedError           both sides hold different rows: to be looked into
"""

from __future__ import annotations

from sonar_desktop.usecases.errors import KnownError, NotLetInError, UnreachedError


class ExchangeError(KnownError):
    """The exchange with the server stopped; the words say what that means and what to do."""


class OfflineError(ExchangeError, UnreachedError):
    """Nobody answered."""

    def __init__(self) -> None:
        super().__init__(
            "The server cannot be reached. Everything you enter is saved on this PC and sent by "
            "itself when the network is back."
        )


class SilentError(OfflineError):
    """Somebody took the request and says nothing: a dead line, or a proxy that keeps it back."""


class BusyError(OfflineError):
    """The server answered that it is busy; `wait_s` is how long it asks for, if it says."""

    def __init__(self, wait_s: float | None) -> None:
        super().__init__()
        self.user_message = (
            "The server is busy and asked this PC to wait. Everything you enter is saved on this "
            "PC and sent by itself."
        )
        self.wait_s = wait_s


class TooManyError(BusyError):
    """The server counts this PC's requests, and there were too many within a minute."""

    def __init__(self, wait_s: float | None) -> None:
        super().__init__(wait_s)
        self.user_message = (
            "This PC asked the server too often within a minute, so the server wants a pause. "
            "Nothing was lost: your entries are saved on this PC and sent by themselves. To sign "
            "in, wait a minute and try again."
        )


class RubbishError(ExchangeError, UnreachedError):
    """The answer cannot be read as this protocol. `what` names the sort of rubbish, for the log."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "The server's answer could not be read, so nothing of it was taken. Nothing was lost: "
            "your entries are saved on this PC, and it is asked again by itself. Tell IT if this "
            "stays."
        )
        self.what = what


class StrangerError(RubbishError):
    """A page of a network, a proxy or another program stands where the server should."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.user_message = (
            "Something other than the server answered, perhaps a sign-in page of the network. "
            "Nothing was lost: your entries are saved on this PC. Tell IT if this stays."
        )


class CutOffError(RubbishError):
    """The answer ended before it was whole."""

    def __init__(self) -> None:
        super().__init__("cut_off")
        self.user_message = (
            "The server's answer was cut off on the way. Nothing was lost: it is fetched again by "
            "itself."
        )


class RefusedError(ExchangeError):
    """The server understood the request and refused it; `code` is its reason."""

    def __init__(self, code: str, user_message: str | None = None) -> None:
        super().__init__(
            user_message
            or "The server refused this PC's request. Your entries are saved on this PC. Tell IT "
            f"the word “{code}”."
        )
        self.code = code


class UnknownDeviceError(RefusedError):
    """The server does not know this PC, or not by the key that it signs with."""

    def __init__(self, code: str) -> None:
        super().__init__(
            code,
            "The server does not know this PC: it may have been put back to an older copy, or this "
            "PC was. Your unsent changes are safe here. Tell IT the word "
            f"“{code}”.",
        )


class TakenOutError(RefusedError):
    """An operator took this PC out of use; it may be let in again, with all that is on it."""

    def __init__(self) -> None:
        super().__init__(
            "revoked",
            "Your organisation took this PC out of use, so nothing is sent or fetched here any "
            "more. Work on another PC. Nothing is lost: what was entered here is saved on this PC, "
            "and is sent if it is let in again. If this is a mistake, tell IT.",
        )


class OldProtocolError(RefusedError):
    """This program is too old for the server; `is_sending` where it still takes the entries."""

    def __init__(self, *, is_sending: bool = False) -> None:
        where = "sent to the server" if is_sending else "saved on this PC"
        super().__init__(
            "protocol_too_old",
            "SONAR on this PC is too old for the server, so what others enter does not arrive "
            f"here. Keep working: your entries are {where}. Tell IT that this PC needs the update.",
        )


class OldServerError(RefusedError):
    """The server is too old for this program."""

    def __init__(self) -> None:
        super().__init__(
            "protocol_too_new",
            "The server is too old for SONAR on this PC, so nothing can be sent or fetched yet. "
            "Keep working: your entries are saved on this PC and sent by themselves later. Tell IT "
            "that the server needs the update.",
        )


class SignInError(RefusedError, NotLetInError):
    """Name or password was not accepted; which of the two is never said."""

    def __init__(self) -> None:
        super().__init__(
            "sign_in", "The name or the password is not right. Check both and try again."
        )


class NoIssuerError(RefusedError):
    """People of this server sign in by name and password."""

    def __init__(self) -> None:
        super().__init__("no_issuer", "Sign in here with your name and password.")


class IssuerAwayError(RefusedError, UnreachedError):
    """The server answers; the provider at which people sign in does not."""

    def __init__(self) -> None:
        super().__init__(
            "issuer_away",
            "Your organisation's sign-in page cannot be reached. Whoever has signed in on this PC "
            "before can go on with their password for this PC.",
        )


class NotConfirmedError(RefusedError):
    """The server did not accept what the provider said of the person."""

    def __init__(self) -> None:
        super().__init__(
            "issuer_refused",
            "Your sign-in was not confirmed: it took too long, was used already, or is not for "
            "SONAR. Sign in again. If it stays, tell IT the word “issuer_refused”.",
        )


class NotLinkedError(RefusedError):
    """Nobody said whose account the provider's person has."""

    def __init__(self) -> None:
        super().__init__(
            "not_linked",
            "Your organisation knows you, but you have no account in SONAR, or not in your role. "
            "Ask your administrator to link it.",
        )


class SessionEndedError(RefusedError):
    """The session is over: its time, or its token was used twice."""

    def __init__(self) -> None:
        super().__init__(
            "session_ended",
            "Your session with the server is over. Sign in again in the browser to renew it; what "
            "you enter is saved on this PC.",
        )


class CodeError(RefusedError):
    """The enrolment code was used, has run out, or was mistyped."""

    def __init__(self) -> None:
        super().__init__(
            "enrolment_code",
            "This code is not valid: it may be mistyped, used already or older than 15 minutes. "
            "Check it, or ask your administrator for a new one.",
        )


class CertificateError(ExchangeError, UnreachedError):
    """The connection is not safe, so not a byte was sent through it."""

    sentence = "The server's certificate was not accepted, so nothing was sent."
    what_to_do = "Tell IT."

    def __init__(self) -> None:
        super().__init__(
            f"{self.sentence} Nothing was lost: your entries are saved on this PC. "
            f"{self.what_to_do}"
        )


class UnknownAuthorityError(CertificateError):
    """Nobody whom this PC trusts vouches for the server."""

    sentence = (
        "The server's certificate comes from nobody this PC trusts, so nothing was sent: somebody "
        "may stand between this PC and the server."
    )
    what_to_do = "Tell IT, and use another network if you can."


class WrongNameError(CertificateError):
    """The certificate is good, but of another server."""

    sentence = "The server's certificate is for another address, so nothing was sent."
    what_to_do = "Check the server's address, or tell IT."


class ExpiredError(CertificateError):
    """By this PC's clock the certificate has run out or is not valid yet."""

    sentence = (
        "By this PC's clock the server's certificate has run out or is not valid yet, so nothing "
        "was sent."
    )
    what_to_do = "Check this PC's date and time, then tell IT."


class AuthorityFileError(CertificateError):
    """The administrator's file of authorities is missing or cannot be read."""

    sentence = (
        "The file that says whose certificates this PC trusts cannot be read, so nothing was sent."
    )
    what_to_do = "Tell IT: the policy of this PC names it as server_ca."


class AddressError(ExchangeError):
    """The server's address cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            "This is not a server address that can be used. It starts with https:// and has the "
            "name your administrator gave you."
        )


class DivergedError(ExchangeError):
    """At the same position, this PC's rows and the server's are not the same."""

    def __init__(self, scope: str) -> None:
        super().__init__(
            "This PC's copy and the server's are not the same. Your entries are safe, but do not "
            "rely on what others entered until it is put right. Tell IT."
        )
        self.scope = scope
