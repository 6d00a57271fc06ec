"""What ISC dhcpd tells syslog of addresses that it gives: a history, as far as no line is lost.

    dhcpd[471]: Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.1 with a circuit-id of "0:4:0:a" and
                remote-id of "0:6:2" for 198.51.100.21 (2:0:0:0:0:1) lease time is undefined seconds.
    dhcpd[471]: Lease for 198.51.100.21 raw option-82 info is CID: 0.4.0.10 AID: 0.6.2
    dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 (host) via 192.0.2.1

The server itself names no line. The first two are what providers have it log of the relay agent option (RFC 3046); such
a line belongs to the acknowledgement of its address that follows within five seconds. One without such a line gives the
address to a holder whom nobody recorded.

How long a lease lasts only some builds say (`lease-duration`); the time in the first line is what the client asked for.
Without it an acknowledgement is doubtful from itself on, until the next; where that is of the same client and account,
and the address was not offered in between, all between is certain: the server acknowledges a request that answers no
offer only where its record of the address still names that client. But where the log was silent for more than an hour
in between, an offer to another may be among the lines that are lost. `DHCPRELEASE … (found)` ends a lease (`released`);
so does an address that is abandoned, and `DHCPEXPIRE` (`timed_out`). Where one names another device than the lease
before, or the address is offered to another while it goes on, or given to one whom it was not offered though offers of
it are logged, a line that took it from its holder is lost (`holders`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landmark.assignments import Example, elsewhere
from landmark.assignments.dhcp.dhcpd_history import History
from landmark.assignments.dhcp.dhcpd_messages import IDS, masked, meanings, read_message
from landmark.assignments.dhcp.line_histories import read_lines
from landmark.assignments.elsewhere import Written, stretches_of
from landmark.assignments.held_rows import Reading
from landmark.assignments.names import Names
from landmark.assignments.stamps import message_of
from landmark.assignments.times import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from landmark.assignments import FileLeases, Settings, Wanted
    from landmark.assignments.elsewhere import Accounts
    from landmark.lines import Line


class DhcpdSyslog:
    """The format; `FORMAT` is the one there is."""

    name = "dhcpd-syslog"
    version = 1
    needs_zone = False
    needs_year: bool | None = None
    translates = False

    def read(self, texts: Iterable[Iterable[Line]], settings: Settings, wanted: Wanted) -> list[FileLeases]:
        """Read the texts; lines of one address follow one another also from a text to the next of its series."""
        faulty = Names(wanted.addresses)

        def once(texts: Sequence[Iterable[Line]], names: Names) -> Reading:
            return _once(texts, names, faulty, settings)

        def look(texts: Sequence[Iterable[Line]], accounts: Accounts) -> set[str]:
            return {address for text in texts for address in _addresses_of(text, accounts)}

        written = Written(IDS.get(settings.account_kind, ()), meanings)
        return elsewhere.read(once, look, written, texts, settings, wanted)

    def mask(self, line: bytes) -> bytes:
        """Give the line with whatever names a client, its line or its device replaced by `***`."""
        return masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, rejects included."""
        return _EXAMPLES


def _once(texts: Sequence[Iterable[Line]], names: Names, faulty: Names, settings: Settings) -> Reading:
    reading = Reading(settings)
    for history in read_lines(texts, names, faulty, reading, lambda series: History(series, settings)):
        for record in history.tell():
            reading.texts[record.text].dropped["not_watched"] += 1
    return reading


def _addresses_of(text: Iterable[Line], accounts: Accounts) -> Iterator[str]:
    """Give the addresses of messages that name an account asked for."""
    for data in stretches_of(text) if accounts else ():
        for line in accounts.lines(data):
            try:
                message = read_message((message_of(line.removesuffix(b"\r")) or b"").removeprefix(b" "))
            except UnreadableError:
                continue
            if message is not None:
                yield message.address


_AT = b"Oct  2 07:00:00 dhcp1 dhcpd[471]: "
_LINE_1 = (
    b"Option 82: received a REQUEST DHCP packet from relay-agent 192.0.2.1 with a circuit-id of "
    b'"6c:69:6e:65:2d:31" and remote-id of "0:6:2" for 198.51.100.21 (2:0:0:0:0:1) lease time is undefined seconds.\n'
)
_STATED = {"zone": "Europe/London", "year": 2001, "account_kind": "circuit-id"}
_EXAMPLES = (
    Example(
        "what lies between acknowledgements of one client is certain, what follows the last is not",
        _AT + _LINE_1 + _AT + b"DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 (pc) via 192.0.2.1\n"
        b"Oct  2 07:30:00 dhcp1 dhcpd[471]: "
        + _LINE_1
        + b"Oct  2 07:30:01 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 via 192.0.2.1\n"
        b"Oct  2 08:00:00 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:02 via 192.0.2.1\n",
        (
            {
                "begin": 1_002_002_400_000_000,
                "end": 1_002_004_201_000_000,
                "account": "line-1",
                "doubtful": False,
                "rows": (1, 2, 3, 4),
            },
            {"begin": 1_002_004_201_000_000, "end": 1_002_006_000_000_000, "doubtful": True, "ends": "replaced"},
            {"begin": 1_002_006_000_000_000, "end": None, "account": None, "doubtful": True, "ends": "open"},
        ),
        settings=_STATED,
    ),
    Example(
        "a lease that says how long it lasts; released before; times with year and zone",
        b"2001-10-02T06:00:00+00:00 dhcp1 dhcpd[471]: Lease for 198.51.100.21 raw option-82 info is CID: 0.4.0.10\n"
        b"2001-10-02T06:00:00.5+00:00 dhcp1 dhcpd[471]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:01 via eth2 "
        b"relay 192.0.2.1 lease-duration 3600 (NEW)\n"
        b"2001-10-02T06:10:00+00:00 dhcp1 dhcpd[471]: DHCPRELEASE of 198.51.100.21 from 02:00:00:00:00:01 via "
        b"eth2 (found)\n"
        b"2001-10-02T06:11:00+00:00 dhcp1 sshd[1]: DHCPACK on 198.51.100.21 to 02:00:00:00:00:02 via eth2\n",
        (
            {
                "begin": 1_002_002_400_500_000,
                "end": 1_002_003_000_000_000,
                "account": "0.4.0.10",
                "ends": "released",
            },
        ),
        {"not_watched": 1},
        settings={"account_kind": "circuit-id"},
    ),
    Example(
        "what cannot be read is located by its reason, and the next line is read",
        _AT + b"DHCPACK on 198.51.100.21 to 02:00:00:0\0\n"
        b"Oct 32 07:00:00 dhcp1 dhcpd[471]: DHCPDISCOVER from 02:00:00:00:00:01 via eth2\n"
        b"no line of syslog\n\n" + _AT + b"DHCPACK to 198.51.100.21 (02:00:00:00:00:01) via eth2\n",
        (),
        {"empty": 1, "not_watched": 3},
        {"malformed": 1},
        _STATED,
    ),
)
FORMAT = DhcpdSyslog()
