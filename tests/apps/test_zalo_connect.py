"""`make zalo-connect`: a consent becomes tokens, whatever is wrong is said in words, and running it again is safe."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
from werkzeug.serving import make_server

from apps.gateway import create_app
from apps.zalo_connect import Operator, connect, wait_for_browser
from channels import accounts
from conversations import Database, account_data, standing
from settings import Settings
from tests.platforms import ZaloPlatform
from tests.product.copy import free_ports


@pytest.fixture
def db(database_url):
    database = Database(database_url, pool_size=10)
    yield database
    database.close()


@pytest.fixture
def zalo():
    with ZaloPlatform() as platform:
        yield platform


@pytest.fixture
def settings(database_url, tmp_path, zalo):
    (port,) = free_ports(1)
    return Settings(
        _env_file=None, database_url=database_url, var_dir=tmp_path, web_secret="a-secret-for-tests-only",
        public_url=f"http://127.0.0.1:{port}", zalo_api_url=zalo.url, zalo_oauth_url=zalo.url, zalo_app_id=zalo.app_id,
        zalo_app_secret=zalo.app_secret, zalo_oa_secret_key=zalo.oa_secret_key, zalo_verifier="Qx7",
    )  # fmt: skip


@pytest.fixture
def served(settings, db):
    app = create_app(settings, db)
    server = make_server("127.0.0.1", int(settings.public_url.rpartition(":")[2]), app, threaded=True)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield
    server.shutdown()
    server.server_close()
    app.extensions["live"].close()
    app.extensions["care"].database.close()


class Person:
    """An operator at the terminal with a browser; `comes_back` makes the address that the browser ends at."""

    def __init__(self, zalo):
        self.zalo, self.told = zalo, []
        self.comes_back = lambda back_to, code, state: f"{back_to}?oa_id=1&code={code}&state={state}"

    def _answer(self, back_to, prompt):
        (line,) = [line.strip() for line in "\n".join(self.told).splitlines() if "/v4/oa/permission" in line][-1:]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(line).query).items()}
        assert asked["app_id"] == self.zalo.app_id
        self.zalo.codes["the-code"] = asked["code_challenge"]
        return self.comes_back(asked["redirect_uri"], "the-code", asked["state"])

    def runs(self, settings, db, **more):
        self.told.clear()
        (account,) = accounts(settings).zalo
        operator = Operator(self.told.append, self._answer, f"{settings.gateway_url}/webhooks/zalo")
        return connect(settings, account, db, operator, **more), "\n".join(self.told)


@pytest.fixture
def person(zalo):
    return Person(zalo)


def _kept(db, zalo):
    return account_data(db, "zalo", zalo.app_id).get("refresh_token")


def test_a_consent_becomes_tokens_and_the_way_is_checked(settings, db, zalo, served, person):
    well, told = person.runs(settings, db)
    assert well, told
    assert _kept(db, zalo) == zalo.refresh_token
    for said in ("Điện lực thử", "lượt trong phút này", "Webhook trả lời", "Trang xác minh tên miền trả lời"):
        assert said in told
    assert zalo.refresh_token not in told
    assert zalo.app_secret not in told


def test_again_it_only_checks_unless_asked(settings, db, zalo, served, person):
    person.runs(settings, db)
    first = _kept(db, zalo)
    well, told = person.runs(settings, db)
    assert well
    assert "permission" not in told
    assert _kept(db, zalo) == first
    assert person.runs(settings, db, again=True)[0]
    assert _kept(db, zalo) not in (None, first)


def test_a_stranded_account_is_running_again_at_once(settings, db, zalo, served, person):
    zalo.used.add("refresh-0")
    stranded = settings.model_copy(update={"zalo_refresh_token": "refresh-0"})
    db.execute("pause_account", {"channel": "zalo", "account": zalo.app_id, "reason": "x", "pause_s": 300.0})
    well, told = person.runs(stranded, db)
    assert well
    assert "make zalo-connect" in told  # the reason, before the link
    found = standing(db)
    assert all(each.paused_until <= found.at for each in found.accounts if each.paused_until)


@pytest.mark.parametrize(
    ("comes_back", "said"),
    [
        (lambda back, code, state: "", "Không thấy mã"),
        (lambda back, code, state: f"{back}?error=denied", "Không thấy mã"),
        (lambda back, code, state: f"{back}?code={code}&state=other", "lần cấp quyền khác"),
        (lambda back, code, state: "another-code", "-14003"),
    ],
)
def test_what_comes_back_wrong_is_said_and_keeps_nothing(settings, db, zalo, person, comes_back, said):
    person.comes_back = comes_back
    well, told = person.runs(settings, db)
    assert not well
    assert said in told
    assert _kept(db, zalo) is None


def test_a_bare_code_will_do(settings, db, zalo, served, person):
    person.comes_back = lambda back, code, state: f" {code}\n"
    assert person.runs(settings, db)[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"zalo_app_secret": "typo"}, "ZALO_APP_SECRET sai"),
        ({"zalo_oauth_url": "http://127.0.0.1:9"}, "Không gọi được Zalo"),
        ({"zalo_api_url": "http://127.0.0.1:9"}, "không dùng được"),
    ],
)
def test_a_wrong_setting_or_an_absent_zalo_is_said(settings, db, zalo, person, change, said):
    well, told = person.runs(settings.model_copy(update=change), db)
    assert not well
    assert said in told


def test_a_gateway_that_is_not_there_or_knows_another_key_is_said(settings, db, served, person):
    other = settings.model_copy(update={"zalo_oa_secret_key": "other"})
    well, told = person.runs(other, db)
    assert not well
    assert "từ chối chữ ký" in told
    nowhere = settings.model_copy(update={"public_url": "http://127.0.0.1:9"})
    well, told = person.runs(nowhere, db)
    assert not well
    assert "Không tới được" in told


def test_the_browsers_way_back_can_be_taken_on_a_port():
    (port,) = free_ports(1)
    found = []
    waiting = threading.Thread(target=lambda: found.append(wait_for_browser(port)))
    waiting.start()
    with requests.Session() as browser:
        browser.mount("http://", HTTPAdapter(max_retries=Retry(connect=10, backoff_factor=0.05)))
        for path in ("favicon.ico", "?code=abc&state=s"):
            browser.get(f"http://127.0.0.1:{port}/{path}", timeout=5)
    waiting.join(10)
    assert found == ["/?code=abc&state=s"]
