"""Disclosure control: which figures may not be published because they are about too few cases.

`open_basket` returns a project's figures without them. Everything shown or published is made from that, so a withheld
figure cannot reach a page, a chart, a document, or the outputs of a notebook.

What to withhold is decided for each edition in the order of publication (`decide`). Figures about too few cases come
first (`primary`), with those that the relations tie to them (`partners`). The check then imagines a reader who writes
down every equation between figures that ``data/relations.csv`` allows, for this edition and all before it
(`equations`), and finds the range of numbers that each withheld figure may represent (`inference`). Where a range is
narrower than the rule allows, more is withheld. Relations that seem to be missing are suggested (`suggest`).
"""

from quarterly.disclosure.primary import unchecked, unchecked_words
from quarterly.disclosure.publishable import Publishable, open_basket, publishable, relations_to_declare

__all__ = ["Publishable", "open_basket", "publishable", "relations_to_declare", "unchecked", "unchecked_words"]
