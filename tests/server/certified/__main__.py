"""Sign-in against oidc-provider of npm, a certified implementation; needs Node and its registry.

`make oidc` runs this. It proves what the mock-up of `make test` does not: that a provider which
insists on PKCE takes our challenge and refuses a code without its verifier.
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from sonar_core.sync.browser_sign_in import (
    RANDOM_BYTES,
    Attempt,
    BrowserSignIn,
    IssuerSheet,
    begun,
    browser_address,
    code_in,
)
from sonar_core.sync.messages import PROTOCOL
from sonar_server.errors import RefusedError
from sonar_server.issuer import Issuer
from sonar_server.provider import Provider

HERE = Path(__file__).parent
PORT = 50123
"""Nobody listens there: the last redirect is read, not followed."""
MOST_PAGES = 12


@contextmanager
def certified_provider(folder: Path) -> Iterator[str]:
    """Its address, installed from the lock into a folder of the build."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "provider.mjs"):
        shutil.copy(HERE / name, folder / name)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    with subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            # Its warnings go where it says its address.
            yield next(line.strip() for line in process.stdout if line.startswith("http://"))
        finally:
            process.terminate()


def walked(address: str) -> str:
    """Open an address as a browser does, sign in and consent; return what comes back to the PC."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=30)
        for _ in range(MOST_PAGES):
            if answer.is_redirect:
                following = urljoin(answer.url, answer.headers["Location"])
                place = urlsplit(following)
                if place.port == PORT:
                    return f"{place.path}?{place.query}"
                answer = browser.get(following, allow_redirects=False, timeout=30)
                continue
            form = re.search(r'<form[^>]* action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert form is not None, answer.text
            assert prompt is not None, answer.text
            answer = browser.post(
                urljoin(answer.url, form[1]),
                data={"prompt": prompt[1], "login": "person-1", "password": "any"},
                allow_redirects=False,
                timeout=30,
            )
    raise AssertionError("the provider leads round in circles")


def asked_with(attempt: Attempt, code: str, verifier: str) -> BrowserSignIn:
    return BrowserSignIn(
        protocol=PROTOCOL,
        code=code,
        verifier=verifier,
        nonce=attempt.nonce,
        redirect=attempt.redirect,
    )


def signed_in(sheet: IssuerSheet) -> tuple[Attempt, str]:
    attempt = begun(secrets.token_bytes(RANDOM_BYTES), PORT, 0)
    return attempt, code_in(walked(browser_address(sheet, attempt)), attempt)


def refusal(provider: Provider, asked: BrowserSignIn) -> str:
    try:
        provider.claims(asked)
    except RefusedError as refused:
        return refused.code
    return "taken"


def prove(address: str) -> None:
    provider = Provider(Issuer(issuer=address, name="Certified", client="sonar"))
    sheet = provider.sheet()
    attempt, code = signed_in(sheet)
    assert provider.claims(asked_with(attempt, code, attempt.verifier))["sub"] == "person-1"
    print("a code with its verifier says who signed in")
    assert refusal(provider, asked_with(attempt, code, attempt.verifier)) == "issuer_refused"
    print("it serves once")
    attempt, code = signed_in(sheet)
    other = begun(secrets.token_bytes(RANDOM_BYTES), PORT, 0)
    assert refusal(provider, asked_with(attempt, code, other.verifier)) == "issuer_refused"
    print("a code without its verifier is refused")
    without = re.sub(r"&code_challenge(_method)?=[^&]*", "", browser_address(sheet, attempt))
    assert "error=invalid_request" in walked(without)
    print("the provider insists on PKCE")


if __name__ == "__main__":
    with certified_provider(Path(sys.argv[1])) as where:
        prove(where)
