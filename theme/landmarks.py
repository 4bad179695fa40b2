"""Let everybody find their way on a page: a way past the navigation, names of landmarks, switches that keys can reach.

Renderers leave several landmarks without a name and make switches of links that no key reaches.
"""

import re

NAV = re.compile(r"<nav\b(?P<rest>[^>]*)>")
LABEL = re.compile(r'\saria-label="(?P<label>[^"]*)"')
#: What a landmark is called, by a class or id of its own; the first that fits.
NAMES = {
    "quarto-secondary-nav": "This page and the menu of reports",
    "title-breadcrumbs": "Breadcrumb",
    "page-breadcrumbs": "Breadcrumb, short",
    "quarto-sidebar": "Reports",
    "page-navigation": "Previous and next page",
    "TOC": "On this page",
    "navbar": "Main",
}
#: A link that opens and closes something, which renderers call navigation. It leads nowhere, so no key reaches it.
SWITCH = re.compile(r'<a\b(?=[^>]*\srole="navigation")(?=[^>]*\sdata-bs-target="(?P<target>[^"]*)")(?P<rest>[^>]*)>')
#: A block of code scrolls sideways on a small screen, so keys must reach it.
CODE = re.compile(r"<pre\b(?![^>]*\stabindex=)")
#: How renderers align the cells of a table, which a strict policy forbids; they are aligned so anyway.
ALIGNED = re.compile(r'(<t[hd]\b[^>]*) style="text-align: ?(?:left|start);?"')
#: A switch for a menu is a button: a renderer calls it a menu, which has to have entries of its own.
TOGGLER = re.compile(r"""(<button\b(?=[^>]*\bnavbar-toggler\b)[^>]*?)\srole=["']?menu["']?(?=[\s>])""")
MAIN = re.compile(r"<main\b(?P<rest>[^>]*)>")
BODY = re.compile(r"<body\b[^>]*>")
SKIP = '<a class="skip-link" href="#quarto-document-content">Skip to main content</a>'


def name_landmarks(page: str) -> str:
    """Give each navigation a name of its own."""
    used: dict[str, int] = {}

    def name(nav: re.Match[str]) -> str:
        fits = [label for mark, label in NAMES.items() if mark in nav["rest"]]
        given = LABEL.search(nav["rest"])
        label = fits[0] if fits else given["label"] if given else "More"
        used[label] = used.get(label, 0) + 1
        unique = label if used[label] == 1 else f"{label} {used[label]}"
        return f'<nav{LABEL.sub("", nav["rest"])} aria-label="{unique}">'

    return NAV.sub(name, page)


def mend_switches(page: str) -> str:
    """Make buttons of the links that open and close something, for the keyboard too."""

    def mend(switch: re.Match[str]) -> str:
        rest = switch["rest"].replace(' role="navigation"', ' role="button"')
        return f"<a{rest}>" if " href=" in rest else f'<a href="{switch["target"]}"{rest}>'

    return SWITCH.sub(mend, page)


def add_skip_link(page: str) -> str:
    """Put a link to the contents first on the page, where there are contents to go to."""
    main = MAIN.search(page)
    if SKIP in page or main is None or 'id="quarto-document-content"' not in main["rest"]:
        return page
    if "tabindex" not in main["rest"]:
        page = MAIN.sub(lambda match: f'<main tabindex="-1"{match["rest"]}>', page, count=1)
    return BODY.sub(lambda body: body[0] + SKIP, page, count=1)


def mend_landmarks(page: str) -> str:
    """Mend all of it on one page."""
    page = TOGGLER.sub(r"\1", page)
    page = ALIGNED.sub(r"\1", CODE.sub('<pre tabindex="0"', page))
    return add_skip_link(mend_switches(name_landmarks(page)))
