"""Claims that the figures contradict: numbers and directions in officers' words.

Only what can be decided is doubted. A number is looked at where its sentence says what it is (this indicator's value,
its target, a comparator, a change), and a direction where the sentence is about the indicator and states a fact:
intentions, conditions, other subjects and periods that are not shown are left alone. A claim is doubted when no
reading of it agrees with the figures, so a claim may be wrong and yet not be listed.
"""

from quarterly.commentary.claims.check import doubts
from quarterly.commentary.claims.doubt import Doubt, Kind

__all__ = ["Doubt", "Kind", "doubts"]
