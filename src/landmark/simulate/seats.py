"""Who sat where, as `truth.json` tells it, found again in the tables of a run by file and line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from landmark.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow as pa

    from landmark.pseudonyms import Pseudonyms

_EXPECTED = "a truth.json as `landmark simulate` writes it"


class Seat(NamedTuple):
    """Over whose account's line something was done (a keyed hash; None: no customer's), and who sat there."""

    account: str | None
    person: str | None = None
    """Only where another than the account's holder sat there."""
    complete: bool | None = None
    """Whether the records that bound the lease behind it are all there; None: not known, or no lease."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the truth says of accounts, by their keyed hashes, and of each line about a target."""

    guilty: Mapping[str, str | None]
    """Each guilty account, and who came so often: `holder`, `another` or `together`; None: not known."""
    reachable: frozenset[str]
    over: frozenset[str]
    """Those over the threshold, knowingly or not."""
    seats: Mapping[tuple[str, int], Seat]
    """By the SHA-256 of the file's text, and line."""

    def seated(self, events: pa.Table, truth: Path) -> dict[int, Seat]:
        """Give for each event that the truth knows who sat there.

        Raises:
            CaseError: the truth knows none of them: it is of another world.
        """
        rows = zip(*(events.column(name).to_pylist() for name in ("event", "source", "line")), strict=True)
        found = {event: self.seats[source, line] for event, source, line in rows if (source, line) in self.seats}
        if events.num_rows and not found:
            raise CaseError(Problem("the truth of this case", file=str(truth), found="that of another world"))
        return found


def read(path: Path, names: Pseudonyms) -> Known:
    """Read `truth.json`.

    Raises:
        CaseError: it cannot be read, or is something else.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no file"
        raise CaseError(Problem(_EXPECTED, file=str(path), found=found))
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        hashes = {one["account"]: names.account(one["account"].encode()) for one in told["people"]}
        holders = {one["person"] for one in told.get("persons", ()) if one["holder"]}
        seats: dict[tuple[str, int], Seat] = {}
        for file in told["files"].values():
            watched = file["watched"]
            nothing = [None] * len(watched)
            beside = zip(watched, file.get("sat", nothing), file.get("complete", nothing), strict=True)
            for (line, account), person, complete in beside:
                if account is not None and account not in hashes:
                    hashes[account] = names.account(account.encode())
                other = None if account is None or person in holders else person
                seat = Seat(None if account is None else hashes[account], other, complete)
                seats[file["content_sha256"], int(line)] = seat
        return Known(
            {hashes[one["account"]]: one.get("who") for one in told["people"] if one["guilty"]},
            frozenset(hashes[one["account"]] for one in told["people"] if one["guilty"] and one["reachable"]),
            frozenset(hashes[one["account"]] for one in told["people"] if one.get("over_threshold")),
            seats,
        )
    except OSError as error:
        raise CaseError(Problem(_EXPECTED, file=str(path), found=error.strerror or "nothing")) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CaseError(Problem(_EXPECTED, file=str(path), found="something else")) from error
