"""The words with which officers make claims, as data. Patterns match lower-case text."""

from __future__ import annotations

import re
from collections.abc import Iterator


def any_of(*words: str) -> str:
    """Return a pattern for any of some words or phrases, longest first; a space matches any white space."""
    ordered = sorted(words, key=len, reverse=True)
    return r"(?:" + "|".join(word.replace(" ", r"\s+") for word in ordered) + r")"


def phrases(text: str) -> tuple[str, ...]:
    """Read a comma-separated table of phrases."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def one_of(text: str) -> str:
    """Return a pattern for any phrase of a table."""
    return any_of(*phrases(text))


def words_of(text: str) -> frozenset[str]:
    """Read a table of single words."""
    return frozenset(text.split())


def blanks(found: re.Match[str]) -> str:
    """Return spaces in place of a match, so that positions stay the same."""
    return " " * len(found[0])


def sense_of(**tables: str) -> dict[str, str]:
    """Return the sense of each phrase in tables of phrases named by sense."""
    return {phrase: sense for sense, table in tables.items() for phrase in phrases(table)}


def inflected(verb: str) -> tuple[str, str, str]:
    """Return the regular forms of a verb.

    Examples
    --------
    >>> inflected("drop"), inflected("ease"), inflected("rally")
    (('drops', 'dropped', 'dropping'), ('eases', 'eased', 'easing'), ('rallies', 'rallied', 'rallying'))
    """
    if verb.endswith("e"):
        return verb + "s", verb + "d", verb[:-1] + "ing"
    if verb.endswith("y"):
        return verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"
    doubled = verb + verb[-1] * bool(re.fullmatch(r"[^aeiou]*[aeiou][bdgmnpt]", verb))
    return verb + "s", doubled + "ed", doubled + "ing"


def _forms(entries: str) -> Iterator[tuple[str, bool]]:
    """Yield every form of the verbs in a table ("~" precedes a particle), and whether it is also a noun."""
    for entry in phrases(entries):
        verb, _, particle = entry.partition("~")
        base, *others = verb.split()
        tail = f" {particle}" if particle else ""
        for form in (base, *others, *inflected(base)):
            yield form + tail, form == base != "cut" or form.endswith(("tion", "ment", "growth", "very"))


# --- movements -----------------------------------------------------------------------------------------------------

#: Verbs of movement by sense. If lower is better, it is unclear whether ``picked`` and ``slipped`` refer to the figure
#: or to performance.
_VERBS = {
    "up": """increase, rise rose risen, grow grew grown growth, climb, jump, spike, surge, soar, leap leapt, rocket,
        escalate, swell swollen, mushroom, double, triple, treble, quadruple""",
    "down": """decrease, fall fell fallen, drop, reduce reduction, shrink shrank shrunk, plunge, plummet, tumble,
        sink sank sunk, lessen, subside, halve, ease, cut, tail ~off, tail ~away, drop ~off, fall fell fallen ~away""",
    "better": "improve improvement, strengthen",
    "worse": "worsen, deteriorate deterioration, regress, suffer",
    "picked": """pick ~up, recover recovery, rally, rebound, bounce ~back, regain ~ground, regain ~some ground,
        gain ~ground, perk ~up, lift""",
    "slipped": """decline, dip, slip, slide slid, weaken, slump, sag, falter, drift, fall fell fallen ~back, drop ~back,
        slip ~back, slide slid ~back, lose lost ~ground, lose lost ~some ground""",
    "steady": """stabilise, plateau, flatline, level levelled levelling ~off, level levelled levelling ~out,
        hold held ~steady, hold held ~up well, hold held ~firm, flatten ~out, stall""",
}
#: Verbs that mean the same with "up" or "down".
_MOTION = """go went gone, come came, creep crept, edge, inch, drift, tick, move, shoot shot, push, climb, trend, head,
    nudge, fall fell fallen, slide slid, drop, bring brought, spring sprung, pull, slip"""
_PARTICLES = {"up": "up", "back up": "up", "upwards": "up", "down": "down", "back down": "down", "downwards": "down"}
_MOVED = [(form, sense, noun) for sense, verbs in _VERBS.items() for form, noun in _forms(verbs)] + [
    (f"{form} {particle}", sense, noun)
    for particle, sense in _PARTICLES.items()
    for form, noun in [*_forms(_MOTION), *((verb, False) for verb in ("is", "are", "was", "were", "been"))]
]
MOVES = {form: sense for form, sense, _ in _MOVED} | sense_of(
    steady="stable, steady, static, consistent, flat", same="unchanged, not changed, no change, not moved, the same as"
)
BASES = {form for form, _, noun in _MOVED if noun}
#: Words that compare with the quarter, target or council that follows.
COMPARING = sense_of(
    up="""up, higher, more, greater, larger, heavier, bigger, above, over, in excess of, exceed, exceeds, exceeded,
        exceeding, surpass, surpasses, surpassed""",
    down="down, lower, fewer, less, smaller, lighter, below, under, beneath",
    better="""better, ahead of, quicker, faster, favourably, favourable, beat, beats, outperform, outperforms,
        outperformed, outperforming, stronger, ahead""",
    worse="""worse, behind, slower, unfavourably, poorer, weaker, lag, lags, lag behind, lags behind, trail, trails,
        underperform, underperforms, underperforming""",
    steady="in line with, on a par with, level with, similar to, comparable with, close to, near to",
)
#: With these, "more" and "less" refer to performance.
WELL = phrases("timely, promptly, prompt, quickly, regularly, regular, often, reliably, punctual, punctually")
#: Multiples of the earlier figure.
FACTORS = {"double": 2.0, "triple": 3.0, "treble": 3.0, "quadruple": 4.0, "halve": 0.5}
#: Words that may precede a base form used as a noun: "a slight increase", "a second rise".
ARTICLES = words_of(
    """
    the this a an any no some further slight small significant substantial marked steady sharp marginal modest
    big large clear great consecutive successive second third fourth another strong notable
    """
)
#: Words for the cases that an indicator does not count, such as late visits.
LATE = re.compile(
    r"\b(?:late|missed|outstanding|overdue|outside|unsuitable|out\s+of\s+time\w*|longer\s+than|or\s+(?:fewer|less)"
    r"|exceed\w*\s+\d+\s+(?:working\s+)?(?:days|hours|weeks)"
    r"|not\s+(?:held|completed|made|seen|done|accepted|within|in\s+time\w*|on\s+time|up\s+to\s+date))\b"
)
#: Small changes can be hidden by rounding.
SLIGHT = re.compile(r"\b(?:slight|slightly|marginal|marginally|small|minor|a little|fraction\w*|some ground)\b")
CONTINUES = re.compile(
    r"\b(?:continu(?:es?|ed|ing)\s+to|did\s+not|does\s+not|do\s+not|didn't)\s+$|\bkeeps?\s+(?:on\s+)?$"
)
BEING = re.compile(r"\b(?:is|are|was|were|been|be|still|steadily|gradually|now|keeps?(?:\s+on)?|continues)\s+$")

# --- positions -----------------------------------------------------------------------------------------------------

#: Words for performance against a target, whatever the polarity.
MET = phrases(
    """on, met, meets, meet, meeting, achieved, achieves, achieve, achieving, hit, reached, reach, within, inside, at,
    kept within"""
)
MISSED = phrases(
    """missed, misses, miss, off, short of, not on, failed to meet, fails to meet, failing to meet, outside, adrift of,
    falls short of, fell short of, fall short of, nowhere near, far from, a long way from, yet to reach, yet to meet,
    yet to hit, yet to achieve"""
)
PASSIVE_MET = phrases("met, achieved, reached, exceeded, hit, surpassed, beaten")
TARGET = (
    r"(?:(?:expected\s+)?targets?(?:\s+(?:range|level|figure|threshold))?|expected\s+(?:range|level)|standards?|limit"
    r"|ceiling|threshold|level\s+we\s+expect|where\s+(?:we|it|they)\s+(?:want|need)s?(?:\s+(?:it|them|this))?\s+to\s+be)"
)
#: Other kinds of target: "the target of the team", "the target group", "a new target".
NO_TARGET = re.compile(
    r"\b(?:new|next|revised|proposed|old|previous|former|interim|local|national|stretch|corporate|government|internal|recovery|team)"
    r"\s+targets?\b|\btargets?\s+(?:of\s+(?:the|our|a|an)\b|group|date|audience|cohort|set\s+for)"
)

#: Patterns for comparators by their ids in baskets; claims about any other comparator are not checked.
COMPARATORS = {
    "statistical_neighbour": r"(?:(?:statistical|stat)\s+)?neighbours?",
    "south_west": r"south\s+west|regional(?:ly)?(?:\s+(?:average|figure|rate))?|the\s+region",
    "ofsted_good": r"ofsted\s+good|councils\s+rated\s+good",
    "england": r"england(?:\s+as\s+a\s+whole)?|national(?:ly)?(?:\s+(?:average|figure|rate|picture))?"
    r"|(?:the\s+rest\s+of\s+)?the\s+country",
}
WHOM = "|".join(f"(?P<{which}>{pattern})" for which, pattern in COMPARATORS.items())

# --- superlatives ---------------------------------------------------------------------------------------------------

SUPERLATIVES = sense_of(
    up="""highest, largest, greatest, biggest, record high, most, peaked, peak, never had so many, never been higher,
        never been so high""",
    down="lowest, smallest, fewest, record low, never had so few, never been lower, never been so low",
    better="best, strongest, never been better, never had a better",
    worse="worst, weakest, poorest, never been worse, never had a worse",
)

# --- statements that are not plain facts about the present -----------------------------------------------------------

#: From here on, the sentence says what people want, expect or could do.
INTENT = re.compile(
    r"\b(?:will|shall|should|could|may|might|must|can|cannot|aims?|aimed|aiming|hop(?:e|es|ed|ing)|intend\w*"
    r"|(?<!level\swe\s)(?<!%\s)expect\w*(?!\s+(?:target|range|level))|strive|striving|seek\w*"
    r"|intention|plan(?:s|ned|ning)?\s+to|anticipat\w+|predict\w*|forecast\w*|project(?:ed|ions?)|likely|ought|trajectory"
    r"|needs?\s+to(?!\s+be\b)|needed\s+to|want\w*\s+to(?!\s+be\b)|work(?:s|ed|ing)?\s+to|tr(?:y|ying|ies|ied)\s+to"
    r"|in\s+order\s+to|ambition\w*|goal|risk\w*|potential\w*|once|committed|commitment|focus\w*|tasked|asked|target(?:ed|ing)"
    r"|seems?|suggests?|believe\w*|feel|felt|reports?\s+that|reported\s+that|consider\w*|too\s+early|as\s+soon)\b"
)
#: The sentence is about another time, a condition or a question.
ELSEWHERE = re.compile(
    r"\b(?:if|unless|without|whether|would|until|till|previously|formerly|used\s+to|prior\s+to|nobody|no\s+one|unclear"
    r"|neither|nor|none\s+of|respectively|rather\s+than|instead\s+of|not\s+only|historically|originally|provisional\w*|unvalidated"
    r"|(?<!have\s)(?<!we\s)had(?!\s+(?:about|around|only|over|\d|so)))\b|\?\s*$|^\s*(?:nationally|regionally)\b"
)
#: A time that is not one of the quarters shown, or is unclear.
VAGUE = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|months?|monthly|weeks?"
    r"|weekly|days?|daily|today|yesterday|summer|autumn|winter|spring|christmas|easter|years?|year's|annual\w*|ytd|last\s+quarter|recent"
    r"|recently|pandemic|covid\S*|inspection|baseline|last\s+time|long\s+term|longer\s+term|20\d\d(?:\s*[-/–]\s*\d+)?"
    r"|\d\d/\d\d)\b"
)
#: A figure of several quarters together, such as the year to date.
TO_DATE = re.compile(
    r"\b(?:so\s+far|to\s+date|in\s+total|altogether|(?:over|in)\s+the\s+(?:last|past)\s+four\s+quarters)\b"
)
NEGATION = re.compile(r"\b(?:not|never|no\s+longer|nor|hardly|barely|cannot|no|fail\w*\s+to)\b|n't\b")
APART_FROM = re.compile(
    r"\b(?:except|excluding|apart\s+from|other\s+than|some(?!\s+(?:way|ground))|(?<!so\s)(?<!as\s)many|several|few|either"
    r"|others?|elsewhere)\b"
)

# --- subjects ------------------------------------------------------------------------------------------------------

#: Words that do not show what a sentence is about.
EMPTY = words_of(
    """
    a an the is are was were be been being has have had having do does did remain remains remained remaining stay
    stays stayed continue continues continued still now currently again also only just even yet overall however and
    but or although though while whilst as well so therefore thus much very quite rather far some more not never
    longer no in on at by of for to from with since than during over this's compared compare compares against show
    shows showed shown showing see sees saw seen seeing there quarter quarter's quarters q1 q2 q3 q4 last previous
    latest current present year end every each consecutive successive succession running row first second third fourth
    time times has's strong before after among across nearly almost about around circa stood stand stands standing
    sits sit moved gone come came up down little bit all-time clear both all together same means meant welcome good
    encouraging positive like because given despite steep any then already consistent performing doing high low new
    key away off back out way line par level start beginning point points percentage per cent percent gap better worse
    best worst highest lowest most least ever date record peak slight small significant substantial further marked
    marginal fewer less many too expected what completed started towards toward fall falls keeps keep got get none
    took take taken held hold holds made make making rated green amber red margin into onto here set ourselves we us
    our own it's growth october december july september june march between adrift short reported
    """
)
#: Empty if said of the indicator; together with words of a name they mean another indicator ("graded good").
QUALITIES = words_of("good new")
PRONOUNS = words_of("it this that they these those both all which its their each")
PLURALS = words_of("they these those both all")
#: Nouns for the indicator itself, of any unit and by unit.
ANY_UNIT = words_of(
    """
    measure measures indicator indicators performance figure figures result results position outcome outcomes
    timeliness completion value values level levels kpi kpis council council's north somerset
    somerset's local area score scores picture direction travel trend average timescale timescales timely
    """
)
OF_UNIT = {
    "percentage": words_of("percentage percentages proportion share rate take-up uptake"),
    "rate": words_of("rate population"),
    "number": words_of("number numbers volume volumes total count demand use reliance"),
}
HEADS = frozenset().union(*OF_UNIT.values())
#: Words that go with an indicator's subject but do not identify it on their own.
COMMON = words_of(
    """
    child children children's young people person family families staff service services care plan plans place places
    live lives hold carry carrying carried using used on-time prompt promptly late missed hub working access
    """
)
#: Synonyms of words in indicators' names, by the stems of those words.
ALSO = {
    word: stem
    for stem, words in {
        "care": "looked-after look looked after",
        "guardianship": "sgo sgos guardian",
        "practice": "audit audits audited auditors",
        "health": "medical medicals",
        "dental": "dentist dentists",
        "initial": "front door",
        "mash": "contacts",
        "wellbeing": "early help",
        "leading": "conversion",
        "accepted": "take-up uptake acceptance",
        "accommodation": "housing housed",
        "icpc": "conference conferences",
        "isros": "officers reviewing",
        "agency": "locum locums",
        "discharges": "leaving left",
        "decisions": "decided",
        "transferred": "transfers",
        "stepped": "step-downs",
        "placements": "home homes placed",
        "completed": "finished",
        "supervisions": "supervised",
    }.items()
    for word in words.split()
}
