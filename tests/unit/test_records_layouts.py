"""Records are read from each return into the same tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterly.core.errors import ExtractUnreadable
from quarterly.records.layouts import load, read


def written(folder: Path, **files: str) -> Path:
    """Write CSV files into a folder."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_the_dataset_is_read_with_days_codes_and_blanks_as_the_schema_has_them(tmp_path: Path) -> None:
    """A month of British days, a time, a number of Excel's, a code in small letters, no-break spaces and #N/A."""
    found = read(
        written(
            tmp_path,
            ssd_cla_placement="CLAP_CLA_PLACEMENT_ID,clap_cla_placement_start_date,clap_cla_placement_type,notes\n"
            "\u00a0P1 ,31/03/2025,u6,a\nP2,2025-03-31T00:00:00,#N/A,b\nP3,45747,U6: foster carer,c\nP4,31/02/2025,?,\n",
        )
    )
    rows = found.tables["ssd_cla_placement"]
    assert found.layout == "ssd_folder"
    assert list(rows.index) == [2, 3, 4, 5]
    assert list(rows.clap_cla_placement_id) == ["P1", "P2", "P3", "P4"]
    assert list(rows.clap_cla_placement_start_date) == ["2025-03-31"] * 3 + ["?"]
    assert list(rows.clap_cla_placement_type.fillna("")) == ["U6", "", "U6", "?"]
    assert found.remarks == ["ssd_cla_placement.csv: these columns are not used: notes."]


def test_a_row_keeps_its_line_where_cells_have_line_breaks(tmp_path: Path) -> None:
    found = read(written(tmp_path, ssd_missing='miss_table_id,miss_person_id\n"M\n1",C1\nM2,C2\n'))
    assert list(load(found).table("ssd_missing").source_row.execute()) == [3, 4]


def test_what_is_no_known_layout_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ExtractUnreadable, match=r"no records of a kind that is known.*Annex A.*SSDA903"):
        read(written(tmp_path, housing="a,b\n1,2\n"))
