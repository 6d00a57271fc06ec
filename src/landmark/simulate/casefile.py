"""The case file of a simulated world, as a person would write it."""

from __future__ import annotations

from landmark.simulate.clock import BEGIN, END, iso
from landmark.simulate.machines import UNIT_ADDRESS
from landmark.simulate.sites import CLUB, FORUMS, GROUPS, MEMBERS, WILDCARD

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
covers = ["traffic", "identification"]

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

[[assignment]]
files = ["isp/assignments.csv"]
format = "csv"
zone = "UTC"
account = "user-name"

[[known]]  # the unit that is at work on the case
address = "{UNIT_ADDRESS}"
from = {iso(BEGIN)}
until = {iso(END)}
who = "Example Unit"
why = "reads the forums for the case"
"""


def case_text() -> str:
    """Give the text of `case.toml`: thirty targets, of which eighteen are forums and twelve newsgroups."""
    parts = [_HEAD]
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
