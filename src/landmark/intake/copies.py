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
        names = [one.name for one, _ in files]
        dated = [rotation.rotated(one).date is not None for one in names]
        found_ages = rotation.ages(names)
        for (one, identity), age, has_date in zip(files, found_ages, dated, strict=True):
            # An export of a table without a date may be of any day; of a log it is the one that is still written.
            unsure = one.owner.format == "csv" and any(dated) and not has_date
            first, last = (0, max(found_ages)) if unsure else (age, age)
            ages = told.setdefault(identity.content_sha256, {})
            ages[name] = (min(ages.get(name, (first, last))[0], first), max(ages.get(name, (first, last))[1], last))
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
