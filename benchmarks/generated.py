"""Make a project with generated figures, of any size: areas, indicators and quarters are numbered."""

from __future__ import annotations

import csv
import json
import shutil
from itertools import product
from pathlib import Path

FIRST_YEAR = 2014
#: Tables copied from the worked example; the other tables are generated or left empty.
_OF_ANY_BASKET = ("rules", "comparator_names", "glossary")
ROOT = Path(__file__).parent.parent


def quarters(number: int) -> list[str]:
    """List reporting quarters, oldest first."""
    years = [FIRST_YEAR + place // 4 for place in range(number)]
    return [f"{year}-{(year + 1) % 100:02}-Q{place % 4 + 1}" for place, year in enumerate(years)]


def generate(root: Path, areas: int, indicators: int, length: int) -> list[str]:
    """Make a project with some areas, each with some indicators, and return its quarters.

    Parameters
    ----------
    root : Path
        A folder that does not exist yet.
    areas, indicators, length : int
        The number of areas, of indicators in each area, and of quarters.
    """
    data = root / "data"
    shutil.copytree(ROOT / "data", data)
    shutil.copy2(ROOT / "_quarto.yml", root / "_quarto.yml")
    (root / "notebooks").mkdir()
    for path in data.glob("*.csv"):
        if path.stem not in _OF_ANY_BASKET:
            _fill(path, [])
    known = quarters(length)
    area_ids = [f"area-{place:03}" for place in range(areas)]
    ids = [(area, f"{area}-indicator-{place:02}", place) for area in area_ids for place in range(indicators)]
    _fill(
        data / "areas.csv",
        [
            {"area_id": area, "position": place, "name": area, "short_name": area}
            for place, area in enumerate(area_ids, start=1)
        ],
    )
    _fill(data / "indicators.csv", [_indicator(*parts) for parts in ids])
    _fill(
        data / "observations.csv",
        [
            {"indicator_id": name, "quarter": quarter, "value": (place * 7 + when * 3) % 90 + 5}
            for (_, name, place), (when, quarter) in product(ids, enumerate(known))
        ],
    )
    _fill(
        data / "targets.csv",
        [{"indicator_id": name, "value": 60, "from_quarter": known[0], "to_quarter": known[-1]} for _, name, _ in ids],
    )
    _template(root, area_ids)
    return known


def _indicator(area: str, name: str, place: int) -> dict[str, object]:
    return {
        "indicator_id": name,
        "area_id": area,
        "position": place + 1,
        "name": name,
        "short_name": name,
        "unit": "percentage",
        "decimals": 0,
        "polarity": "higher",
        "period_basis": "in quarter",
        "basis_source": "inferred",
        "comparison": "local measure",
    }


def _fill(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows under a table's existing header; missing values are blank."""
    with path.open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, head, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _template(root: Path, areas: list[str]) -> None:
    source = json.loads((ROOT / "notebooks" / "workforce.ipynb").read_text(encoding="utf-8"))
    # Keep only the cells that every area has: headline, commentary, table and trends.
    wanted = {"front-matter", "parameters", "open", "headline", "commentary", "table", "trends"}
    source["cells"] = [cell for cell in source["cells"] if cell["id"] in wanted]
    text = json.dumps(source)
    for area in areas:
        file = root / "notebooks" / f"{area}.ipynb"
        file.write_text(text.replace("workforce", area), encoding="utf-8")
