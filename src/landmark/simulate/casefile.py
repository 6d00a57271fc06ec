"""The case file of a simulated world, as a person would write it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from landmark.simulate.clock import BEGIN, END, iso
from landmark.simulate.machines import UNIT_ADDRESS
from landmark.simulate.recording import ASSIGNMENTS, INNER, NAT, POOL
from landmark.simulate.sites import CLUB, FORUMS, GROUPS, MEMBERS, WILDCARD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from landmark.simulate.kinds import Kind

_HEAD = f"""\
# A simulated provider: every line in it is invented, and truth.json says who sat where.
[case]
id = "simulated"
title = "Operation Landmark, simulated"
lead = "GB"

[authority]  # nothing outside it is kept
reference = "W-2001-117"
issuer = "Example Court"
provider = "Example Internet"
country = "GB"
zone = "Europe/London"
from = {iso(BEGIN)}
until = {iso(END)}  # half-open; the clocks change in its last night but one
covers = ["traffic", "identification", "subscriber"]

[rules]
visit_gap = "30m"
more_than = 10
clock_tolerance = "5s"

[countries]
addresses = "geo.csv"  # dated in its first line

[[log]]  # one server with many hosts; rotated weekly
files = ["logs/access.log*"]
format = "vhost_combined"

[[log]]  # a server of its own; it asks for a password under one path
files = ["logs/club-access.log*"]
format = "combined"
host = "{CLUB}"
login_verified = ["{MEMBERS}"]

[[log]]  # syslog in local time, without year
files = ["logs/news.notice*"]
format = "inn"
zone = "Europe/London"
year = 2001

[[log]]  # a second news server, hardly used
files = ["logs/news2.notice"]
format = "inn"
zone = "Europe/London"
year = 2001

@SOURCES@
[[subscribers]]  # read by `landmark reveal` alone
files = ["isp/subscribers.csv"]

[[known]]  # the unit that is at work on the case
address = "{UNIT_ADDRESS}"
from = {iso(BEGIN)}
until = {iso(END)}
who = "Example Unit"
why = "reads the forums for the case"
"""


_SOURCES = {
    ASSIGNMENTS: """\
[[assignment]]
files = ["isp/assignments.csv"]
format = "csv"
zone = "@ZONE@"
account = "user-name"
""",
    POOL: f"""\
[[assignment]]  # the pool, a file for each day; the date of each packet is local, its Timestamp is not
files = ["isp/{POOL}/detail-*"]
format = "radius-detail"
zone = "Europe/London"
account = "user-name"
""",
    INNER: f"""\
[[assignment]]  # inner addresses
files = ["isp/{INNER}/detail-*"]
format = "radius-detail"
zone = "Europe/London"
account = "user-name"
realm = "inner"
""",
    NAT: """\
[[assignment]]  # blocks of ports, with the inner address that had each
files = ["isp/nat.log"]
format = "juniper-pba"
year = 2001
zone = "UTC"
account = "inner-address"
realm = "inner"
""",
}
_PORT = "client_port = 1  # the last field\n"


def case_text(kind: Kind, sources: Iterable[str]) -> str:
    """Give the text of `case.toml`: thirty targets, of which eighteen are forums and twelve newsgroups.

    Args:
        kind: of the world.
        sources: the provider's sources of records.
    """
    stated = "\n".join(_SOURCES[name] for name in sources).replace("@ZONE@", "Europe/London" if kind.zones else "UTC")
    head = _HEAD.replace("@SOURCES@\n", f"{stated}\n")
    if kind.ports:
        head = re.sub(r'(format = "(?:vhost_)?combined"\n)', rf"\1{_PORT}", head)
    if kind.measured:
        stated = f'clock_ahead = "{kind.measured}"\nwhy = "held against the time signal"\n'
        head = head.replace('format = "vhost_combined"\n', f'format = "vhost_combined"\n{stated}')
    parts = [head]
    for forum in FORUMS:
        lines = ["[[target]]", f'id = "{forum.id}"', f'host = "{forum.host}"']
        if forum.path is not None:
            lines.append(f'path = "{forum.path}"')
        if forum.since is not None:
            lines += [f"from = {iso(forum.since)}", 'basis = "listed later"']
        parts.append("\n".join(lines) + "\n")
    named = [(group.removeprefix("test.watched."), group) for group in GROUPS]
    for name, group in [*named, (WILDCARD.removeprefix("test.watched."), f"{WILDCARD}.*")]:
        parts.append(f'[[target]]\nid = "group-{name}"\nnewsgroup = "{group}"\n')
    return "\n".join(parts)
