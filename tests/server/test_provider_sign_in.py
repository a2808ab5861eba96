"""The whole way: a new PC, a real server, a real provider, the product's own return page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
import requests

from sonar_desktop.bootstrap import make_premises
from sonar_desktop.platform.browser_return import BrowserReturn
from sonar_desktop.platform.paths import find_paths, prepare
from sonar_desktop.platform.single_instance import SingleInstance
from sonar_desktop.ui.background import Background
from sonar_desktop.ui.viewmodels.enrolment import EnrolmentModel
from sonar_desktop.ui.viewmodels.provider_sign_in import ProviderStep
from sonar_desktop.ui.viewmodels.session import SessionModel, Stage
from sonar_server import administration
from sonar_server.issuer import read_issuer
from tests.server.test_browser_api import scene

__all__ = ["scene"]
LOCAL = "meadow violin granite"


class Browser(BrowserReturn):
    """The product's return page, with somebody who signs in where it is opened."""

    def __init__(self, subject, clock) -> None:
        super().__init__(clock.monotonic_ms)
        self._subject = subject

    def show(self, address: str) -> None:
        post = partial(requests.post, address, data={"sub": self._subject}, timeout=30)
        Thread(target=post, daemon=True).start()


@pytest.fixture
def session(qtbot, tmp_path):
    (tmp_path / "policy.toml").write_text('device_secret = "file"\n')
    paths = find_paths(tmp_path)
    prepare(paths)
    instance = SingleInstance(paths.instance_lock)
    instance.take()
    background = Background()
    made = SessionModel(make_premises(paths, background, instance), background)
    yield made
    made.close()
    instance.release()


def test_the_first_person_of_a_new_pc_comes_by_the_provider_and_goes_on_by_password(
    qtbot, session, scene, person, central, site
):
    issuer = read_issuer(Path(scene.issuer_file)).issuer
    administration.link_person(central, person.username, issuer, "subject-of-a-new-pc")
    browser = partial(Browser, "subject-of-a-new-pc", session.premises.clock)
    session.premises = replace(session.premises, browser=browser)
    session.provider._premises = session.premises
    code = administration.new_device_code(central, site)
    model = EnrolmentModel(session)
    model.ask(scene.serving.address, code, "NF-MED-07")
    qtbot.waitUntil(lambda: model.step == "compare", timeout=30_000)
    model.agree()
    qtbot.waitUntil(lambda: session.provider.name == "Health board", timeout=30_000)
    model.begin_provider()
    qtbot.waitUntil(lambda: session.provider.step is ProviderStep.PASSWORD, timeout=30_000)
    session.provider.choose_password(LOCAL, LOCAL)
    qtbot.waitUntil(lambda: session.stage is Stage.SET_PIN, timeout=30_000)
    assert session.workplace.desk.actor.user == person.user
    before = session.admitted.until_ms
    session.renewal.renew()
    qtbot.waitUntil(lambda: session.admitted.until_ms > before, timeout=30_000)
    session.premises.keys.unlock(person.user, LOCAL)
