"""The Content-Security-Policy that the site can be served with: nothing from elsewhere, nothing evaluated.

It is written into ``_headers`` of the site, in the form that some web hosts read by themselves; for the others its
lines can be copied into the settings of the server. The embedded renderer needs no script inside a page. Quarto puts
some of its own there: each of these is allowed by its digest. What stands in the main part of a page, where the words
of officers are, is never allowed, whatever it says.
"""

import base64
import hashlib
import re
from pathlib import Path

FILE = "_headers"
RULES = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
}
OTHERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL | re.IGNORECASE)
INLINE = re.compile(r"<(?P<kind>script|style)\b(?P<attributes>[^>]*)>(?P<body>.*?)</(?P=kind)\s*>", re.DOTALL)
SOURCE = re.compile(r"\ssrc\s*=")
TYPE = re.compile(r"""\stype\s*=\s*["']?([^"'\s>]*)""")
SCRIPTS = ("", "module", "text/javascript", "application/javascript")


def stands_inside(kind: str, attributes: str) -> bool:
    """Whether an element is a style or a script that a browser runs and whose text stands in the page."""
    written = TYPE.search(attributes)
    return kind == "style" or (not SOURCE.search(attributes) and (written[1] if written else "") in SCRIPTS)


def policy(pages: list[str]) -> str:
    """Give the policy under which these pages work.

    Parameters
    ----------
    pages : list of str
        Every page, as HTML.
    """
    digests: dict[str, set[str]] = {"script": set(), "style": set()}
    for page in pages:
        for inline in INLINE.finditer(MAIN.sub("", page)):
            if stands_inside(inline["kind"], inline["attributes"]):
                digest = base64.b64encode(hashlib.sha256(inline["body"].encode("utf-8")).digest()).decode("ascii")
                digests[inline["kind"]].add(f"'sha256-{digest}'")
    rules = {**RULES, **{f"{kind}-src": RULES[f"{kind}-src"] + sorted(found) for kind, found in digests.items()}}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def write_policy(site: Path) -> None:
    """Write the headers that the site can be served with beside its pages."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))]
    if not pages:
        return
    headers = {"Content-Security-Policy": policy(pages), **OTHERS}
    lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
    (site / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
