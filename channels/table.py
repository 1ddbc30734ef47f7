"""What each channel can show, as the table in docs/channels.md: `make docs` writes it, a test finds it stale."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from channels import facebook_sending, telegram_rendering, web_messages, zalo_rendering
from channels.base import SHARE_PHONE, SHARE_PLACE, Capabilities

PAGE = Path(__file__).resolve().parent.parent / "docs" / "channels.md"
BEGIN, END = "<!-- made from the code by `make docs` -->", "<!-- /made from the code -->"
CHANNELS: dict[str, Capabilities] = {
    "web": web_messages.CAN,
    "Zalo": zalo_rendering.CAN,
    "Facebook": facebook_sending.CAN,
    "Telegram": telegram_rendering.CAN,
}
SHARES = {SHARE_PHONE: "phone", SHARE_PLACE: "place"}


def _window(can: Capabilities) -> str:
    if can.window is None:
        return "none"
    hours = int(can.window.total_seconds() // 3600)
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


ROWS: dict[str, Callable[[Capabilities], str]] = {
    "characters in one message": lambda can: f"{can.text:,}",
    "buttons below a message; more become numbered lines": lambda can: str(can.buttons),
    "characters on a button": lambda can: str(can.title),
    "bytes that a button carries": lambda can: f"{can.payload:,}",
    "pictures": lambda can: can.pictures,
    "cards side by side, buttons on each": lambda can: f"{can.cards}, {can.card_buttons}" if can.cards else "as text",
    "“typing…”": lambda can: "yes" if can.typing else "no",
    "asks by a button for": lambda can: ", ".join(SHARES[each] for each in sorted(can.shares)) or "nothing",
    "window for free answers": _window,
}


def table() -> str:
    """The table in Markdown."""
    lines = [["", *CHANNELS], ["---"] * (len(CHANNELS) + 1)]
    lines += [[name, *(row(can) for can in CHANNELS.values())] for name, row in ROWS.items()]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)


def with_table(page: str) -> str:
    """The page with the table as it is now; raises ValueError when the page has no place for it."""
    between = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not between.search(page):
        raise ValueError(f"no place for the table: {BEGIN}")
    return between.sub(lambda _: f"{BEGIN}\n{table()}\n{END}", page)


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text("utf8")), "utf8")
    sys.stdout.write(f"{PAGE.name}: the channels' table is up to date\n")
