"""Finish every page of the site after rendering, whichever renderer made it.

Both renderers call it as their post-render step (`theme/post_render.py`). It

- describes a page by its subtitle, if it has no description;
- removes what a renderer adds from other hosts: Quarto puts require.js and jQuery from a CDN into every page that has
  an HTML output, though nothing here needs them;
- completes the pages of editions (`editions`): their titles name the quarter, and they link to other quarters, name the
  source of their figures, show what is signed off and list the files to download;
- gives the tables that a renderer makes itself a caption and scopes;
- writes the index of the site's own search (`search_index`);
- puts comments on the pages of the indicators that they are about (`place_comments`);
- names the landmarks and makes every switch reachable by keyboard (`landmarks`);
- adds the site's own scripts to the pages that need them, and leaves out what no page uses (`lighten`);
- writes the policy under which the site can be served (`policy`).
"""

import html
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from quarterly.outputs.website.pages.editions import with_edition
from quarterly.outputs.website.pages.landmarks import add_skip_link, correct_roles, describe_tables, name_landmarks
from quarterly.outputs.website.pages.lighten import lighten_pages
from quarterly.outputs.website.pages.markup import Tag, start_tags, words, written
from quarterly.outputs.website.pages.place_comments import place_comments
from quarterly.outputs.website.pages.policy import Policy, without_inline_styles
from quarterly.outputs.website.pages.search_index import FILE, search_script

REMOTE = r"""["']?\s*(?:https?:)?//"""
OTHER_HOSTS = re.compile(
    rf"""<script\b[^>]*\ssrc={REMOTE}[^>]*>\s*</script>\s*
    |<link\b(?=[^>]*\shref={REMOTE})
        (?=[^>]*\srel=["'](?:stylesheet|preload|modulepreload|preconnect|dns-prefetch))[^>]*>\s*
    |<script\b[^>]*>\s*define\('jquery'.*?</script>\s*""",
    re.VERBOSE | re.DOTALL,
)
STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
CSS_IMPORT = re.compile(
    r"""@import\s*(?:url\()?\s*(?:"(?:https?:)?//[^"]*"|'(?:https?:)?//[^']*'|(?:https?:)?//[^)]*)\)?[^;]*;"""
)

#: A table written as Markdown, which Quarto does not put into a box that can scroll.
UNBOXED = re.compile(
    r'(?<!<div class="sd-table">\n)(?<!<div class="table-scroll">)<table class="caption-top.*?</table>', re.DOTALL
)
SUBTITLE = re.compile(r'<p class="subtitle\b[^>]*>(.*?)</p>', re.DOTALL)
MODIFIED = re.compile(r"&quot;file-modified&quot;: [\d.]+, ")
#: The site's own scripts, each with a test for the tags that need it.
SCRIPTS: dict[str, Callable[[Tag], bool]] = {
    "charts.js": lambda tag: tag.name == "figure" and "chart" in tag.classes,
    "indicator.js": lambda tag: "data-indicator" in tag.attributes or tag.get("id").startswith("indicator-"),
    "regions.js": lambda tag: tag.name == "table" or (tag.name == "div" and "sourceCode" in tag.classes),
    "search.js": lambda tag: tag.get("id") == "quarto-header",
    "tables.js": lambda tag: "data-filter" in tag.attributes,
}
#: The changes to the tags of every page, made in one pass.
CHANGES = (name_landmarks, correct_roles, add_skip_link, describe_tables, without_inline_styles)


def clean_page(page: str) -> str:
    """Remove requests to other hosts and the file's modification time from a page, and let every table scroll."""
    page = UNBOXED.sub(r'<div class="table-scroll">\g<0></div>', OTHER_HOSTS.sub("", MODIFIED.sub("", page)))
    return STYLE.sub(lambda match: CSS_IMPORT.sub("", match[0]), page)


def with_description(page: str) -> str:
    """Describe a page to search engines by its subtitle, if its front matter has no description."""
    found = SUBTITLE.search(page)
    if found is None or '<meta name="description"' in page:
        return page
    return page.replace("</head>", f'<meta name="description" content="{html.escape(words(found[1]))}"></head>', 1)


def finish(page: str, address: str, theme: str, policy: Policy) -> str:
    """Change the tags of a page, and add the site's own scripts that it needs, from a folder of the site."""
    tags = start_tags(page)
    # Everything that is done later to the page leaves its inline code as it is.
    policy.allow(page, tags)
    for change in CHANGES:
        change(tags)
    folder = f"{'../' * address.count('/')}{theme}"
    used = [name for name, needs in SCRIPTS.items() if any(map(needs, tags))]
    scripts = [f'<script src="{folder}/{name}" defer></script>' for name in used]
    added = "".join(script for script in scripts if script not in page)
    return written(page, tags).replace("</body>", f"{added}</body>", 1)


def finish_pages(site: Path, theme: str, policy: Policy) -> dict[str, str]:
    """Return every page of the site by address, finished but not written."""
    pages = {
        path.relative_to(site).as_posix(): with_description(clean_page(path.read_text(encoding="utf-8")))
        for path in sorted(site.rglob("*.html"))
    }
    # `quarterly render` gives Quarto a copy of the project; the signed notebooks are in the project itself.
    project = Path(os.environ.get("QUARTERLY_PROJECT", "."))
    pages = {address: with_edition(page, address, pages, site, project) for address, page in pages.items()}
    pages = place_comments(pages)
    return {address: finish(page, address, theme, policy) for address, page in pages.items()}


def main(theme: str) -> None:
    """Finish the built site; the name of its folder of scripts and styles is ``theme``, or ``_theme`` if copied."""
    try:
        finish_site(Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_site")), theme)
    except OSError as error:
        # For a full disk or a read-only file, show the reason rather than a traceback.
        sys.exit(f"{error.strerror or error}: {error.filename or 'the site'}")


def finish_site(site: Path, theme: str) -> None:
    """Finish every page and style sheet of a site."""
    policy = Policy()
    pages = finish_pages(site, theme, policy)
    for path in sorted(site.rglob("*.css")):
        replace(path, CSS_IMPORT.sub("", path.read_text(encoding="utf-8")))
    pages = lighten_pages(site, pages, site / theme / "report.css")
    for address, page in pages.items():
        replace(site / address, page)
    if pages:
        policy.write(site)
        # One renderer writes its own index, which nothing reads.
        (site / "search.json").unlink(missing_ok=True)
        (site / FILE).write_text(search_script(pages), encoding="utf-8", newline="\n")


def replace(path: Path, text: str) -> None:
    """Write a file, unless it has that text already."""
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
