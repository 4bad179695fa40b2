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
#: What no browser runs: data, and what comes from a file.
NOT_INLINE = re.compile(r"""\ssrc\s*=|\stype\s*=\s*["']?(?!text/javascript|application/javascript|module)""")


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
            if inline["kind"] == "style" or not NOT_INLINE.search(inline["attributes"]):
                digest = base64.b64encode(hashlib.sha256(inline["body"].encode("utf-8")).digest()).decode("ascii")
                digests[inline["kind"]].add(f"'sha256-{digest}'")
    rules = {**RULES, **{f"{kind}-src": RULES[f"{kind}-src"] + sorted(found) for kind, found in digests.items()}}
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in rules.items())


def write_policy(site: Path) -> None:
    """Write the headers that the site can be served with beside its pages."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))]
    headers = {"Content-Security-Policy": policy(pages), **OTHERS}
    lines = ["/*", *(f"  {name}: {value}" for name, value in headers.items())]
    (site / FILE).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
