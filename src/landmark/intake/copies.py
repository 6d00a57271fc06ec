"""What the copies of one table of records are to each other: how old by their names, and which hold the same."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from landmark.scan import rotation

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from landmark.intake.inputs import Input
    from landmark.scan.reading import Identity


def ages_of(found: Sequence[tuple[Input, Identity]]) -> dict[str, dict[str, tuple[int, int]]]:
    """Give how old each text is, by its content, in each series that it is of: from, to, as it may have several names.

    Args:
        found: the files of one [[assignment]], those of a series in the order to read them in.
    """
    series: dict[str, list[tuple[Input, Identity]]] = {}
    for one, identity in found:
        series.setdefault(one.series, []).append((one, identity))
    told: dict[str, dict[str, tuple[int, int]]] = {}
    for name, files in series.items():
        for (_, identity), age in zip(files, rotation.ages([one.name for one, _ in files]), strict=True):
            ages = told.setdefault(identity.content_sha256, {})
            ages[name] = (ages.get(name, (age, age))[0], age)
    return told


def twice(rows: pa.Table, keeping: set[str]) -> tuple[tuple[str, str, int], ...]:
    """Find pairs of texts that hold equal leases; the case may say that this is meant."""
    facts = ("address", "port_from", "port_to", "protocol", "destination", "from", "until", "account", "line", "inner")
    texts: dict[tuple[object, ...], set[tuple[str, str]]] = {}
    columns = [rows[name].to_pylist() for name in (*facts, "source", "assignment")]
    for *fact, source, assignment in zip(*columns, strict=True):
        texts.setdefault(tuple(fact), set()).add((source, assignment))
    pairs: Counter[tuple[str, str]] = Counter()
    for holders in texts.values():
        for one in holders:
            for other in holders:
                if one[0] < other[0] and not {one[1], other[1]} & keeping:
                    pairs[one[0], other[0]] += 1
    return tuple((one, other, count) for (one, other), count in sorted(pairs.items()))
