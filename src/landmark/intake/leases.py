"""From the files of assignment records to leases: only records that bear on clients seen become rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from landmark import assignments, store, tables
from landmark.accounting import FileCount
from landmark.errors import IntegrityError, MachineError
from landmark.intake import unlike
from landmark.intake.copies import ages_of, twice
from landmark.intake.names import account_of, spellings_of
from landmark.keys import code_key, key_of
from landmark.lookups import shifts
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from landmark.case import Assignment, Case
    from landmark.intake.inputs import Input
    from landmark.pseudonyms import Pseudonyms
    from landmark.scan.reading import Identity

_MARGIN = 3 * tables.HOUR
_COLUMNS = (
    "address",
    "port_from",
    "port_to",
    "protocol",
    "destination",
    "from",
    "until",
    "account",
    "line",
    "ends",
    "doubtful",
    "rows",
    "inner",
)
_ORDER = (
    "address",
    "from",
    "until",
    "port_from",
    "port_to",
    "account",
    "inner",
    "protocol",
    "destination",
    "doubtful",
    "assignment",
    "source",
    "first_row",
)


@dataclass(frozen=True, slots=True)
class Leased:
    """What came of all assignment files: leases in canonical order, accounting, texts' names, repeated rows."""

    leases: pa.Table
    files: tuple[FileCount, ...]
    names: Mapping[str, str]
    twice: tuple[tuple[str, str, int], ...]
    key: str


class _Text(NamedTuple):
    """A text of an [[assignment]], which is read once, and how old it is in each series that it is of: from, to."""

    one: Input
    identity: Identity
    ages: Mapping[str, tuple[int, int]]


def tried_shifts(case: Case) -> tuple[int, ...]:
    """Give the shifts that the source test tries, from every zone that the case declares, the provider's included."""
    zones = {case.authority.zone, *(log.zone for log in case.logs), *(one.zone for one in case.assignments)}
    return shifts.shifts((zone for zone in zones if zone), case.authority.begin, case.authority.end)


def leases(
    case: Case, found: Sequence[tuple[Input, Identity]], names: Pseudonyms, events: pa.Table, shelf: Path
) -> Leased:
    """Give the leases that bear on the clients of the events: from the cache, else read.

    Args:
        case: the case.
        found: every input with its identity.
        names: gives pseudonyms of accounts.
        events: what came of the logs.
        shelf: the folder of the cache where leases lie; others than these are deleted from it.

    Raises:
        IntegrityError: lines do not add up, or a file is no longer what was hashed.
    """
    begin, end = case.authority.begin, case.authority.end
    widest = max(abs(shift) for shift in tried_shifts(case)) + _MARGIN
    addresses = sorted(pc.unique(events["client_address"]).drop_null().to_pylist())
    holders = [(one, identity) for one, identity in found if one.kind == "assignment"]
    made_by = _key(case, holders, names, [addresses, begin - widest, end + widest])
    kept = _kept(shelf, made_by)
    if kept is None:
        want = assignments.Wanted(frozenset(addresses), frozenset(), begin - widest, end + widest)
        kept = _read_all(case, holders, names, want, made_by)
        _keep(shelf, kept)
    for path in shelf.iterdir():
        if path.name.split(".", 1)[0] != made_by:
            path.unlink()
    return kept


def _key(case: Case, found: Sequence[tuple[Input, Identity]], names: Pseudonyms, want: Sequence[object]) -> str:
    stated = [
        [
            one.name,
            one.format,
            one.account,
            one.zone,
            one.year,
            one.account_form,
            sorted(one.columns.items()),
            one.table,
            one.clock_ahead,
            _tolerance(case, one),
        ]
        for one in sorted(case.assignments, key=lambda one: one.name)
    ]
    overlaps = sorted(one.name for one in case.assignments if one.overlap == "keep")
    ties = [names.account(f"{one.old}\0{one.new}".encode()) for one in case.account_map]
    contents = [[one.owner.name, one.series, one.name, identity.sha256] for one, identity in found]
    return key_of("leases", code_key(), names.fingerprint, stated, overlaps, ties, contents, want)


def _tolerance(case: Case, one: Assignment) -> int:
    return case.rules.clock_tolerance if one.clock_tolerance is None else one.clock_tolerance


def _kept(shelf: Path, key: str) -> Leased | None:
    try:
        said = json.loads((shelf / f"{key}.json").read_text(encoding="utf-8"))
        files = tuple(FileCount(**file) for file in said["files"])
        twice = tuple((one, other, count) for one, other, count in said["twice"])
        return Leased(store.read(shelf / f"{key}.parquet", tables.LEASES), files, said["names"], twice, key)
    except (OSError, ValueError, KeyError, TypeError, MachineError):
        # What cannot be read is as good as absent: a cache may be deleted at any time, also in part.
        return None


def _keep(shelf: Path, leased: Leased) -> None:
    store.write(leased.leases, tables.LEASES, shelf / f"{leased.key}.parquet")
    said = {"files": [asdict(file) for file in leased.files], "names": leased.names, "twice": leased.twice}
    store.write_text(json.dumps(said, sort_keys=True) + "\n", shelf / f"{leased.key}.json")


def _read_all(
    case: Case, found: Sequence[tuple[Input, Identity]], names: Pseudonyms, want: assignments.Wanted, made_by: str
) -> Leased:
    """Read every source, and again as long as inner addresses are found that none was asked about yet."""
    while True:
        made = _read_once(case, found, names, want, made_by)
        inner = frozenset(made.leases["inner"].drop_null().to_pylist()) - frozenset(want.addresses)
        if not inner:
            return made
        want = assignments.Wanted(frozenset(want.addresses) | inner, want.accounts, want.begin, want.end)


def _read_once(
    case: Case, found: Sequence[tuple[Input, Identity]], names: Pseudonyms, want: assignments.Wanted, made_by: str
) -> Leased:
    files: list[FileCount] = []
    parts: list[pa.Table] = []
    first: dict[str, Input] = {}
    for owner in sorted(case.assignments, key=lambda one: one.name):
        texts: list[_Text] = []
        own = [(one, identity) for one, identity in found if one.owner.name == owner.name]
        ages = ages_of(own)
        for one, identity in own:
            other = first.setdefault(identity.content_sha256, one)
            if other is one:
                texts.append(_Text(one, identity, ages[identity.content_sha256]))
            else:
                head = (one.name, identity.sha256, identity.content_sha256, identity.stored_bytes)
                files.append(FileCount(*head, duplicate_of=other.name, kind="assignment", damage=identity.damage))
        counts, tables_ = _read(case, owner, texts, names, want)
        files += counts
        parts += tables_
    for file in files:
        if file.duplicate_of is None:
            file.check()
    rows = _numbered(parts)
    labels = {content: one.name for content, one in first.items()}
    keeping = {one.name for one in case.assignments if one.overlap == "keep"}
    files.sort(key=lambda file: file.path)
    return Leased(rows, tuple(files), labels, twice(rows, keeping), made_by)


def _read(
    case: Case,
    owner: Assignment,
    texts: Sequence[_Text],
    names: Pseudonyms,
    want: assignments.Wanted,
) -> tuple[list[FileCount], list[pa.Table]]:
    settings = assignments.Settings(
        account=account_of(case, owner.account_form, names),
        zone=owner.zone,
        year=owner.year,
        columns=owner.columns,
        clock_ahead=owner.clock_ahead,
        account_kind=owner.account,
        line=names.line,
        spellings=spellings_of(case, owner.account_form, names),
        tolerance=_tolerance(case, owner),
        series=tuple(text.one.series for text in texts),
        ages=tuple(text.ages for text in texts),
        table=owner.table,
    )
    lines = [SiftedLines(text.one.path, text.identity.text_bytes) for text in texts]
    readings = assignments.ALL[owner.format].read(lines, settings, want)
    counts, parts = [], []
    for (one, identity, _), text, reading in zip(texts, lines, readings, strict=True):
        scanned = text.counts
        if scanned is None or scanned.content_sha256 != identity.content_sha256:
            raise IntegrityError(f"{one.name}: changed while it was read; nothing of it was kept, run again")
        rejected = Counter(reject.reason for reject in (*reading.rejects, *scanned.too_long, *scanned.truncated))
        head = (one.name, identity.sha256, identity.content_sha256, identity.stored_bytes)
        apart = len(scanned.too_long) + len(scanned.truncated)
        units = scanned.lines if reading.units is None else reading.units + apart
        said = (units, reading.kept, dict(reading.dropped), dict(rejected))
        expected = None if reading.kept else unlike.expected(one)
        counts.append(
            FileCount(
                *head,
                *said,
                kind="assignment",
                unlike=expected is not None,
                format=None if expected is None else owner.format,
                expected=expected,
                damage=identity.damage,
            )
        )
        if reading.leases:
            columns = dict(zip(_COLUMNS, zip(*reading.leases, strict=True), strict=True))
            schema = store.schema(tables.LEASES)
            part = pa.table({name: pa.array(columns[name], schema.field(name).type) for name in _COLUMNS})
            size = part.num_rows
            part = part.append_column("assignment", pa.array([owner.name] * size, pa.string()))
            part = part.append_column("source", pa.array([identity.content_sha256] * size, pa.string()))
            parts.append(part.append_column("first_row", pa.array([min(row) for row in columns["rows"]], pa.int64())))
    return counts, parts


def _numbered(parts: Sequence[pa.Table]) -> pa.Table:
    if not parts:
        return store.empty(tables.LEASES)
    rows = pa.concat_tables(parts).combine_chunks()
    rows = rows.take(pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in _ORDER]))
    rows = rows.append_column("lease", pa.array(range(rows.num_rows), pa.int64()))
    return store.conform(rows.select(store.schema(tables.LEASES).names), tables.LEASES)
