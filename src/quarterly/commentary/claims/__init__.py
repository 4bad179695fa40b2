"""Find claims in officers' words that the figures contradict: numbers and directions.

Only claims that can be decided are doubted. A clause is checked if it states a fact and every word of it is known:
words of the indicator's name, of claims, times and numbers, and filler words. Intentions, conditions, other subjects
and periods that are not shown are ignored. A claim is doubted only if no reading of it agrees with the figures, so some
wrong claims are not listed.
"""

from quarterly.commentary.claims.check import Doubt, Kind, doubts

__all__ = ["Doubt", "Kind", "doubts"]
