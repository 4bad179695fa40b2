"""Interpret arrows in a direction of travel, which show either how a figure moved or whether it improved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quarterly.core.quarters import Quarter
from quarterly.core.terms import Dot, Polarity
from quarterly.ingest.contents import RatingRow
from quarterly.ingest.vocabulary import DOWN, UP


def without_arrows(
    published: list[RatingRow],
    values: dict[tuple[str, str], float],
    polarities: Mapping[str, str],
    targeted: Iterable[str],
) -> tuple[list[RatingRow], list[str]]:
    """Turn published arrows into directions of travel, with a remark on each arrow that cannot be read.

    Where lower is better, an up arrow may mean that the figure rose or that it improved. Figures that moved
    (``values``, by indicator and quarter) show which meaning an extract uses; if they do not, these arrows are left
    out. Only indicators with a target (``targeted``) and a polarity improve or worsen: others increase or decrease.
    """
    arrows = [row for row in published if row.dot in (UP, DOWN)]
    low = {row for row in arrows if polarities[row.indicator_id] == Polarity.LOWER}
    improved = {(row.dot == UP) != (move > 0) for row in low if (move := _move(row, values))}
    told = [f"Arrow not read: {row.dot} ({row.place}): write Improving or Worsening" for row in low]
    found = []
    for row in published:
        if row in low and len(improved) != 1:
            found.append(row._replace(dot=""))
        elif row.dot in (UP, DOWN):
            better = (row.dot == UP) != (row in low and improved == {False})
            rose = better != (row in low)
            sided = row.indicator_id in targeted and polarities[row.indicator_id]
            words = (Dot.POSITIVE, Dot.NEGATIVE) if sided else (Dot.INCREASE, Dot.DECREASE)
            found.append(row._replace(dot=str(words[0 if (better if sided else rose) else 1])))
        else:
            found.append(row)
    return [row for row in found if row.rag or row.dot], sorted(told) if len(improved) != 1 else []


def _move(row: RatingRow, values: dict[tuple[str, str], float]) -> float:
    """Return the change in a figure since the previous quarter; 0 if unknown."""
    now = values.get((row.indicator_id, row.quarter))
    before = values.get((row.indicator_id, str(Quarter.parse(row.quarter).previous())))
    return 0 if now is None or before is None else now - before
