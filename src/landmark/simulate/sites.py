"""The provider's servers: watched forums and newsgroups, what is beside them, and the browsers of the time."""

from __future__ import annotations

from typing import NamedTuple

from landmark.simulate.clock import BEGIN, DAY

CLUB = "club.example"
"""The forum with a server and a log of its own, whose log has no host in it."""
MEMBERS = "/members/"
"""The path on it for which the server asks for a password."""


class Forum(NamedTuple):
    """A watched web forum, and where it stands in the case."""

    id: str
    host: str  # as the case has it
    path: str | None
    hosts: tuple[str, ...]  # the hosts that it is found at
    since: int | None = None  # rows before are outside the window

    @property
    def base(self) -> str:
        """The path without its last slash; empty for a whole host."""
        return (self.path or "").rstrip("/")


def _forum(name: str, host: str, path: str | None, since: int | None = None) -> Forum:
    return Forum(name, host, path, (host,), since)


FORUMS = (
    _forum("forum-a-board", "forum-a.example", "/board/"),
    _forum("forum-a-gallery", "forum-a.example", "/gallery/"),
    _forum("forum-b", "forum-b.example", None),
    _forum("forum-c", "forum-c.example", "/cgi-bin/talk"),
    _forum("forum-d", "forum-d.example", "/forum"),
    _forum("forum-e-red", "forum-e.example", "/rooms/red/"),
    _forum("forum-e-blue", "forum-e.example", "/rooms/blue/"),
    _forum("forum-f", "forum-f.example", "/swap/"),
    _forum("forum-g", "forum-g.example", "/~keeper/"),
    _forum("forum-h", "forum-h.example", "/board/"),
    _forum("forum-i-one", "forum-i.example", "/one/"),
    _forum("forum-i-two", "forum-i.example", "/two/"),
    Forum("rooms", "*.rooms.example", "/r/", ("north.rooms.example", "south.rooms.example")),
    _forum("forum-j", "forum-j.example", "/list/", BEGIN + 3 * DAY),
    _forum("forum-k", "forum-k.example", "/talk/"),
    _forum("forum-l", "forum-l.example", "/bbs/"),
    _forum("club-talk", CLUB, "/lounge/"),
    _forum("club-members", CLUB, MEMBERS),
)
BOARD, GALLERY, WHOLE_HOST = FORUMS[:3]
LOUNGE, MEMBERS_ONLY = FORUMS[-2:]
OPEN_FORUMS = tuple(forum for forum in FORUMS if forum.path != MEMBERS)
"""Forums that ask for no password."""

GROUPS = tuple(f"test.watched.{letter}" for letter in "abcdefghijk")
"""Watched newsgroups that the case names one by one."""
WILDCARD = "test.watched.pool"
"""A watched hierarchy: the case names it with `.*`."""
READ_GROUPS = (*GROUPS, f"{WILDCARD}.one", f"{WILDCARD}.two")
OTHER_GROUPS = ("test.other.cooking", "test.other.rail", "test.watchedly.a", "test.watched.pool")
"""Not watched, though two of them look like it."""


def watched(group: str) -> bool:
    """Say whether a newsgroup is one that the case watches."""
    return group in READ_GROUPS


OTHER_PAGES = (
    ("www.example", "/"),
    ("www.example", "/prices.html"),
    ("shop.example", "/cart"),
    ("weather.example", "/today"),
    ("rooms.example", "/r/lobby"),  # a wildcard does not match the bare name
    ("forum-a.example", "/boardroom/minutes.html"),  # a longer segment is another place
    ("forum-d.example", "/"),
    ("forum-i.example", "/three/index.html"),
    (CLUB, "/menu.html"),
    (CLUB, "/opening-hours.html"),
)
"""What else these servers have: host and path, none of it watched."""
STATIC = ("style.css", "logo.gif", "rule.gif", "menu.js")

BROWSERS = (
    "Mozilla/4.0 (compatible; MSIE 5.01; Windows NT 5.0)",
    "Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)",
    "Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 4.0)",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "Mozilla/4.77 [en] (Windows NT 5.0; U)",
    "Mozilla/4.76 [en] (X11; U; Linux 2.2.16 i686)",
    "Mozilla/5.0 (Windows; U; Windows NT 5.0; en-US; rv:0.9.4) Gecko/20011019 Netscape6/6.2",
    "Mozilla/5.0 (Macintosh; U; PPC; en-US; rv:0.9.4) Gecko/20010913",
    "Opera/5.12 (Windows 98; U)  [en]",
)
CRAWLERS = ("Googlebot/2.1", "Mozilla/3.0 (Slurp/si)", "FAST-WebCrawler/2.2.10", "ia_archiver")
