"""Recognise the names of groups and headings as officers write them, in any colours, verbs, quotes and capitals."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

from quarterly.core.terms import Group

ABOUT_AREA = "About this area"
#: The heading under which an area answers its promises of earlier editions.
PROGRESS = "Progress since the last report"
#: Words that officers use for the groups.
_COLOURS, _VERBS = ("green", "amber", "red"), ("celebrat", "watch", "concern")
_GROUP_WORDS = {"red", "reds", "amber", "ambers", "green", "greens", "to", "of", "on", "for", "watch", "watching"}
_GROUP_WORDS |= {"celebrate", "celebrating", "concern", "concerns", "concerning", "about", "this", "area"}


@lru_cache(maxsize=4096)
def plain_name(text: str) -> str:
    """Reduce a name to letters and digits, ignoring quotes, dashes, capitals and invisible characters."""
    seen = unicodedata.normalize("NFKC", text).translate(dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff")))
    return re.sub(r"[\W_]+", " ", seen.lower().replace("+", " plus ")).strip()


def _marks(text: str) -> set[str]:
    """Return the colours and verbs of groups in a text."""
    words = plain_name(text).split()
    colours = {colour for colour in _COLOURS for word in words if word.removesuffix("s") == colour}
    return colours | {verb for verb in _VERBS for word in words if word.startswith(verb)}


def begins_with_a_colour(heading: str) -> bool:
    """Return whether the first word of a heading is the colour of a group."""
    return plain_name(heading).partition(" ")[0].removesuffix("s") in _COLOURS


def read_group(heading: str) -> Group | None:
    """Recognise a group in a heading, including variants such as 'Reds on watching' or 'Reds of concern;'.

    A colour alone means the mildest group of that colour. None if the heading names no group, or if its colour and
    verb, or two colours, belong to different groups.

    Examples
    --------
    >>> [read_group(heading) for heading in ("Reds on watching:", "Green to watch")]
    [<Group.RED_WATCH: 'Red to watch'>, None]
    """
    return next((each for each in Group if begins_with_a_colour(heading) and _marks(heading) <= _marks(each)), None)


def is_unclear(heading: str) -> bool:
    """Return whether a heading refers to groups without making clear which one."""
    own = beyond_its_group(heading)
    return read_group(heading) is None and bool(_marks(heading)) and (begins_with_a_colour(heading) or not own)


def likely_groups(heading: str, likeness: float) -> list[str]:
    """List the groups that a heading which names none may mean, as suggestions only."""
    if is_unclear(heading):
        return [str(each) for each in Group if _marks(each) & _marks(heading)]
    return get_close_matches(heading.strip("*_ ").capitalize(), [*Group, ABOUT_AREA], n=1, cutoff=likeness)


def is_standing_heading(heading: str) -> bool:
    """Return whether a heading is blank or standard, without words of the officer's own."""
    return plain_name(heading) in {"", *map(plain_name, [ABOUT_AREA, PROGRESS, *Group])}


def beyond_its_group(heading: str) -> str:
    """Return a heading if it says more than the name of a group or the area; otherwise blank.

    Examples
    --------
    >>> [beyond_its_group(heading) for heading in ("Reds of concern;", "Red of concern: agency costs")]
    ['', 'Red of concern: agency costs']
    """
    return heading if {*plain_name(heading).split()} - _GROUP_WORDS else ""


def same_names(one: str, other: str) -> bool:
    """Return whether two names are the same, ignoring capitals, quotes and dashes."""
    return plain_name(one) == plain_name(other)
