"""Take the screenshots of the site for the README: `uv run python docs/screenshots.py`, after `quarterly build`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
EDITION = "reports/2023-24-Q3"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
#: Picture, page, width and height of the window, and anchor.
PICTURES = [
    ("home", "index.html", (1280, 800), ""),
    ("phone", "index.html", (390, 800), ""),
    ("indicator", "indicators/initial-contact-decisions-24-hours.html", (1280, 800), ""),
    ("all-indicators", "indicators.html?rag=Red&service-area=Workforce", (1280, 620), ""),
]


def main() -> None:
    """Take them all."""
    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None or not (ROOT / "_site" / "index.html").is_file():
        sys.exit("This needs Chromium on the path, and a built site: run `quarterly build` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, address, (width, height), anchor in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page.goto((ROOT / "_site").as_uri() + f"/{address}{anchor}")
            page.wait_for_timeout(500)
            page.screenshot(path=ROOT / "docs" / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
