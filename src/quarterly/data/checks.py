"""Check that the tables of a basket are consistent with one another. Each check lists every fault it finds."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from quarterly.core.errors import Fault
from quarterly.core.rounding import published
from quarterly.core.terms import MISSING_REASONS, Beyond, Months, Unit, count_of, listing
from quarterly.data.evidence import COUNTS_CASES, EVIDENCE_CHECKS
from quarterly.data.rule_checks import RULE_CHECKS, Frames, row_faults
from quarterly.data.schema import NOT_FOR_AREAS, TABLE
from quarterly.data.table import A_QUARTER

_UNLESS = "unless the column beyond in data/indicators.csv allows values"
#: The values of the settings in data/readings.csv that do not take any text.
_READING_VALUES = {"months": [*Months], **{name: ["yes", "no"] for name in ("sheet", "skip", "fractions", "sum")}}
OVER_100 = f"A percentage lies between 0 and 100, {_UNLESS} '{Beyond.OVER_100}'."
BELOW_0 = f"A figure cannot be below 0, {_UNLESS} '{Beyond.BELOW_0}'."


def consistency_faults(frames: Frames, unsound: Collection[str] = ()) -> list[Fault]:
    """List the inconsistencies between tables whose individual cells are valid.

    Tables with faulty cells (``unsound``) are passed in without rows, and checks that depend on their rows are skipped
    until they are corrected. A valid table without rows is checked like any other.
    """
    checks = (
        _area_ids,
        _same_short_names,
        _quarters_and_years,
        _values_or_reasons,
        _values_in_range,
        _decimals,
        _fractions,
        _rates,
        _target_periods,
        _readings,
        _former_descriptions,
        *RULE_CHECKS,
        *EVIDENCE_CHECKS,
    )
    between = [*_unknown_ids(frames, unsound), *_without_rows(frames, unsound)]
    return between + [fault for check in checks for fault in check(frames)]


def _unknown_ids(frames: Frames, unsound: Collection[str]) -> Iterator[Fault]:
    known = {
        "indicator_id": ("indicators", set(frames["indicators"]["indicator_id"])),
        "area_id": ("areas", set(frames["areas"]["area_id"])),
        "rule": ("rules", set(frames["rules"]["rule_id"]) | {""}),
        "comparator": ("comparator_names", set(frames["comparator_names"]["comparator"]) | {""}),
        "import_id": ("imports", set(frames["imports"]["import_id"])),
    }
    for column, (home, ids) in known.items():
        users = [name for name, frame in frames.items() if name != home and column in frame]
        strange = {name: frames[name][~frames[name][column].isin(ids)] for name in users}
        if home in unsound:
            continue
        if frames[home].empty and any(map(len, strange.values())):
            # Report one fault for the emptied table, not one for each row that refers to it.
            named = listing([f"data/{name}.csv" for name, wrong in strange.items() if len(wrong)])
            yield Fault(f"data/{home}.csv", None, column, "no rows", f"Add the rows that {named} refers to.")
            continue
        for name, wrong in strange.items():
            expected = f"There is no such row in data/{home}.csv. Correct the spelling, or add it there first."
            yield from row_faults(name, wrong, column, expected)
    if "rules" not in unsound and "standard" not in known["rule"][1]:
        expected = "Add a rule with the id 'standard', which applies to indicators that name no rule."
        yield Fault("data/rules.csv", None, "rule_id", "", expected)


def _area_ids(frames: Frames) -> Iterator[Fault]:
    rows = frames["areas"]
    expected = "Write another id: an area's notebook cannot have this name."
    yield from row_faults("areas", rows[rows["area_id"].isin(NOT_FOR_AREAS)], "area_id", expected)


def _same_short_names(frames: Frames) -> Iterator[Fault]:
    """Find indicators of an area that charts would draw on one row, because both have the same short name."""
    rows = frames["indicators"]
    same = rows.assign(short_name=rows["short_name"].str.casefold().str.strip()).duplicated(["area_id", "short_name"])
    expected = "Another indicator of the area has this short name. Give each its own: charts have a row for each name."
    yield from row_faults("indicators", rows[same], "short_name", expected)


def _without_rows(frames: Frames, unsound: Collection[str]) -> Iterator[Fault]:
    """Find required tables that have no rows."""
    needed = {
        "areas": "A basket needs at least one service area.",
        "indicators": "A basket needs at least one indicator.",
        "observations": "A basket needs at least one figure, or a reason why there is none.",
        "targets": "Enter each indicator's target, or z in the column missing if it has none.",
    }
    for name, expected in needed.items():
        if name not in unsound and frames[name].empty:
            yield Fault(f"data/{name}.csv", None, "", "no rows", expected)


def _quarters_and_years(frames: Frames) -> Iterator[Fault]:
    """Find years in a quarterly basket, and quarters in an annual one."""
    if frames["observations"].empty:
        return
    by_year = not frames["observations"]["quarter"].str.contains("-Q").any()
    expected = "Write a year, as for the figures: 2023-24." if by_year else A_QUARTER
    for name, frame in frames.items():
        for column in frame.columns.intersection(["quarter", "from_quarter", "to_quarter"]):
            wrong = frame[(frame[column] != "") & (frame[column].str.contains("-Q") == by_year)]
            yield from row_faults(name, wrong, column, expected)


def _values_or_reasons(frames: Frames) -> Iterator[Fault]:
    reasons = ", ".join(f"{symbol} {meaning}" for symbol, meaning in MISSING_REASONS.items())
    no_value = f"Enter the value, or a reason in the column missing: {reasons}."
    for name in ("observations", "targets", "comparators", "populations", "benchmarks"):
        frame, column = frames[name], "population" if name == "populations" else "value"
        # A band needs two numbers: rule_checks makes sure that both are present.
        numbers = [part for part in (column, "lower", "upper") if part in frame]
        texts = [part for part in ("direction", "comparator", "status") if part in frame and name == "targets"]
        given = frame[numbers].notna().any(axis=1) | (frame[texts] != "").any(axis=1)
        reason = frame["missing"] != ""
        yield from row_faults(name, frame[~given & ~reason], column, no_value)
        both = "There is a value too. Remove whichever is wrong."
        yield from row_faults(name, frame[given & reason], "missing", both)


def _values_in_range(frames: Frames) -> Iterator[Fault]:
    indicators = frames["indicators"].set_index("indicator_id")
    over = (indicators["unit"] == Unit.PERCENTAGE) & ~indicators["beyond"].isin([Beyond.OVER_100, Beyond.BOTH])
    below = ~indicators["beyond"].isin([Beyond.BELOW_0, Beyond.BOTH])
    for name in ("observations", "targets", "comparators"):
        frame = frames[name]
        bounded, positive = (frame["indicator_id"].map(limit).eq(other=True) for limit in (over, below))
        for column in [part for part in ("value", "lower", "upper") if part in frame]:
            yield from row_faults(name, frame[bounded & (frame[column] > 100)], column, OVER_100)
            yield from row_faults(name, frame[positive & (frame[column] < 0)], column, BELOW_0)


def _decimals(frames: Frames) -> Iterator[Fault]:
    """Find figures with more decimals than are shown, whose rating might not match the figure that readers see.

    Targets and comparators keep their published precision.
    """
    decimals = frames["indicators"].set_index("indicator_id")["decimals"]
    for name, columns in (("observations", ["value"]), ("restatements", ["old_value", "new_value"])):
        frame = frames[name]
        own = frame["indicator_id"].map(decimals).dropna().astype(int)
        for column in columns:
            finer = own[frame[column].notna() & (published(frame[column], own) != frame[column])]
            for places, lines in finer.groupby(finer):
                has = f"The indicator has {count_of(int(str(places)), 'decimal')}."
                ways_out = "Round the figure, or increase the indicator's decimals in data/indicators.csv."
                yield from row_faults(name, frame.loc[lines.index], column, f"{has} {ways_out}")


def _fractions(frames: Frames) -> Iterator[Fault]:
    frame = frames["observations"]
    expected = "A numerator needs a denominator, which must be above 0 and not below the numerator."
    one = frame["numerator"].notna() & frame["denominator"].isna()
    impossible = (frame["denominator"] <= 0) | (frame["numerator"] > frame["denominator"])
    units = frame["indicator_id"].map(frames["indicators"].set_index("indicator_id")["unit"])
    wrong = frame[one | (impossible & (units == Unit.PERCENTAGE))]
    yield from row_faults("observations", wrong, "denominator", expected)


def _rates(frames: Frames) -> Iterator[Fault]:
    frame = frames["indicators"]
    is_rate, has_base = frame["unit"] == Unit.RATE, frame["per"] != ""
    expected = "Enter the base of the rate in the column per: a number and what it counts, such as 10,000 children."
    yield from row_faults("indicators", frame[is_rate & ~has_base], "per", expected)
    expected = f"Only a rate has a base. Leave this empty, or change the unit to {Unit.RATE}."
    yield from row_faults("indicators", frame[~is_rate & has_base], "per", expected)
    figures, relations = frames["observations"], frames["relations"]
    counted = relations.loc[relations["relation"].isin(COUNTS_CASES), "indicator_id"]
    without = figures.loc[figures["value"].notna() & figures["denominator"].isna(), "indicator_id"]
    rates = frame[has_base & frame["indicator_id"].isin(without) & ~frame["indicator_id"].isin(counted)]
    rates = rates[rates["per"].str.contains(" ")]  # the others do not name anyone
    whom = rates["per"].str.replace(r"^\S* ", "", regex=True)
    if len(frames["populations"]) and whom.nunique() > 1:
        expected = (
            f"data/populations.csv is of {whom.iloc[0]}, like the rates before. Give this rate denominators in "
            "data/observations.csv, or name the same people."
        )
        yield from row_faults("indicators", rates[whom != whom.iloc[0]], "per", expected)


def _readings(frames: Frames) -> Iterator[Fault]:
    frame = frames["readings"]
    for setting, values in _READING_VALUES.items():
        wrong = frame[(frame["setting"] == setting) & ~frame["value"].isin(values)]
        yield from row_faults("readings", wrong, "value", f"Write {listing(values, 'or')}.")


def _former_descriptions(frames: Frames) -> Iterator[Fault]:
    """Find former descriptions of what does not exist, and those that the column could not have had."""
    exists = {"area_id": {*frames["areas"]["area_id"]}, "rule": {*frames["rules"]["rule_id"], ""}}
    for (home, column), rows in frames["former_descriptions"].groupby(["table", "column"]):
        ids = frames[home][TABLE[home].key[0]]
        if column == ids.name or column not in TABLE[home].columns:
            expected = f"data/{home}.csv has no such column that can change."
            yield from row_faults("former_descriptions", rows, "column", expected)
        elif len(ids):
            of, values = TABLE[home].columns[column], exists.get(column, {*rows["value"]})
            expected = f"There is no such row in data/{home}.csv. Correct the spelling or remove it."
            yield from row_faults("former_descriptions", rows[~rows["id"].isin(ids)], "id", expected)
            wrong = rows[[bool(of.is_wrong(value)) or value not in values for value in rows["value"]]]
            expected = f"{of.expected} Areas and rules that earlier editions have stay in their tables.".strip()
            yield from row_faults("former_descriptions", wrong, "value", expected)


def _target_periods(frames: Frames) -> Iterator[Fault]:
    frame = frames["targets"]
    backwards = frame[frame["to_quarter"] < frame["from_quarter"]]
    expected = "A target must end in or after the quarter in which it starts."
    yield from row_faults("targets", backwards, "to_quarter", expected)
    ordered = frame.sort_values(["indicator_id", "from_quarter"])
    overlap = ordered["from_quarter"] <= ordered.groupby("indicator_id")["to_quarter"].shift().fillna("")
    expected = "The indicator's target before this one has not ended yet. End that one first."
    yield from row_faults("targets", ordered[overlap], "from_quarter", expected)
