"""Make pages navigable for all readers: a skip link, named landmarks, and switches that the keyboard can reach.

Renderers leave several landmarks without a name and make switches from links that the keyboard cannot reach.
"""

from collections import Counter

from quarterly.outputs.website.pages.markup import Tag

#: The names of landmarks, by a class or id; the first match counts.
NAMES = {
    "quarto-secondary-nav": "This page and the menu of reports",
    "title-breadcrumbs": "Breadcrumb",
    "page-breadcrumbs": "Breadcrumb, short",
    "quarto-sidebar": "Reports",
    "page-navigation": "Previous and next page",
    "TOC": "On this page",
    "navbar": "Main",
}
CAPTION = '<caption class="visually-hidden">Editions</caption>'
CONTENTS = "quarto-document-content"
SKIP = f'<a class="skip-link" href="#{CONTENTS}">Skip to main content</a>'


def name_landmarks(tags: list[Tag]) -> None:
    """Give each navigation element a unique name."""
    used: Counter[str] = Counter()
    for tag in tags:
        if tag.name == "nav":
            marks = f"{tag.get('id')} {tag.get('class')}"
            fits = [label for mark, label in NAMES.items() if mark in marks]
            label = fits[0] if fits else tag.get("aria-label") or "More"
            used[label] += 1
            tag.attributes["aria-label"] = label if used[label] == 1 else f"{label} {used[label]}"


def correct_roles(tags: list[Tag]) -> None:
    """Make switches and scrolling blocks reachable by keyboard, and call a switch a button, not a menu."""
    for tag in tags:
        if tag.name == "a" and tag.get("role") == "navigation" and tag.get("data-bs-target"):
            # Without an address it cannot receive the focus.
            tag.attributes["role"] = "button"
            tag.attributes.setdefault("href", tag.get("data-bs-target"))
        elif tag.name == "button" and tag.get("role") == "menu" and "navbar-toggler" in tag.classes:
            # A menu must contain menu items.
            del tag.attributes["role"]
        elif tag.name == "pre":
            # A block of code scrolls sideways on a small screen.
            tag.attributes.setdefault("tabindex", "0")


def add_skip_link(tags: list[Tag]) -> None:
    """Put a link to the main content first on the page, if there is any."""
    main = next((tag for tag in tags if tag.name == "main" and tag.get("id") == CONTENTS), None)
    body = next((tag for tag in tags if tag.name == "body"), None)
    if main and body and not any("skip-link" in tag.classes for tag in tags):
        main.attributes.setdefault("tabindex", "-1")
        body.after = SKIP


def describe_tables(tags: list[Tag]) -> None:
    """Set the scope of column headings, and give the list of editions, which a renderer makes, a caption."""
    in_head = False
    for tag, after in zip(tags, [*tags[1:], None], strict=True):
        if tag.name in ("table", "thead", "tbody", "tfoot"):
            in_head = tag.name == "thead"
        if tag.name == "th" and in_head:
            tag.attributes.setdefault("scope", "col")
        if "quarto-listing-table" in tag.classes and not (after and after.name == "caption"):
            tag.after = CAPTION
