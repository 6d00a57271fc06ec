"""On how many leases and days an account is sure, against a plain reading over random leases with many ties."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landmark.tables import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Derive = Callable[..., dict[str, list[dict[str, Any]]]]
    Row = dict[str, Any]

PLACES = ("198.51.100.1", "198.51.100.9", "198.51.100.0/28", "2001:db8::1", "2001:db8::/64")
ACCOUNTS = ("account-a", "account-b")
NEVER = 1 << 62


class Lease:
    """What the rows of one account at one address come to that touch: one lease, if anything of it is certain."""

    def __init__(self, rows: list[Row]) -> None:
        self.address = rows[0]["address"]
        self.begin, self.end = rows[0]["from"], max(end(row) for row in rows)
        certain = [row for row in rows if not row["doubtful"]]
        self.certain = bool(certain)
        self.static = all(row["ends"] == "stated" or row["until"] is None for row in certain)
        self.told = {f"{row['source']} {min(row['rows'])}" for row in rows if row["from"] == self.begin and row["rows"]}

    def fits(self, address: str, time: int) -> bool:
        return ip_address(address) in ip_network(self.address) and self.begin <= time < self.end


def name(lease: Lease, own: Iterable[Lease]) -> object:
    """Give what leases that one record begins have in common: the first of their records, over two in between."""
    own, told = list(own), set(lease.told)
    for _ in range(2):
        told.update(*(other.told for other in own if other.told & told))
    return min(told, default=(lease.address, lease.begin))


def end(row: Row) -> int:
    return NEVER if row["until"] is None else int(row["until"])


def joined(rows: Iterable[Row]) -> list[Lease]:
    runs: list[list[Row]] = []
    for row in sorted(rows, key=lambda row: (row["address"], row["from"], end(row))):
        touches = runs and runs[-1][0]["address"] == row["address"] and row["from"] <= max(map(end, runs[-1]))
        if touches:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [lease for lease in map(Lease, runs) if lease.certain]


def counted(account: str, events: list[Row], leases: list[Row]) -> tuple[int, int]:
    """Give the leases and the UTC days on which the account's events say that it held an address."""
    own = joined(row for row in leases if row["account"] == account)
    uses: dict[object, set[int]] = {}
    changing, days = set(), set()
    for event in events:
        held = [lease for lease in own if lease.fits(event["client_address"], event["time"])]
        if event["account"] == account and held:
            first = min(held, key=lambda lease: (lease.address, lease.begin))
            uses.setdefault(name(first, own), set()).add(event["time"] // DAY)
            if not first.static:
                changing.add(name(first, own))
            days.add(event["time"] // DAY)
    return sum(1 if one in changing else len(found) for one, found in uses.items()), len(days)


quarters = st.integers(0, 16)
leases_drawn = st.lists(
    st.fixed_dictionaries({
        "address": st.sampled_from(PLACES),
        "account": st.sampled_from(ACCOUNTS),
        "from": quarters,
        "long": st.one_of(st.none(), st.integers(1, 9)),
        "odd": st.sampled_from([0, 0, 0, 1, -1]),
        "ends": st.sampled_from(["stopped", "stopped", "last_seen", "stated"]),
        "doubtful": st.sampled_from([False, False, False, True]),
        "source": st.sampled_from(["text-a", "text-b"]),
        "rows": st.sampled_from([[], [1, 9], [4, 9], [7, 10], [12]]),
    }),
    max_size=9,
)  # fmt: skip
events_drawn = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from([0, 0, 1, -1]), st.sampled_from(PLACES[:2] + PLACES[3:4]),
              st.sampled_from(ACCOUNTS)),
    min_size=1,
    max_size=12,
)  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(leases_drawn, events_drawn)
def test_leases_and_days_are_what_a_plain_reading_counts(
    derive: Derive, begin: int, drawn: list[Row], seen: list[tuple[int, int, str, str]]
) -> None:
    """Quarters of a day, and a microsecond more or less: what touches, overlaps, lies in another, or has no end."""
    leases = [
        {
            **{name: row[name] for name in ("address", "account", "ends", "doubtful", "source", "rows")},
            "from": begin + row["from"] * 6 * HOUR + row["odd"],
            "until": None if row["long"] is None else begin + (row["from"] + row["long"]) * 6 * HOUR,
        }
        for row in drawn
    ]
    events: list[Row] = [
        {"time": begin + quarter * 6 * HOUR + DAY + odd, "client_address": address, "account": account}
        for quarter, odd, address, account in seen
    ]
    rows = [{name: event[name] for name in ("time", "client_address")} for event in events]
    sure = [{"event": n, "grade": "sure", "accounts": [event["account"]]} for n, event in enumerate(events)]
    made = derive(rows, attributions=sure, leases=leases, more_than=0)["subjects"]
    found = {row["account"]: (row["leases"], row["lease_days"]) for row in made}
    assert found == {account: counted(account, events, leases) for account in {event["account"] for event in events}}
