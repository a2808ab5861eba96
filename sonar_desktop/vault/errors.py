"""What can go wrong with keys and sign-in, each with its own sentence.

KnownError
└── VaultError
    ├── DeviceSecretError
    │   ├── NoKeyring              no allow-listed keyring on this PC
    │   ├── KeyringLocked          it is there and stays locked
    │   ├── KeyringNotAnswering    no answer within the limit
    │   ├── KeyringRefused         it answered with an error
    │   ├── SecretMissing          keyring opens, our entry is gone
    │   ├── SecretReplaced         an entry is there and is not ours
    │   ├── SecretFileUnsafe       the policy's file is readable by others or damaged
    │   └── SecretElsewhere        kept in one place, policy names another
    ├── PolicyRefused              the administrator's policy file cannot be used
    ├── NotWritten                 disk full or refused: the old file stands
    ├── KeybagError
    │   ├── NotEnrolled            no key file at all
    │   ├── AlreadyEnrolled        there is one in use: never overwritten
    │   ├── KeybagDamaged          both generations are unreadable
    │   ├── KeybagFromNewerVersion
    │   ├── PcRemoved              a wipe order destroyed the slots
    │   ├── KdfRefused             weaker or heavier than the compiled-in bounds
    │   └── RecoveryRefused        the organisation key does not open the recovery slot
    ├── SignInError
    │   ├── NotKnownHere           this person has never signed in on this PC
    │   ├── WrongPassword, WrongPin, WrongCode, CodeMistyped
    │   ├── TryLater               throttled, with the seconds to wait
    │   ├── TriesUsedUp            slot off until an online sign-in
    │   ├── TriesAltered           the counter file was edited, put back or removed
    │   ├── LeaseEnded             offline time is over
    │   ├── PinNeedsPassword       no PIN slot in this process
    │   └── VaultLocked            the store key is not in memory
    ├── LeaseRefused
    │   ├── LeaseAltered, LeaseWrongKey, LeaseUnreadable
    │   └── LeaseOfAnotherPc, LeaseOfAnotherPerson
    ├── RollRefused                what the server said of accounts is not its word
    ├── OrderRefused               an order to wipe this PC is not the server's
    ├── IdentityDamaged            the PC's own key pair cannot be read or does not fit
    └── SecretTooWeak
        ├── PasswordTooShort, PasswordTooCommon
        └── PinNotDigits, PinTooEasy
"""

from __future__ import annotations

# ruff: noqa: D101, N818 - each sentence is the docstring of its class, each name a state.
from typing import ClassVar

from sonar_desktop.usecases.errors import KnownError, LeaseOverError, NotLetInError


class VaultError(KnownError):
    """Base of everything the vault refuses; `sentence` is the class's own user message."""

    sentence: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.sentence)


class DeviceSecretError(VaultError):
    """The second factor that binds the records to this PC could not be had."""


class NoKeyring(DeviceSecretError):
    sentence = (
        "This PC has no password store that SONAR may use. Records cannot be opened without it. "
        "Ask your administrator to turn on the system keyring, or to allow a key file by policy."
    )


class KeyringLocked(DeviceSecretError):
    sentence = (
        "The PC's keyring is locked, so the records on this PC cannot be opened. "
        "Unlock the keyring with the PC account's password, then sign in again."
    )


class KeyringNotAnswering(DeviceSecretError):
    sentence = (
        "The PC's keyring did not answer in time, so the records cannot be opened yet. "
        "If it is asking for its password in another window, enter it there, then try again."
    )


class KeyringRefused(DeviceSecretError):
    sentence = (
        "The PC's keyring refused to hand over or keep the key of this PC. "
        "Nothing is lost. Try again; if it stays so, tell your administrator."
    )


class SecretMissing(DeviceSecretError):
    sentence = (
        "The key of this PC is no longer in its keyring, so no password can open the records "
        "here. Nothing is lost: your administrator can recover them with the organisation's key."
    )


class SecretReplaced(DeviceSecretError):
    sentence = (
        "The key in this PC's keyring belongs to other records, so no password can open the ones "
        "here. Nothing is lost: your administrator can recover them with the organisation's key."
    )


class SecretFileUnsafe(DeviceSecretError):
    sentence = (
        "The key file of this PC is damaged or can be read by other accounts, so it is not used. "
        "Nothing is lost. Your administrator has to put it right."
    )


class SecretElsewhere(DeviceSecretError):
    sentence = (
        "The administrator's policy names another place for this PC's key than the one it was "
        "put in at enrolment. Records stay closed until the policy says the same place again."
    )


class PolicyRefused(VaultError):
    sentence = (
        "The administrator's policy file on this PC cannot be read or holds something unknown, "
        "so SONAR does not guess. Your administrator has to correct it."
    )


class NotWritten(VaultError):
    sentence = (
        "The PC's disk is full or cannot be written, so the keys were left as they are. "
        "Nothing is lost. Free some space, then try again."
    )


class KeybagError(VaultError):
    """The file of wrapped keys cannot be used as asked."""


class NotEnrolled(KeybagError):
    sentence = "This PC is not enrolled yet. An administrator's enrolment code is needed first."


class AlreadyEnrolled(KeybagError):
    sentence = (
        "This PC is enrolled already and holds records. It was left as it is. "
        "To enrol it anew, your administrator has to remove it from the server first."
    )


class KeybagDamaged(KeybagError):
    sentence = (
        "The key file of this PC and its spare copy are both damaged, so no password can open "
        "the records here. They are not lost: your administrator can recover them with the "
        "organisation's key."
    )


class KeybagFromNewerVersion(KeybagError):
    sentence = (
        "The key file of this PC was written by a newer version of SONAR. "
        "Nothing was changed. Start the newer version, or ask your administrator to install it."
    )


class PcRemoved(KeybagError):
    sentence = (
        "This PC was removed by an administrator, so nobody can sign in here. What it had not "
        "sent yet is kept sealed and can be opened with the organisation's key."
    )


class KdfRefused(KeybagError):
    sentence = (
        "The key file of this PC asks for a password check outside the safe limits. It may have "
        "been altered, so the password was not used. Tell your administrator."
    )


class RecoveryRefused(KeybagError):
    sentence = (
        "This is not the organisation key that the records were sealed to, or the sealed key was "
        "altered. Nothing was changed."
    )


class SignInError(VaultError, NotLetInError):
    """A person could not be let in."""


class NotKnownHere(SignInError):
    sentence = (
        "You have not signed in on this PC before, so it cannot check your password while it is "
        "offline. Sign in once while it is online, or use another PC."
    )


class WrongPassword(SignInError):
    """`tries_left`: free tries before waiting starts, 0 when waiting has started."""

    sentence = "Wrong password."

    def __init__(self, *, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left
        if tries_left:
            self.user_message = f"Wrong password. {tries_left} of 5 tries left before a wait."
        else:
            self.user_message = "Wrong password. There is now a wait before the next try."


class WrongPin(SignInError):
    """`tries_left`: 0 means that the PIN is gone and the password is needed."""

    sentence = "Wrong PIN."

    def __init__(self, *, tries_left: int) -> None:
        super().__init__()
        self.tries_left = tries_left
        if tries_left:
            self.user_message = (
                f"Wrong PIN. {tries_left} of 5 tries left before your password is needed."
            )
        else:
            self.user_message = "Wrong PIN five times. Your password is needed now."


class WrongCode(SignInError):
    sentence = (
        "No unused envelope of this PC has this code. Check that the envelope is for this PC and "
        "has not been used before."
    )


class CodeMistyped(SignInError):
    sentence = (
        "The code is not typed as printed: it has 28 letters and digits in seven groups of four. "
        "This did not count as a try."
    )


class TryLater(SignInError):
    """`seconds`: whole seconds until the next try is taken."""

    sentence = "Too many wrong tries."

    def __init__(self, *, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds
        self.user_message = (
            f"Too many wrong tries. The next one is taken in {seconds} s. "
            "A colleague can sign in meanwhile."
        )


class TriesUsedUp(SignInError):
    sentence = (
        "Ten wrong tries: this sign-in is off on this PC until you sign in while it is online. "
        "A colleague can sign in meanwhile."
    )


class TriesAltered(SignInError):
    sentence = (
        "The count of sign-in tries on this PC was altered or removed, so no password is taken "
        "offline. Sign in while the PC is online, and tell your administrator."
    )


class LeaseEnded(SignInError, LeaseOverError):
    sentence = (
        "Your permission to work offline on this PC has ended. Nothing is lost. "
        "Sign in while the PC is online; it is then renewed."
    )


class PinNeedsPassword(SignInError):
    sentence = "Your PIN is not set on this PC at the moment. Use your password."


class VaultLocked(SignInError):
    sentence = (
        "The records on this PC are locked. Someone who has signed in here before has to sign in "
        "first."
    )


class LeaseRefused(VaultError):
    """The server's new permission was not taken; the one held before stays in force."""


class LeaseAltered(LeaseRefused):
    sentence = (
        "The permission that came from the server was altered on its way and was not taken. "
        "The one before stays in force. If this repeats, tell your administrator."
    )


class LeaseWrongKey(LeaseRefused):
    sentence = (
        "The permission that came was signed by another server than the one this PC was enrolled "
        "with, and was not taken. The one before stays in force. Tell your administrator."
    )


class LeaseUnreadable(LeaseRefused):
    sentence = (
        "The server sent a permission that this version of SONAR cannot read. The one before "
        "stays in force. Ask your administrator whether an update is due."
    )


class LeaseOfAnotherPc(LeaseRefused):
    sentence = (
        "The permission that came belongs to another PC and was not taken. "
        "The one before stays in force. Tell your administrator."
    )


class LeaseOfAnotherPerson(LeaseRefused):
    sentence = (
        "The permission that came belongs to another person and was not taken. "
        "The one before stays in force. Sign in again while the PC is online."
    )


class RollRefused(VaultError):
    sentence = (
        "What the server said about people's accounts could not be trusted and was not taken. "
        "Nothing changed on this PC. If this repeats, tell your administrator."
    )


class OrderRefused(VaultError):
    sentence = (
        "Somebody ordered this PC to be wiped who is not its server, so it was not done. Nothing "
        "changed on this PC. Tell your administrator."
    )


class IdentityDamaged(VaultError):
    sentence = (
        "This PC's own key pair is damaged or does not fit what was sent to it. Records stay "
        "readable, but nothing can be sent. Your administrator has to enrol the PC anew."
    )


class SecretTooWeak(VaultError):
    """A new password or PIN was refused; what was typed is kept by the form."""


class PasswordTooShort(SecretTooWeak):
    sentence = "A password needs at least 12 characters; 15 or more are better. Words are fine."


class PasswordTooCommon(SecretTooWeak):
    sentence = (
        "This password is easy to guess: it is a common word, a name, a pattern or a repetition. "
        "Three or four unrelated words are a good password."
    )


class PinNotDigits(SecretTooWeak):
    sentence = "A PIN has 6 to 12 digits and nothing else."


class PinTooEasy(SecretTooWeak):
    sentence = "This PIN is among the first that anyone would try. Choose digits without a pattern."
