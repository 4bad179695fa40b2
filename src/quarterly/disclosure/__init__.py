"""Disclosure control: what of the figures may not be published, because it is about too few cases.

`open_basket` gives a project's figures without it. Everything that is shown or published is made from that, so nothing
that is withheld can reach a page, a chart, a document, or the outputs of a notebook.

What is withheld is decided edition by edition, as they were published (`decide`). Figures of too few cases come first
(`primary`), and with them those that the relations tie to them (`partners`). Then a reader is imagined who writes down
every equation between the figures that ``data/relations.csv`` allows, of this edition and of all before it
(`equations`), and asks how far apart the numbers are that each withheld figure may stand for (`inference`). Where they
are closer than the rule allows, more is withheld. Relations that seem to be missing are suggested (`suggest`).
"""

from quarterly.disclosure.primary import unchecked, unchecked_words
from quarterly.disclosure.publishable import Publishable, open_basket, publishable, relations_to_declare

__all__ = ["Publishable", "open_basket", "publishable", "relations_to_declare", "unchecked", "unchecked_words"]
