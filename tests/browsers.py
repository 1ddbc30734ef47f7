"""A real Chromium for the page tests, and axe-core to judge pages by. Without a browser they fail: they are never skipped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

expect.set_options(timeout=30_000)  # a machine at its limits is slow, not wrong

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
NAMES = ("chromium", "chromium-browser", "google-chrome")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium_path() -> str | None:
    """CHROMIUM, or the machine's browser; None for Playwright's own (`make browser` installs one of them)."""
    named = os.environ.get("CHROMIUM")
    if named:
        assert Path(named).exists(), f"CHROMIUM names no file: {named}"
        return named
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A running browser; Playwright's error tells how to install one when there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


def violations(page: Page | Frame) -> list[tuple[str, Any]]:
    """What axe-core finds wrong on the page as it stands: (rule, the nodes at fault)."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", RULES)
    return [
        (one["id"], [(node["target"], node.get("failureSummary")) for node in one["nodes"]])
        for one in found["violations"]
    ]
