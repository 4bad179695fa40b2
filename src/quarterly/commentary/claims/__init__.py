"""Claims that the figures contradict: numbers and directions in officers' words.

Only what can be decided is doubted. A clause is read where it states a fact and every word of it is understood: words
of the indicator's name, of claims, times and numbers, and words that say nothing. Intentions, conditions, other
subjects and periods that are not shown are left alone. A claim is doubted when no reading of it agrees with the
figures, so a claim may be wrong and yet not be listed.
"""

from quarterly.commentary.claims.check import Doubt, Kind, doubts

__all__ = ["Doubt", "Kind", "doubts"]
