"""`make simulate` carries a talk through signed webhooks and shows what the platform would show."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from settings import ROOT, Settings
from tests.platforms.practice import practice


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(settings: Settings) -> Settings:
    url = f"http://127.0.0.1:{_free_port()}"
    return settings.model_copy(
        update={"zalo_api_url": url, "zalo_oauth_url": url, "facebook_graph_url": url, "telegram_api_url": url}
    )


@pytest.mark.parametrize("channel", ["zalo", "facebook", "telegram"])
def test_a_talk_with_a_tap_and_a_second_delivery(settings: Settings, served: str, bot, channel: str):
    names = [name for name in Settings.model_fields if name.startswith(("zalo_", "facebook_", "telegram_"))]
    env = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT)), "VAR_DIR": str(settings.var_dir)}
    env |= {name.upper(): str(getattr(settings, name)) for name in names}
    command = [sys.executable, "-m", "tests.platforms.simulate", "--channel", channel, "--gateway", served]
    typed = "chọn\n1\n/sticker\nmất điện\n/thoat\n"

    done = subprocess.run(
        command, input=typed, capture_output=True, text=True, env=env, cwd=ROOT, timeout=60, check=False
    )

    shown = done.stdout.split("\n> ")
    assert done.returncode == 0, done.stderr
    assert "[1] Báo mất điện" in shown[0]  # the greeting's menu
    assert "[2] Lịch cắt điện" in shown[1]
    assert "Dạ em nhận nút report_outage" in shown[2]
    assert "Dạ em nghe: ['sticker']" in shown[3]
    assert "Dạ em nghe: mất điện" in shown[4]


def test_practice_accounts_are_drawn_once_and_stay_private(settings: Settings):
    bare = Settings(_env_file=None, var_dir=settings.var_dir)  # type: ignore[call-arg]
    first, again = practice(bare), practice(bare)
    assert first == again
    assert (bare.var_dir / "simulate.env").stat().st_mode & 0o777 == 0o600
    assert first["ZALO_API_URL"] == "http://127.0.0.1:8090"
    assert practice(settings) == {}


def test_production_has_no_practice_accounts(settings: Settings):
    with pytest.raises(SystemExit):
        practice(settings.model_copy(update={"app_env": "production"}))
