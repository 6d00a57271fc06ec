"""Measures how fast assignment records are read of which few are asked for, beside reading all of them and `grep -F`.

    python -m bench.assignments --megabytes 200 --addresses 30000

The data are drawn from a seed; one record in a hundred is of an address that is asked for. `grep -F -f` (or `rg`, where
it is there) finds lines and knows no records, accounts, spellings or clocks: it is the floor, not an equal.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.assignments.sieve import EveryLine
from landmark.scan.sifting import SiftedLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from landmark.lines import Line

_BEGIN = datetime(2001, 10, 2, tzinfo=UTC)
_FOR_EVER = 4_000_000_000_000_000
_OTHERS = 300_000
_SHARE = 0.01


def _csv(number: int, at: datetime, address: str, account: int) -> str:
    head = "" if number else "address,port_from,port_to,from,until,account\n"
    return f"{head}{address},,,{at:%Y-%m-%dT%H:%M:%SZ},{at + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ},user-{account:06}\n"


def _nat(number: int, at: datetime, address: str, account: int) -> str:
    inner = f"100.64.{account % 251}.{account % 241}:{1024 + number % 60_000}"
    return (
        f"{at:%b %e %H:%M:%S} cgn1 A VRF 0 6 INT {inner} EXT {address}:{1024 + number % 60_000} "
        "DST 192.0.2.80:443 DIR OUT\n"
    )


def _detail(number: int, at: datetime, address: str, account: int) -> str:
    status = "Interim-Update" if number % 2 else "Start"
    attributes = (
        f'Acct-Session-Id = "S{number // 2:08}"',
        f'User-Name = "user-{account:06}@isp.example"',
        f"Acct-Status-Type = {status}",
        "NAS-IP-Address = 192.0.2.1",
        f'NAS-Port-Id = "slot=1;port={number % 97}"',
        "Service-Type = Framed-User",
        "Framed-Protocol = PPP",
        f"Framed-IP-Address = {address}",
        f"Acct-Input-Octets = {number}",
        f"Acct-Output-Octets = {number * 3}",
        f'Acct-Unique-Session-Id = "{number:032x}"',
        f"Timestamp = {int(at.timestamp())}",
    )
    return f"{at:%a %b %e %H:%M:%S %Y}\n" + "".join(f"\t{one}\n" for one in attributes) + "\n"


def _kea(number: int, at: datetime, address: str, account: int) -> str:
    head = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
    device = f"02:00:{account >> 24:02x}:{account >> 16 & 255:02x}:{account >> 8 & 255:02x}:{account & 255:02x}"
    row = f"{address},{device},01:{device},3600,{int(at.timestamp()) + 3600},1,0,0,,0,\n"
    return row if number else head + row


def _kea_forensic(number: int, at: datetime, address: str, account: int) -> str:
    deed = "renewed" if number % 4 else "assigned"
    device = f"02:00:{account >> 24:02x}:{account >> 16 & 255:02x}:{account >> 8 & 255:02x}:{account & 255:02x}"
    return (
        f"{at:%Y-%m-%d %H:%M:%S} UTC Address: {address} has been {deed} for 1 hrs 0 mins 0 secs to a device with "
        f"hardware address: hwtype=1 {device}, client-id: 01:{device} connected via relay at address: 192.0.2.1, "
        f"identified by circuit-id: {account:08x} and remote-id: 02:00\n"
    )


def _dhcpd(_number: int, at: datetime, address: str, account: int) -> str:
    device = f"02:00:{account >> 24:02x}:{account >> 16 & 255:02x}:{account >> 8 & 255:02x}:{account & 255:02x}"
    starts, ends = (f"{one:%w %Y/%m/%d %H:%M:%S}" for one in (at, at + timedelta(hours=1)))
    return (
        f"lease {address} {{\n  starts {starts};\n  ends {ends};\n  cltt {starts};\n  binding state active;\n"
        f"  next binding state free;\n  rewind binding state free;\n  hardware ethernet {device};\n"
        f'  option agent.circuit-id "line-{account:06}";\n  client-hostname "pc-{account}";\n}}\n'
    )


def _dhcpd_syslog(number: int, at: datetime, address: str, account: int) -> str:
    device = f"02:00:{account >> 24:02x}:{account >> 16 & 255:02x}:{account >> 8 & 255:02x}:{account & 255:02x}"
    head = f"{at:%b %e %H:%M:%S} dhcp1 dhcpd[471]: "
    return (
        f"{head}DHCPREQUEST for {address} from {device} via 192.0.2.1\n"
        f"{head}Lease for {address} raw option-82 info is CID: 0.4.{account >> 8 & 255}.{account & 255} AID: 0.6.2\n"
        f"{head}DHCPACK on {address} to {device} (pc-{number}) via 192.0.2.1\n"
    )


def _nfware_radius(number: int, at: datetime, address: str, account: int) -> str:
    attributes = (
        "Acct-Status-Type = Start",
        f'Acct-Session-Id = "{number:08x}"',
        'NAS-Identifier = "cgn1"',
        f"NFWare-vCGNAT-Inside-Addr = 100.64.{account % 251}.{account % 241}",
        f"NFWare-vCGNAT-Nat-Addr = {address}",
        f"NFWare-vCGNAT-NAT-Port-Start = {1024 + number % 600 * 100}",
        f"NFWare-vCGNAT-NAT-Port-End = {1123 + number % 600 * 100}",
        "NFWare-vCGNAT-VRF = 1",
        f"Timestamp = {int(at.timestamp())}",
    )
    return f"{at:%a %b %e %H:%M:%S %Y}\n" + "".join(f"\t{one}\n" for one in attributes) + "\n"


_KINDS = {"kea": "client-id", "kea-forensic": "circuit-id", "dhcpd": "circuit-id", "dhcpd-syslog": "circuit-id"}
_RECORDS = {
    "csv": _csv,
    "nfware-nat": _nat,
    "radius-detail": _detail,
    "nfware-radius": _nfware_radius,
    "kea": _kea,
    "kea-forensic": _kea_forensic,
    "dhcpd": _dhcpd,
    "dhcpd-syslog": _dhcpd_syslog,
}


def write(name: str, path: Path, size: int, wanted: list[str], others: list[str]) -> int:
    """Write records of one format until there are `size` bytes; give how many."""
    chance = Random(name)  # noqa: S311 - nothing is secret
    holders = {address: number for number, address in enumerate([*wanted, *others])}
    written = 0
    with path.open("w", encoding="ascii") as file:
        for number in count():
            address = chance.choice(wanted if chance.random() < _SHARE else others)
            at = _BEGIN + timedelta(seconds=number // 50)
            written += file.write(_RECORDS[name](number, at, address, holders[address]))
            if written >= size:
                return number + 1
    raise AssertionError


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """Give processor seconds, those of processes begun included, and what came of it."""
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found


def main() -> None:
    """Measure and print a row for each format."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=20)
    parser.add_argument("--addresses", type=int, default=30_000)
    parser.add_argument("--formats", nargs="*", choices=list(_RECORDS), default=list(_RECORDS))
    asked_for = parser.parse_args()
    chance = Random(1)  # noqa: S311 - nothing is secret
    pool = [f"10.{64 + n // 65_536}.{n // 256 % 256}.{n % 256}" for n in range(12 * 65_536)]
    chance.shuffle(pool)
    wanted, others = pool[: asked_for.addresses], pool[asked_for.addresses :][:_OTHERS]
    asked = Wanted(frozenset(wanted), frozenset(), 0, _FOR_EVER)
    stated = Settings(account=lambda account: account.hex(), zone="UTC", year=2001)
    grep = shutil.which("rg") or shutil.which("grep")
    sys.stdout.write("format | records | MB | asked, first, s | asked, again, s | all, s | times | grep -F, s\n")
    with tempfile.TemporaryDirectory() as folder:
        needles = Path(folder, "needles")
        needles.write_text("".join(f"{one}\n" for one in wanted), encoding="ascii")
        for name in asked_for.formats:
            path = Path(folder, name)
            size = asked_for.megabytes * 1_000_000
            records = write(name, path, size, wanted, others)

            kind = replace(stated, account_kind=_KINDS.get(name, ""))

            def read(text: Iterable[Line], name: str = name, kind: Settings = kind) -> list[FileLeases]:
                return ALL[name].read([text], kind, asked)

            first, found = timed(partial(read, SiftedLines(path)))
            again, _ = timed(partial(read, SiftedLines(path)))
            every, same = timed(partial(read, EveryLine(SiftedLines(path))))
            if found != same:
                sys.exit(f"{name}: what was parsed changed what came out")
            floor = "-"
            if grep is not None:
                begun = time.perf_counter()
                subprocess.run([grep, "-c", "-F", "-f", needles, path], check=False, capture_output=True)  # noqa: S603 - our own files
                floor = f"{time.perf_counter() - begun:.2f}"
            seconds = f"{first:.2f} | {again:.2f} | {every:.2f} | {every / again:.0f} | {floor}"
            sys.stdout.write(f"{name} | {records} | {asked_for.megabytes} | {seconds}\n")


if __name__ == "__main__":
    main()
