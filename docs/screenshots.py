"""Take the pictures for the README: `uv run python docs/screenshots.py`.

The site and that of the second basket must be there: run `quarterly build` in this folder and in its own.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECOND = "examples/thornmere-waste/_site"
#: Picture, page, width and height of the window, and the part of the page; blank for the whole window.
PICTURES = [
    ("home", "_site/index.html", (1280, 800), ""),
    ("signals", f"{SECOND}/reports/2024-25-Q2/index.html", (960, 1000), "table:has(caption:text('variation'))"),
]


def main() -> None:
    """Take them all."""
    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    if chromium is None or not all((ROOT / address).is_file() for _, address, _, _ in PICTURES):
        sys.exit("This needs Chromium on the path, and both sites: run `quarterly build` first.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, address, (width, height), part in PICTURES:
            page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
            page.goto((ROOT / address).as_uri())
            page.wait_for_timeout(500)
            shown = page.locator(part).first if part else page
            shown.screenshot(path=ROOT / "docs" / f"{name}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
