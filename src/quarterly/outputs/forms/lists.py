"""The lists of a Word document: the kind of each item, and the number or letter that Word shows beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, NamedTuple

from docx.document import Document
from docx.oxml.ns import qn

from quarterly.outputs.forms.lines import Kind

_ROMAN = {"m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40, "x": 10, "ix": 9, "v": 5}
_ROMAN |= {"iv": 4, "i": 1}


class Level(NamedTuple):
    """One level of a list, as the document defines it."""

    form: str = "decimal"
    text: str = ""  # what is shown, such as ``%1.`` or ``(%2)``
    start: int = 1


@dataclass
class Lists:
    """Counts the items of a document's lists in their order."""

    levels: dict[tuple[str, int], Level] = field(default_factory=dict)
    #: Lists of one definition count on, unless one has starts of its own.
    counters: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    _counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def item(self, number: str, depth: int) -> tuple[Kind, int, str]:
        """Return the kind of the next item of a list (text if it has no mark), its number, and its label.

        The label is what Word shows beside it, such as ``a)``; blank for the plain number.
        """
        level = self.levels.get((number, depth), Level("none" if number == "0" else "bullet"))
        counter = self.counters.get(number, "")
        for key in [key for key in self._counts if key[0] == counter and key[1] > depth]:
            del self._counts[key]
        if level.form in ("none", "bullet"):
            return Kind.BULLET if level.form == "bullet" else Kind.TEXT, 0, ""
        count = self._counts.get((counter, depth), level.start - 1) + 1
        count = self._counts[counter, depth] = self.starts.pop((number, depth), count)
        if _numeral(count, level.form) == str(count) and re.fullmatch(rf"(\W*%{depth + 1}\W*)?", level.text):
            return Kind.NUMBER, count, ""
        return Kind.NUMBER, count, re.sub("%([1-9])", lambda found: self._shown(number, int(found[1]) - 1), level.text)

    def _shown(self, number: str, depth: int) -> str:
        level = self.levels.get((number, depth), Level())
        return _numeral(self._counts.get((self.counters.get(number, ""), depth), level.start), level.form)


def _numeral(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        text = ascii_lowercase[(count - 1) % 26] * ((count - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman"):
        text, left = "", count
        for sign, value in _ROMAN.items():
            text, left = text + sign * (left // value), left % value
    else:
        return str(count)
    return text.upper() if form.startswith("upper") else text


def read_lists(document: Document) -> Lists:
    """Read the definitions of a document's lists."""
    lists = Lists()
    try:
        numbering = document.part.numbering_part.element
    except (NotImplementedError, KeyError):
        return lists
    abstract = {each.get(qn("w:abstractNumId")): each for each in numbering.iterchildren(qn("w:abstractNum"))}
    for num in numbering.iterchildren(qn("w:num")):
        number, base = num.get(qn("w:numId"), ""), abstract.get(value_of(num, "abstractNumId"))
        for level in [*(base.iterchildren(qn("w:lvl")) if base is not None else []), *num.iter(qn("w:lvl"))]:
            depth = whole_number(level.get(qn("w:ilvl")), 0)
            form, text = value_of(level, "numFmt") or "decimal", value_of(level, "lvlText") or ""
            lists.levels[number, depth] = Level(form, text, whole_number(value_of(level, "start"), 1))
        lists.counters[number] = value_of(num, "abstractNumId") or ""
        for changed in num.iterchildren(qn("w:lvlOverride")):
            if (start := whole_number(value_of(changed, "startOverride"), -1)) >= 0:
                lists.starts[number, whole_number(changed.get(qn("w:ilvl")), 0)] = start
    return lists


def whole_number(text: str | None, default: int) -> int:
    """Read a number as Word writes it, in at most five digits; return the default for anything else."""
    return int(text) if text and re.fullmatch("[0-9]{1,5}", text) else default


def value_of(element: Any, *path: str) -> str | None:
    """Return the value of an element at a path of names; None if there is none."""
    for name in path:
        element = element.find(qn(f"w:{name}")) if element is not None else None
    return None if element is None else element.get(qn("w:val"))
