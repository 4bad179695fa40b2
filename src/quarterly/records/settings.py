"""A council's settings for records, in ``params/records/``: the meanings of its words, and its own parameters."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

from quarterly.core.errors import DataFaults, Fault
from quarterly.data.settings import read_settings
from quarterly.records.define import Measure, measures
from quarterly.records.tables import Words

WORDS = "params/records/words.csv"
PARAMETERS = "params/records/parameters.yml"
#: The possible meanings of words, by list. A known word with none of the other meanings is "other".
MEANINGS = {
    "contact_type": ("request_for_support", "mash_enquiry", "other"),
    "early_help_end_reason": ("step_up", "other"),
    "health_check_type": ("health_assessment", "dental", "other"),
    "role": ("social_worker", "iro", "other"),
    "immigration_status": ("uasc", "other"),
}


def read_words(root: Path) -> Words:
    """Read the meanings of local words: by list, then by word in lower case; empty if there is no file.

    Raises
    ------
    DataFaults
        A column is missing, a list or meaning is unknown, or a word has two meanings.
    """
    path = root / WORDS
    if not path.exists():
        return {}
    found: dict[str, dict[str, str]] = {}
    faults = []
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    missing = {"list", "word", "code"} - set(rows.fieldnames or ())
    if missing:
        wanted = "The columns are list, word and code."
        raise DataFaults([Fault(WORDS, 1, min(missing), "no such column", wanted)])
    for row in rows:
        number = rows.line_num
        kind, word, code = (str(row[name] or "").strip() for name in ("list", "word", "code"))
        if kind not in MEANINGS:
            faults.append(Fault(WORDS, number, "list", kind, f"The lists are {', '.join(MEANINGS)}."))
        elif code not in MEANINGS[kind]:
            faults.append(Fault(WORDS, number, "code", code, f"The codes of {kind} are {', '.join(MEANINGS[kind])}."))
        elif found.setdefault(kind, {}).setdefault(word.lower(), code) != code:
            faults.append(Fault(WORDS, number, "word", word, "An earlier row gives it another code: keep one of them."))
    if faults:
        raise DataFaults(faults)
    return found


def read_measures(root: Path) -> dict[str, Measure]:
    """Return every definition by indicator id, with the parameters that a council sets differently from the defaults.

    Raises
    ------
    DataFaults
        The file cannot be read, an indicator or a parameter is unknown, or a value has another type than its default.
    """
    path, known = root / PARAMETERS, measures()
    if not path.exists():
        return known
    said, faults = read_settings(path, PARAMETERS), []
    for indicator_id, values in said.items():
        parameters = known[indicator_id].parameters if indicator_id in known else {}
        if not parameters or not isinstance(values, dict):
            able = ", ".join(name for name, measure in known.items() if measure.parameters)
            faults.append(Fault(PARAMETERS, None, str(indicator_id), str(values), f"These have parameters: {able}."))
            continue
        for name, value in values.items():
            if name not in parameters:
                able = ", ".join(parameters)
                faults.append(Fault(PARAMETERS, None, indicator_id, str(name), f"Its parameters are {able}."))
                continue
            default, other = parameters[name].default, parameters[name].other
            if value not in (default, other) if other else type(value) is not type(default):
                able = f"{default} or {other}" if other else "a whole number"
                faults.append(Fault(PARAMETERS, None, f"{indicator_id}: {name}", str(value), f"Write {able}."))
    if faults:
        raise DataFaults(faults)
    return {name: replace(measure, chosen=said.get(name, {})) for name, measure in known.items()}
