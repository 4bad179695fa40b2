"""Split a comment into sentences and clauses with their positions, so that it can be quoted as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from quarterly.commentary.claims.phrases import blanks
from quarterly.commentary.lists import MARK

#: A longer stretch without a full stop is not a sentence that can be checked; a limit keeps the time linear.
LONGEST_SENTENCE = 700
LONGEST_CLAUSE = 300

# One character for one, so that positions stay the same.
_SMALL = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ’‘\u00a0\u202f\u2009–—*_`#\t\r", "abcdefghijklmnopqrstuvwxyz''   \u2013\u2013      "
)
_NO_WORDS = re.compile(
    r"\]\([^()\n]{0,500}\)|https?://\S{1,500}|<[^<>\n]{1,200}>|`[^`\n]{1,200}`|“[^“”\n]{1,300}”|\"[^\"\n]{1,300}\""
    rf"|^[ \t]*\|.*$|^[ \t]*{MARK}[ \t]+|[\[\]]",
    re.MULTILINE,
)
_PARAGRAPH = re.compile(rf"\n[ \t]*(?=\n)|\n(?=[ \t]*(?:[>|#]|{MARK})(?:[ \t]|[>|#]))")
_STOP = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bno)(?<!\bapprox)(?<!\bca)[.!?](?=\s|$|\))")
#: Where a clause ends. "Who", "where" and "that" without a comma belong to the noun before them.
_JOINT = re.compile(
    r",(?!\d{3}\b)(?:\s+(?=(?:who|whose|where|when|that)\b))?|;|(?<!england)(?<!neighbours)(?<!west)(?<!target):(?=\s)|\((?!\s*(?:both\s+)?(?:\d|q[1-4](?:\s[\d/-]+)?\)))|(?<![\d%])\)|\s[-\u2013]\s"
    r"|\b(?P<word>and(?!\s+(?:\d|q[1-4]\b|june\b|september\b|december\b|march\b))|but|while|whilst|although|though|because|which|why|so(?!\s+(?:far|many|few|high|low)\b)|however|as\s+it\s+is"
    r"|due\s+to|owing\s+to|as\s+a\s+result|before(?=\s+[a-z]+ing\b)|following|despite|thanks\s+to|means\s+that|reflect(?:s|ing))\b"
)


@dataclass(frozen=True)
class Clause:
    """A clause: its position in the comment, its text in lower case, and the word that joins it to the one before."""

    start: int
    text: str
    joint: str


@dataclass(frozen=True)
class Sentence:
    """A sentence: its position in the comment, its text in lower case, and whether it opens a paragraph."""

    start: int
    text: str
    opens: bool

    def clauses(self) -> list[Clause]:
        """Split it at punctuation and conjunctions, leaving out anything too long to be a clause."""
        ends = [*_JOINT.finditer(self.text)]
        starts = [0, *(joint.end() for joint in ends)]
        stops = [*(joint.start() for joint in ends), len(self.text)]
        joints = ["", *((joint["word"] or joint[0]).strip() for joint in ends)]
        found = []
        for start, stop, joint in zip(starts, stops, joints, strict=True):
            text = self.text[start:stop]
            if text.strip() and len(text) <= LONGEST_CLAUSE:
                found.append(Clause(self.start + start, text, joint))
        return found


def sentences(words: str) -> Iterator[Sentence]:
    """Yield the sentences of a comment, with addresses, code, quotations, tables and list numbers blanked out."""
    plain = _NO_WORDS.sub(blanks, words).translate(_SMALL)
    for start, stop in _parts(words, _PARAGRAPH, 0, len(words)):
        opens = True
        for begin, end in _parts(plain, _STOP, start, stop):
            text = plain[begin:end]
            if text.strip(" .!?)"):
                # A line break within a paragraph is a space.
                yield Sentence(begin, text.replace("\n", " "), opens)
                opens = False


def _parts(text: str, boundary: re.Pattern[str], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the spans between boundaries; a boundary belongs to the part that it ends."""
    for found in boundary.finditer(text, start, stop):
        yield start, found.end()
        start = found.end()
    yield start, stop


def quote(words: str, sentence: Sentence, start: int, end: int) -> str:
    """Return the sentence of a claim as written, or only the text near the claim if the sentence is very long."""
    low, high = sentence.start, sentence.start + len(sentence.text)
    if high - low > LONGEST_SENTENCE:
        low, high = max(low, start - LONGEST_CLAUSE), min(high, end + LONGEST_CLAUSE)
    return words[low:high].strip()
