"""Dirt as found in real records: none of it changes what happened, so the true counts stay the same."""

import csv
import random
from collections import Counter
from datetime import date
from pathlib import Path

from simulate.ssd import Row, heads

Tables = dict[str, list[Row]]
Found = Counter[tuple[str, str]]
NO_BREAK = "\u00a0"
SEXES = {"M": "a) Male", "F": "b) Female"}
WORDS = {
    "ssd_contacts": "cont_contact_source_desc",
    "ssd_involvements": "invo_professional_role_id",
    "ssd_cla_health": "clah_health_check_type",
}
# Unmapped local words, replacing others that count for nothing.
UNMAPPED = {
    "ssd_contacts": ("cont_contact_source_desc", "Information only", "Information only (old form)"),
    "ssd_cla_health": ("clah_health_check_type", "Optician", "Opticians appt"),
    "ssd_early_help_episodes": ("earl_episode_end_reason", "Universal services", "Closed - other (see notes)"),
}


def repeat_rows(tables: Tables, chance: random.Random, share: float) -> Found:
    """Repeat some rows of each table, as exports do: an event counts once however often it appears."""
    found: Found = Counter()
    for table, rows in tables.items():
        again = [dict(row) for row in rows if chance.random() < share]
        rows += again
        found[table, "duplicate rows"] += len(again)
    return found


def soil(tables: Tables, chance: random.Random) -> Found:
    """Make the tables as dirty as councils' are, and count each kind of dirt."""
    found = orphans(tables) + overlaps(tables, chance) + unmapped(tables, chance) + repeat_rows(tables, chance, 0.003)
    for row in tables["ssd_person"]:
        if chance.random() < 0.02 and row["pers_sex"] in SEXES:
            row["pers_sex"] = SEXES[str(row["pers_sex"])]
            found["ssd_person", "codes with their letter"] += 1
    for table, column in WORDS.items():
        for row in tables[table]:
            if chance.random() < 0.01:
                word = str(row[column])
                row[column] = chance.choice([NO_BREAK + word, word + NO_BREAK + " ", word.upper()])
                found[table, "words in capitals or with no-break spaces"] += 1
    for table, rows in tables.items():
        for row in rows:
            for column, cell in row.items():
                if isinstance(cell, date) and chance.random() < 0.01:
                    row[column] = f"{cell:%d/%m/%Y}" if chance.random() < 0.6 else f"{cell} 00:00:00"
                    found[table, "days in another form"] += 1
                elif cell is None and chance.random() < 0.005:
                    row[column] = "#N/A"
                    found[table, "#N/A"] += 1
    return found


def orphans(tables: Tables) -> Found:
    """Rows of children and plans that are in no table; they count for no indicator."""
    found: Found = Counter()
    blank = {table: dict.fromkeys(heads(table)) for table in ("ssd_cp_visits", "ssd_missing", "ssd_cla_health")}
    day = date(2024, 6, 3)
    for number in range(7):
        nobody = f"HC9{number:05}"
        visit = {
            "cppv_cp_visit_id": f"CPV9{number:05}",
            "cppv_person_id": nobody,
            "cppv_cp_plan_id": f"CPP9{number:05}",
        }
        tables["ssd_cp_visits"].append(blank["ssd_cp_visits"] | visit | {"cppv_cp_visit_date": day})
        missing = {
            "miss_table_id": f"MIS9{number:05}",
            "miss_person_id": nobody,
            "miss_missing_episode_start_date": day,
        }
        tables["ssd_missing"].append(blank["ssd_missing"] | missing)
        check = {"clah_health_check_id": f"HLT9{number:05}", "clah_person_id": nobody, "clah_health_check_date": day}
        dental = {"clah_health_check_type": "Dental Check", "clah_health_check_status": "Completed"}
        tables["ssd_cla_health"].append(blank["ssd_cla_health"] | check | dental)
    for table in blank:
        found[table, "orphans"] += 7
    return found


def overlaps(tables: Tables, chance: random.Random) -> Found:
    """A second episode within another of the same placement, entered twice, a few days apart."""
    episodes, again = tables["ssd_cla_episodes"], []
    for row in episodes:
        start, end = row["clae_cla_episode_start_date"], row["clae_cla_episode_ceased_date"]
        if isinstance(start, date) and isinstance(end, date) and (end - start).days > 20 and chance.random() < 0.006:
            number = str(row["clae_cla_episode_id"]).replace("EPI", "EPJ")
            inside = {"clae_cla_episode_id": number, "clae_cla_episode_start_reason": "L"}
            again.append(row | inside | {"clae_cla_episode_start_date": date.fromordinal(start.toordinal() + 5)})
    episodes += again
    return Counter({("ssd_cla_episodes", "overlapping episodes"): len(again)})


def unmapped(tables: Tables, chance: random.Random) -> Found:
    """Words that have no mapping."""
    found: Found = Counter()
    for table, (column, word, other) in UNMAPPED.items():
        for row in tables[table]:
            if row[column] == word and chance.random() < 0.02:
                row[column] = other
                found[table, "unmapped words"] += 1
    return found


def write_dirt(found: Found, file: Path) -> None:
    """Write the number of rows or cells of each kind of dirt in each table."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["table", "kind", "number"])
        writer.writerows([table, kind, number] for (table, kind), number in sorted(found.items()) if number)
