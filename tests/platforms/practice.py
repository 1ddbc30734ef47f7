"""`make run SIMULATE=1`: the product with practice accounts on Zalo, Facebook and Telegram, whose platforms are `make simulate`.

A channel without secrets is off, so a plain `make run` can't be written to through a webhook. This draws practice
secrets once into `VAR_DIR/simulate.env` (mode 600), points the platforms' addresses to the
stand-ins' ports (SIMULATE_PORT, 8090 unless told otherwise, and the next two), and then becomes `apps.run`. Secrets
that are set already stay as they are; with APP_ENV=production it refuses.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from channels.accounts import SECRETS
from settings import Settings

FILE = "simulate.env"
ADDRESSES = {
    "zalo": ("ZALO_API_URL", "ZALO_OAUTH_URL"),
    "facebook": ("FACEBOOK_GRAPH_URL",),
    "telegram": ("TELEGRAM_API_URL",),
}


def port_of(channel: str) -> int:
    """Where a channel's stand-in listens."""
    return int(os.environ.get("SIMULATE_PORT", "8090")) + list(SECRETS).index(channel)


def _drawn(path: Path) -> dict[str, str]:
    """Every practice secret, drawn when it is first wanted and kept."""
    kept = dict(line.split("=", 1) for line in path.read_text().splitlines()) if path.exists() else {}
    names = [name.upper() for each in SECRETS.values() for name in each]
    if not set(names) - kept.keys():
        return kept
    made = {name: secrets.token_urlsafe(24) for name in names}
    made["ZALO_APP_ID"] = str(secrets.randbelow(10**18) + 10**18)
    made["TELEGRAM_BOT_TOKEN"] = f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)}"
    made |= kept
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in made.items())
    return made


def practice(settings: Settings) -> dict[str, str]:
    """The environment that switches on every channel that has no secret of its own."""
    if settings.app_env == "production":
        raise SystemExit("APP_ENV=production: no practice accounts there.")
    drawn = _drawn(settings.var_dir / FILE)
    added: dict[str, str] = {}
    for channel, names in SECRETS.items():
        if any(getattr(settings, name) for name in names):
            continue
        added |= {name.upper(): drawn[name.upper()] for name in names}
        added |= dict.fromkeys(ADDRESSES[channel], f"http://127.0.0.1:{port_of(channel)}")
    return added


if __name__ == "__main__":
    os.environ.update(practice(Settings()))
    os.execv(sys.executable, [sys.executable, "-m", "apps.run"])
