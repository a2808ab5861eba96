"""Why a secure connection was not made, as an error of ours."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Final

import requests

from sonar_desktop.sync.errors import (
    AuthorityFileError,
    CertificateError,
    ExchangeError,
    ExpiredError,
    OfflineError,
    UnknownAuthorityError,
    WrongNameError,
)

_BY_CODE: Final[dict[int, type[CertificateError]]] = {
    # The numbers of OpenSSL, x509_vfy.h.
    7: UnknownAuthorityError,  # signed by another authority of the same name
    9: ExpiredError,  # not yet valid
    10: ExpiredError,
    18: UnknownAuthorityError,  # self-signed
    19: UnknownAuthorityError,  # self-signed in the chain
    20: UnknownAuthorityError,  # issuer not found
    21: UnknownAuthorityError,  # first certificate cannot be verified
    62: WrongNameError,
    64: WrongNameError,  # IP address
}


def failure(error: OSError) -> ExchangeError:
    """Return what a request that got no answer means: offline, or a connection that is not safe."""
    if not isinstance(error, requests.RequestException):
        # requests says so before it connects.
        return AuthorityFileError()
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _BY_CODE.get(cause.verify_code, CertificateError)()
    return OfflineError()


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and those it wraps: urllib3 keeps some as `reason`, some as arguments."""
    found: list[BaseException] = [error]
    while found:
        one = found.pop()
        yield one
        wrapped = (*one.args, getattr(one, "reason", None), one.__cause__)
        found += [inner for inner in wrapped if isinstance(inner, BaseException)]
