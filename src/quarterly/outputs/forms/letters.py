"""Messages to send to officers: what is still to be written about their area, and where."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill

from quarterly.commentary.finding import Finding
from quarterly.commentary.progress import Progress
from quarterly.core.dates import long_date
from quarterly.core.quarters import Quarter
from quarterly.core.terms import count_of
from quarterly.data.params import load_params
from quarterly.data.settings import read_settings, settings_under
from quarterly.outputs.forms.export import export_commentary
from quarterly.storage.atomic import replace_files

_WIDTH = 80


def write_letters(root: Path, quarter: Quarter, areas: list[Progress], folder: Path) -> list[Path]:
    """Write the Word form of each area that is not signed off, and next to it a message to send with it.

    If `export_commentary` raises an error, no message was written.
    """
    waiting = [area for area in areas if not area.status.signed]
    if not waiting:
        return []
    forms = export_commentary(root, quarter, [area.area for area in waiting], folder)
    website = settings_under(read_settings(root / "_quarto.yml", "_quarto.yml"), "website")
    meeting = load_params(root, quarter).meeting
    day = f"The meeting is on {long_date(meeting['date'])}." if meeting.get("date") else ""
    letters = {
        form.with_suffix(".txt"): letter(area, quarter, form.name, str(website.get("site-url") or ""), day)
        for area, form in zip(waiting, forms, strict=True)
    }
    replace_files(letters)
    return [path for form in forms for path in (form, form.with_suffix(".txt"))]


def letter(area: Progress, quarter: Quarter, form: str, site: str = "", meeting: str = "") -> str:
    """Write the message for an area.

    ``form`` is the name of the Word form, ``site`` the address of the website, and ``meeting`` a sentence about when
    the report is due.
    """
    page = f"reports/{quarter}/{area.area}"
    # Findings about suppressed figures must not leave the team that makes the report.
    questioned = [finding for finding in area.questioned if not finding.confidential]
    kept_back = len(area.questioned) - len(questioned)
    outdated = (
        f"{count_of(area.outdated, 'comment was', 'comments were')} written about figures that have changed since."
    )
    to_write = [
        f"Subject: {area.name}, {quarter.label}: your commentary",
        f"To: {area.written_by or 'the officer who writes the commentary'}",
        *_listed("Please write about these indicators:", area.missing),
        f"{outdated} Please rewrite them, or write Confirmed under them." if area.outdated else "",
        *_listed("Please look at these again:", questioned),
        f"The analyst will tell you about {count_of(kept_back, 'more thing')}." if kept_back else "",
        f"Fill in {form}, which comes with this message, and send it back. Or write in JupyterLab, in {page}.ipynb.",
        f"{area.signed_by} signs it off." if area.signed_by else "",
    ]
    to_sign = [
        f"Subject: {area.name}, {quarter.label}: for you to sign off",
        f"To: {area.signed_by or 'the officer who signs it off'}",
        "Its commentary is complete and has passed the check. Please read the draft and tell us if you sign it off.",
    ]
    greeting, to, *rest = to_write if area.to_write or area.stops else to_sign
    written = f"{count_of(area.written, 'comment is', 'comments are')} written about {area.name} in {quarter.label} "
    opening = f"{written}({quarter.months}). {meeting}".rstrip()
    draft = f"The draft: {site.rstrip('/')}/{page}.html" if site else ""
    return "\n\n".join(_wrapped(part) for part in (greeting, to, opening, *rest, draft) if part) + "\n"


def _listed(lead: str, findings: list[Finding]) -> list[str]:
    items = [f"- {finding.message}{f' You wrote: “{finding.quote}”' if finding.quote else ''}" for finding in findings]
    return [lead, *items] if items else []


def _wrapped(text: str) -> str:
    indent = "  " if text.startswith("- ") else ""
    return fill(text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
