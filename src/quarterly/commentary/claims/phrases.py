"""The words by which officers make claims, as data. Patterns are read in small letters."""

from __future__ import annotations

import re


def any_of(*words: str) -> str:
    """Make a pattern that finds any of some words or phrases, the longest first; a space is any white space."""
    ordered = sorted(words, key=len, reverse=True)
    return r"(?:" + "|".join(word.replace(" ", r"\s+") for word in ordered) + r")"


def phrases(text: str) -> tuple[str, ...]:
    """Read a table of phrases, which commas part."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def words_of(text: str) -> frozenset[str]:
    """Read a table of single words."""
    return frozenset(text.split())


# --- movements: what each word says of a figure; base forms count as nouns and after "continues to" or "not" ---

UP = phrases(
    """
    increased, increasing, risen, rose, rising, grown, grew, growing, gone up, went up, going up, climbed,
    climbing, jumped, spiked, doubled, tripled, trebled, higher, up
    """
)
DOWN = phrases(
    """
    decreased, decreasing, fallen, fell, falling, dropped, dropping, reduced, reducing, down, come down, came
    down, coming down, gone down, went down, going down, lower, halved, lowered
    """
)
#: Of a measure for which lower is better, nobody can tell whether these speak of its figure or of how well it goes.
SLIPPED = phrases("declined, declining, dipped, slipped, slid, slipping, weakened")
BETTER = phrases("improved, improving, better, strengthened, recovered")
WORSE = phrases("worsened, worsening, deteriorated, deteriorating, worse")
SAME = phrases("unchanged, not changed, no change, the same as")
STEADY = phrases("stable, steady, static, consistent")

BASE_UP = phrases("increase, rise, climb, grow, growth, spike, jump")
BASE_DOWN = phrases("decrease, fall, drop, reduce, reduction")
BASE_SLIPPED = phrases("decline, dip, slip")
BASE_BETTER = phrases("improve, improvement, recover")
BASE_WORSE = phrases("worsen, deteriorate, deterioration, worsening")

MOVING = words_of(" ".join((*UP, *DOWN, *SLIPPED, *BETTER, *WORSE, *BASE_UP, *BASE_DOWN, *BASE_SLIPPED, *BASE_BETTER)))
MOVED = r"\b" + any_of(*MOVING) + r"\b"

#: How many times the figure before a word says the figure is, and which factor is still that.
FACTORS = {"doubled": 1.6, "tripled": 2.4, "trebled": 2.4, "halved": 0.65}

#: What may stand before a base form when it is a noun: "a slight increase".
ARTICLES = words_of(
    """
    the this a an any no some further slight small significant substantial marked steady sharp marginal modest
    big large clear
    """
)
#: Small changes can be hidden by rounding.
SLIGHT = re.compile(r"\b(?:slight|slightly|marginal|marginally|small|minor|a little|fraction\w*)\b")
CONTINUES = re.compile(r"\bcontinu(?:es?|ed|ing)\s+to\s+$|\bkeeps?\s+$")
BEING = re.compile(r"\b(?:is|are|was|were|been|be|still|steadily|gradually|now)\s+$")

# --- positions -----------------------------------------------------------------------------------------------------

THE_TARGET = (
    r"(?:(?:the|its|our|their|this|all|expected|quarterly|agreed)\s+)*(?:\d[\d.]*%?\s+)?targets?"
    r"(?:\s+(?:range|level|figure|threshold))?(?!\s+of\s+(?:the|our|a|an)\b)(?!\s+(?:group|date|audience|cohort))"
)
ABOVE = phrases(
    """
    above, over, higher than, in excess of, exceed, exceeds, exceeded, exceeding, higher rate than, higher
    percentage than, higher proportion than, higher number than, surpass, surpassed, surpasses, ahead of,
    greater than
    """
)
BELOW = phrases(
    """
    lower rate than, lower percentage than, lower proportion than, lower number than, below, under, lower than,
    beneath, less than
    """
)
#: Said of a target by how well it goes, whichever way is better.
MET = phrases("on, met, meets, meet, meeting, achieved, achieves, achieve, achieving, hit, reached, within")
MISSED = phrases("missed, misses, miss, off, short of, not on, failed to meet, fails to meet, failing to meet")
PASSIVE_MET = phrases("met, achieved, reached, exceeded, hit")
PASSIVE_MISSED = phrases("missed")
BEATS = phrases("better than, outperforming, outperform, outperforms, outperformed")
LOSES = phrases("worse than, underperforming")

#: How comparators are spoken of, by the ids that baskets give them; of any other nothing is claimed to be known.
COMPARATORS = {
    "england": any_of("england", "national average", "national figure", "national rate", "nationally", "national"),
    "statistical_neighbour": any_of("statistical neighbours?", "stat neighbours?", "statistical neighbour average"),
    "south_west": any_of("south west", "regional average", "regional figure"),
    "ofsted_good": any_of("ofsted good", "councils rated good"),
}

# --- what makes a statement no plain fact of now ---------------------------------------------------------------------

#: From here to the end of the sentence, it is what people want, expect or could do.
INTENT = re.compile(
    r"\b(?:will|shall|should|could|may|might|must|can|cannot|aims?|aimed|aiming|expect\w*(?!\s+(?:target|range|level))|hop(?:e|es|ed|ing)|intend\w*"
    r"|intention|plan(?:s|ned|ning)?\s+to|anticipat\w+|predict\w*|forecast\w*|project(?:ed|ions?)|likely|ought|trajectory"
    r"|need(?:s|ed)?\s+to|want\w*\s+to|work(?:s|ed|ing)?\s+to|try(?:ing)?\s+to|tr(?:ies|ied)\s+to|seek\w*|strive|striving"
    r"|in\s+order\s+to|ambition\w*|goal|risk\w*|potential\w*|once|committed|commitment|focus\w*|tasked|asked|target(?:ed|ing)"
    r"|seems?|suggests?|believe\w*|feel|felt|reports?\s+that|reported\s+that|consider\w*)\b"
)
#: The sentence tells of another time, a condition or a question.
ELSEWHERE = re.compile(
    r"\b(?:if|unless|without|whether|would|until|till|previously|formerly|used\s+to|prior\s+to|nobody|no\s+one|unclear"
    r"|neither|nor|rather\s+than|instead\s+of|not\s+only|far\s+from|historically|originally|provisional\w*|unvalidated"
    r"|had(?!\s+(?:about|around|only|over|\d)))\b|\?\s*$"
)
#: A time that is not one of the quarters shown, or that cannot be told.
VAGUE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|months?|monthly|weeks?"
    r"|weekly|days?|daily|today|yesterday|summer|autumn|winter|spring|christmas|easter|years?|year's|annual\w*|ytd|recent"
    r"|recently|pandemic|covid\S*|inspection|baseline|last\s+time|long\s+term|longer\s+term|20\d\d(?:\s*[-/–]\s*\d+)?"
    r"|\d\d/\d\d)\b"
)
NEGATION = re.compile(r"\b(?:not|never|no\s+longer|nor|hardly|barely|cannot|no|fail\w*\s+to|yet\s+to)\b|n't\b")
#: A sentence that opens with one of these and a name that is not the indicator's speaks of a part of the cases.
PART_OF = words_of("for in among amongst within excluding across of on outside under apart except")
APART_FROM = re.compile(
    r"\b(?:except|excluding|apart\s+from|other\s+than|some|most|many|several|few|either|half|(?:one|two|three|four|five|six|seven|eight|nine|ten)(?!\s+quarters\b))\b"
)

# --- subjects ------------------------------------------------------------------------------------------------------

#: Words that say nothing of what a sentence is about.
EMPTY = words_of(
    """
    a an the is are was were be been being has have had having do does did remain remains remained remaining
    stay stays stayed continue continues continued still now currently again also only just even yet overall
    however and but or although though while whilst as well so therefore thus slightly significantly
    substantially markedly considerably sharply steadily gradually marginally marginal marked slight small
    significant substantial further much very quite rather far some more not never longer no in on at by of for
    to from with since than during over this's compared compare compares against show shows showed shown showing
    see sees saw seen seeing there quarter quarter's quarters quarterly q1 q2 q3 q4 last previous latest current
    present year end every each consecutive running row first second third fourth time has's steady strong
    pleasingly encouragingly disappointingly unfortunately positively nearly almost about around approximately
    circa reported recorded stood stand stands standing sits sit moved gone come up down little bit all-time
    clear fully both all together same means meant welcome good encouraging positive like because given despite
    steep any then already consistently performing doing high low new key
    """
) | {word for phrase in (*MOVING, *SAME, *STEADY, *ABOVE, *BELOW) for word in phrase.split()}
#: Empty where they are said of the indicator; beside words of a name they may name another one ("graded good").
QUALITIES = words_of("good better best worse worst high higher low lower strong new")
PRONOUNS = words_of("it this that they these those both all which its their each")
PLURALS = words_of("they these those both all")
#: Nouns that stand for the indicator, and the units that they fit.
ANY_UNIT = words_of(
    """
    measure measures indicator indicators performance figure figures result results position outcome outcomes
    timeliness completion data value values level levels kpi kpis we our us council council's north somerset
    somerset's local area score scores picture direction travel trend average
    """
)
OF_UNIT = {
    "percentage": words_of("percentage percentages proportion share rate"),
    "rate": words_of("rate"),
    "number": words_of("number numbers volume volumes total count"),
}
HEADS = frozenset().union(*OF_UNIT.values())
PERFORMANCE = words_of("performance timeliness")
RELATIVE = words_of("which who whose that where when")
