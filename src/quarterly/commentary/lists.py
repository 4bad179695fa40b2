"""Lists in officers' words: those that other programs write, as Markdown.

Standard library only, like `quarterly.commentary.cells`.
"""

from __future__ import annotations

import re

#: White space within a line, including non-breaking and invisible characters.
SPACE = r"(?:[^\S\n]|[\u200b\ufeff])"
#: The bullets of lists that are pasted from other programs, and those among them that Word writes for a list in a list.
_PASTED = r"(?:[•·‣◦▪○\u25a0\u25cf\uf0a7\uf0b7]|[oØü§](?=\t| {3}|\xa0{3}))"
_WITHIN = "o◦○"
#: List markers, including those that other programs write.
MARK = rf"(?:[-*+–—]|{_PASTED}|\(?\d{{1,3}}[.)])"
_NUMBERED = re.compile(r"(?P<lead> {0,3})(?P<number>\d{1,9})(?P<mark>[.)])(?=[ \t]+\S)")
#: An item of a list by letters or Roman numbers with another directly below it: Markdown has no such lists.
_LETTER = rf" {{0,3}}\(?(?:[A-Za-z]|[ivx]{{1,4}})[.)]{SPACE}+\S[^\n]*"
_LETTERED = re.compile(rf"^(?:[^\s#>|][^\n]*\n(?={_LETTER}\n{_LETTER})|{_LETTER}\n(?={_LETTER}))", re.MULTILINE)
_PASTED_ITEM = re.compile(rf"^(?P<lead>{SPACE}*)(?P<bullet>{_PASTED}){SPACE}+(?=\S)", re.MULTILINE)


def with_lists(words: str) -> str:
    r"""Write lists that were pasted from other programs as Markdown, so that every output shows them as lists.

    The items of a list by letters become paragraphs.

    Examples
    --------
    >>> print(with_lists("We will:\n· recruit\no\ttwo nurses"))
    We will:
    - recruit
      - two nurses
    >>> with_lists("We will:\na) recruit\nb) train")
    'We will:\n\na) recruit\n\nb) train'
    """
    return _with_numbers(_PASTED_ITEM.sub(_as_item, _LETTERED.sub(r"\g<0>\n", words)))


def _with_numbers(words: str) -> str:
    """Begin a new list where the numbers of a list jump, with the other mark: Markdown would count on instead."""
    written: list[str] = []
    last, mark, blank = 0, "", True
    for line in words.split("\n"):
        if item := _NUMBERED.match(line):
            number, jumps = int(item["number"]), bool(mark) and int(item["number"]) not in (last, last + 1)
            if jumps and not blank:
                written.append("")
            mark = {".": ")", ")": "."}[mark] if jumps else mark or item["mark"]
            line, last = f"{item['lead']}{item['number']}{mark}{line[item.end() :]}", number
        elif blank and line[:1].strip():
            mark = ""
        blank = not line.strip()
        written.append(line)
    return "\n".join(written)


def _as_item(found: re.Match[str]) -> str:
    lead = found["lead"].replace("\t", "  ").replace("\xa0", " ")
    return f"{lead}{'  ' * (found['bullet'] in _WITHIN)}- "
