"""Only the records that are asked for are parsed, and every figure is what it would be if all of them were."""

from __future__ import annotations

import re
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark.assignments import ALL, Settings, Wanted
from landmark.assignments.names import Names, words_of
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from landmark.assignments import FileLeases
    from landmark.lines import Line

BEGIN, END = 1_001_000_000_000_000, 1_004_500_000_000_000
# Each as it may be written; the first of each is in the form of RFC 5952, a prefix's an address in it.
SPELLINGS = (
    (b"203.0.113.5", b"203.0.113.5", b"::ffff:203.0.113.5", b"::FFFF:cb00:7105", b"0:0:0:0:0:ffff:203.0.113.5"),
    (b"198.51.100.21", b"198.51.100.21", b"198.51.100.0/24", b"198.51.100.16/255.255.255.248"),
    (b"198.51.100.2", b"198.51.100.2", b"198.51.100.211", b"198.51.100.22"),
    (b"2001:db8::5", b"2001:db8::5", b"2001:DB8:0:0:0:0:0:5", b"2001:0db8::0005", b"2001:db8::/48", b"2001:db8::"),
    (b"10.0.0.1", b"10.0.0.1", b"10.0.0.12"),
)
POOL = [one for every in SPELLINGS for one in every[1:]]
NAMES = (b"user-a", b"USER-A", b"user-a@isp.example", b"user-aa", b"line-1", b"line-2", b"6c:69:6e:65:2d:31")
ADDRESS = re.compile(rb"(?<![0-9A-Za-z:.])(?:[0-9]+(?:\.[0-9]+){3}|2001:[0-9a-fA-F:]+)(?![0-9A-Za-z])")
_COLUMNS = b"acctsessionid, username, nasipaddress, acctstarttime, acctupdatetime, acctstoptime, framedipaddress"
DUMPS = (
    [b"COPY public.radacct (" + _COLUMNS + b") FROM stdin;\n"],
    [b"INSERT INTO radacct (" + _COLUMNS + b") VALUES\n"],
)
UNITS = {"radius-detail": b"\n\n", "nfware-radius": b"\n\n", "dhcpd": b"\n}\n"}


@cache
def units(name: str) -> list[bytes]:
    """Give the records of a format's examples, of one line or several."""
    apart = UNITS.get(name, b"\n")
    every = (unit + apart for example in ALL[name].examples() for unit in example.text.split(apart) if unit)
    return list(dict.fromkeys(every))


def changed(unit: bytes, chance: Random) -> bytes:
    """Give a record of other addresses, at another time, or broken."""
    unit = ADDRESS.sub(lambda match: chance.choice([match[0], *POOL]), unit)
    for old in (b"user-a", b"line-1"):
        unit = unit.replace(old, chance.choice(NAMES))
    if chance.random() < 0.5:
        hour = chance.randrange(24)
        unit = re.sub(rb"\b[012]\d(:[0-5]\d:[0-5]\d)", rb"%02d\1" % hour, unit)
        unit = re.sub(rb"\b100(\d{7})\b", b"100%07d" % chance.randrange(3_000_000), unit)
    if chance.random() < 0.3:  # the night in which the clocks were put back, and another hour of it
        unit = re.sub(rb"2001([-/])10([-/])02", rb"2001\g<1>10\g<2>28", unit).replace(b"Oct  2", b"Oct 28")
        unit = re.sub(rb"\b[012]\d(:[0-5]\d:[0-5]\d)", rb"%02d\1" % chance.randrange(3), unit)
    if chance.random() < 0.2:
        unit = re.sub(rb"\bOct\b", chance.choice([b"Oct", b"Nov", b"Dec", b"Jan"]), unit)
    if chance.random() < 0.2:
        at = chance.randrange(len(unit))
        broken = [b"\n", b'"', b",", b"\0", b"\r\n", b"\n \n", b"\\", b"{", b"}", b" "]
        unit = unit[:at] + chance.choice(broken) + unit[at + chance.randrange(9) :]
    return unit


def read(name: str, texts: list[Any], stated: dict[str, Any], wanted: Wanted) -> list[FileLeases]:
    said = Settings(account=lambda account: account.split(b"@")[0].lower().hex(), **stated)
    return ALL[name].read(texts, said, wanted)


@pytest.mark.parametrize("name", sorted(ALL))
@settings(deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_what_is_parsed_changes_no_figure(name: str, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - nothing is secret
    headers = [unit for unit in units(name) if b"," in unit][:1] if name in {"csv", "radius-csv", "kea"} else []
    headers = chance.choice(DUMPS) if name == "radius-sql" else headers
    texts = []
    for _ in range(chance.randint(1, 2)):
        some = [changed(chance.choice(units(name)), chance) for _ in range(chance.choice([4, 16, 40]))]
        ends = [b"", b"", b"\n", b"x", b"x" * (1 << 20) + b"yz\n \n" if seed % 20 == 0 else b""]
        texts.append(b"".join([*headers, *some]) + chance.choice(ends))
    addresses = {every[0].decode() for every in SPELLINGS if chance.random() < 0.4}
    wanted = Wanted(frozenset(addresses), frozenset(), BEGIN, END)
    stated = dict(chance.choice([example.settings for example in ALL[name].examples()]))
    stated |= chance.choice([{}, {"tolerance": 0}, {"tolerance": 3600_000_000}, {"clock_ahead": 60_000_000}])
    stated |= chance.choice([{}, {"series": ("one", "one")}, {"series": ("one", "other")}])
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, text in enumerate(texts):
            paths.append(Path(folder, str(number)))
            paths[-1].write_bytes(text)
        size = 1 << 20 if max(map(len, texts)) > 1 << 20 else chance.choice([7, 100, 1 << 20])
        sifted = read(name, [SiftedLines(path, block_size=size) for path in paths], stated, wanted)
        every: list[list[Line]] = [list(SiftedLines(path)) for path in paths]
    for one, other in zip(sifted, read(name, every, stated, wanted), strict=True):
        assert one.leases == other.leases
        assert (one.kept, +one.dropped, one.rejects) == (other.kept, +other.dropped, other.rejects)


def parsed_of_all(name: str, folder: Path, text: bytes, stated: dict[str, Any], *addresses: str) -> FileLeases:
    """Read a text of which records are passed over, and show that they make no difference."""
    path = folder / "text"
    path.write_bytes(text)
    wanted = Wanted(frozenset(addresses), frozenset(), BEGIN, END)
    (sifted,) = read(name, [SiftedLines(path)], stated, wanted)
    (every,) = read(name, [list(SiftedLines(path))], stated, wanted)
    assert (sifted.leases, sifted.kept, +sifted.dropped) == (every.leases, every.kept, +every.dropped)
    return sifted


def kea_row(address: str, begin: int, client: int, lasts: int = 3600) -> bytes:
    return b"%b,,01:%02x,%d,%d,1,0,0,,0,,0\n" % (address.encode(), client, lasts, begin + lasts)


def dhcpd_block(address: str, begin: int, client: int) -> bytes:
    times = b"  starts epoch %d;\n  ends epoch %d;\n  cltt epoch %d;\n" % (begin, begin + 3600, begin)
    return b"lease %b {\n%b  uid 01:%02x;\n}\n" % (address.encode(), times, client)


HEADER = (
    b"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
)
ROWS = {"kea": (HEADER, kea_row), "dhcpd": (b"", dhcpd_block)}
CLIENT = {"account_kind": "client-id"}
NOON = 1_002_024_000


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_clock_set_back_between_rows_of_an_address_that_nobody_asked_for_is_seen(name: str, tmp_path: Path) -> None:
    head, row = ROWS[name]
    others = [row("192.0.2.9", NOON + 900, 2), row("192.0.2.9", NOON + 600, 2)]
    text = head + row("192.0.2.1", NOON, 1) + b"".join(others)
    found = parsed_of_all(name, tmp_path, text, CLIENT, "192.0.2.1")
    doubtful = [(lease.begin, lease.end) for lease in found.leases if lease.doubtful]
    assert doubtful == [((NOON + 600) * 1_000_000, (NOON + 900) * 1_000_000)]


@pytest.mark.parametrize("name", sorted(ROWS))
def test_what_an_account_holds_elsewhere_ends_where_another_has_it(name: str, tmp_path: Path) -> None:
    head, row = ROWS[name]
    elsewhere = [row("192.0.2.9", NOON + 60, 1), row("192.0.2.9", NOON + 600, 2), row("192.0.2.8", NOON + 600, 3)]
    text = head + row("192.0.2.1", NOON, 1) + b"".join(elsewhere)
    found = parsed_of_all(name, tmp_path, text, CLIENT, "192.0.2.1")
    assert [(lease.address, lease.end, lease.ends) for lease in found.leases] == [
        ("192.0.2.1", (NOON + 3600) * 1_000_000, "timed_out"),
        ("192.0.2.9", (NOON + 600) * 1_000_000, "replaced"),
    ]


FORENSIC = (
    "2001-10-{day:02} {clock} CET Address: {address} has been assigned for {lasts} seconds to a device with {rest}\n"
)
DEVICE = "hardware address: hwtype=1 02:00:00:00:00:01, client-id: 01:{client:02x}"


def forensic(address: str, clock: str, client: int = 1, lasts: int = 3600, day: int = 2) -> bytes:
    rest = DEVICE.format(client=client)
    return FORENSIC.format(day=day, clock=clock, address=address, lasts=lasts, rest=rest).encode()


def test_the_lines_of_others_tell_which_autumn_hour_it_was(tmp_path: Path) -> None:
    others = [forensic("192.0.2.9", clock, 2, day=28) for clock in ("00:55:00", "01:10:00", "01:59:00")]
    text = b"".join(others) + forensic("192.0.2.9", "01:00:00", 2, day=28) + forensic("192.0.2.1", "01:20:00", day=28)
    stated = {"zone": "Europe/London", **CLIENT}
    found = parsed_of_all("kea-forensic", tmp_path, text, stated, "192.0.2.1")
    assert [(lease.begin, lease.doubtful) for lease in found.leases] == [(1_004_232_000_000_000, False)]


def test_a_clock_set_back_between_lines_of_others_is_seen(tmp_path: Path) -> None:
    clocks = [f"12:{minute:02}:00" for minute in (*range(1, 40), *range(30, 50))]
    others = b"".join(forensic(f"192.0.2.{9 + number}", clock, 9 + number) for number, clock in enumerate(clocks))
    stated = {"zone": "UTC", **CLIENT}
    found = parsed_of_all("kea-forensic", tmp_path, forensic("192.0.2.1", "12:00:00") + others, stated, "192.0.2.1")
    at = 1_002_024_000_000_000
    assert [(lease.begin - at, lease.end - at) for lease in found.leases if lease.doubtful and lease.end] == [
        (30 * 60_000_000, 39 * 60_000_000)
    ]


@pytest.mark.parametrize(("again", "last"), [("11:00:00", [(60, 120)]), ("12:00:00", [(120, 150), (150, 180)])])
def test_leases_of_one_account_are_not_joined_where_the_clock_went_back_between_them(
    again: str, last: list[tuple[int, int]], tmp_path: Path
) -> None:
    others = [("12:00:00", 1), ("12:30:00", 2), (again, 1)]
    text = forensic("192.0.2.1", "10:00:00") + b"".join(forensic("192.0.2.9", *one) for one in others)
    found = parsed_of_all("kea-forensic", tmp_path, text, {"zone": "UTC", **CLIENT}, "192.0.2.1")
    at = 1_002_016_800_000_000
    assert [((one.begin - at) // 60_000_000, ((one.end or 0) - at) // 60_000_000) for one in found.leases] == [
        (0, 60),
        (120, 150),
        *last,
    ]


@pytest.mark.parametrize("times", [[("12:00:00", 1, 0)], [("12:00:00", 1, 60), ("12:00:00", 1, 0)]])
def test_a_lease_of_no_time_holds_nobody_for_longer(times: list[tuple[str, int, int]], tmp_path: Path) -> None:
    text = b"".join(forensic("192.0.2.1", *one) for one in [*times, ("12:00:00", 2, 3600)])
    found = parsed_of_all("kea-forensic", tmp_path, text, {"zone": "UTC", **CLIENT}, "192.0.2.1")
    assert [lease.account for lease in found.leases] == [b"01:02".hex()]


def test_a_restart_names_no_routing_domain(tmp_path: Path) -> None:
    start = next(example.text for example in ALL["nfware-radius"].examples())
    restart = b"Tue Oct  2 21:00:00 2001\n\tAcct-Status-Type = Accounting-On\n\tTimestamp = 1002052800\n\n"
    found = parsed_of_all("nfware-radius", tmp_path, start + restart, {"zone": "Europe/London"}, "203.0.113.5")
    assert {lease.inner for lease in found.leases} == {"10.0.0.1"}


def test_of_two_records_in_a_line_each_names_its_routing_domain(tmp_path: Path) -> None:
    line = b"1 2001 Oct 2 %b:00 x1 - - NAT44 - %b\n"
    record = b"[Userbased%b - 10.0.0.1 %b - %b - 1024 1535 - -]"
    own = [line % (at, record % (act, b"vrf-a", b"203.0.113.5")) for at, act in ((b"19:00", b"A"), (b"19:30", b"W"))]
    others = [record % (b"A", realm, b"192.0.2.1") for realm in (b"vrf-a", b"-")]
    text = b"".join(own) + line % (b"19:40", b"".join(others))
    found = parsed_of_all("cisco-nat", tmp_path, text, {"zone": "UTC"}, "203.0.113.5")
    assert {lease.inner for lease in found.leases} == {None}


HELD = (*SPELLINGS[:2], SPELLINGS[3])


@pytest.mark.parametrize("written", [one for every in HELD for one in every[1:5]])
def test_an_address_is_held_however_it_is_written(written: bytes) -> None:
    names = Names({every[0].decode() for every in HELD})
    around = [b"%b", b"a,%b,b", b"[%b]", b"in %b.", b'x="%b"', b"Address:%b has"]
    assert all(names.holds(form % written) for form in around)


@pytest.mark.parametrize(
    "written", [b"203.0.113.51", b"1203.0.113.5", b"x203.0.113.5", b"2001:db8::51", b"02:00:00:00:5"]
)
def test_what_an_address_is_a_part_of_does_not_hold_it(written: bytes) -> None:
    assert not Names({"203.0.113.5", "2001:db8::5"}).holds(b"a," + written + b",b")


def test_a_word_is_held_in_either_letter_case_where_it_is_not_a_part_of_another() -> None:
    names = Names((), words_of([b"user-1@isp.example", b"line 1/2", b'a"bc"']))
    assert all(names.holds(text) for text in (b"USER-1@other.example", b"x,user-1", b'"line 1/2"', b'"a""bc"""'))
    assert not any(names.holds(text) for text in (b"user-12", b"xuser-1", b"user-", b""))


def test_the_other_records_of_an_account_in_any_letters_are_found(tmp_path: Path) -> None:
    account = "\u0438\u0432\u0430\u043d"
    path = tmp_path / "assignments.csv"
    rows = (
        f"{address},,,2001-10-02T10:00:00Z,2001-10-02T11:00:00Z,{account}" for address in ("192.0.2.1", "192.0.2.2")
    )
    path.write_text("\n".join(("address,port_from,port_to,from,until,account", *rows, "")), encoding="utf-8")
    wanted = Wanted(frozenset(("192.0.2.1",)), frozenset(), BEGIN, END)
    (file,) = read("csv", [SiftedLines(path)], {}, wanted)
    assert file.kept == 2


def test_a_dotted_tail_behind_six_groups_is_let_through(tmp_path: Path) -> None:
    path = tmp_path / "assignments.csv"
    row = "64:ff9b:0:0:0:0:192.0.2.1,,,2001-10-02T10:00:00Z,2001-10-02T11:00:00Z,user-a"
    path.write_text(f"address,port_from,port_to,from,until,account\n{row}\n", encoding="utf-8")
    wanted = Wanted(frozenset(("64:ff9b::c000:201",)), frozenset(), BEGIN, END)
    (file,) = read("csv", [SiftedLines(path)], {}, wanted)
    assert file.kept == 1
