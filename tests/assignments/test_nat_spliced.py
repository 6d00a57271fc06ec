"""A line in which another's begins: nobody knows whose port is whose, or when that was."""

from __future__ import annotations

import pytest

from landmark.assignments import ALL, FileLeases, Settings, Wanted
from landmark.lines import Line

SECOND = 1_000_000
HEAD = "2001-10-02T19:00:00Z cgn1 "
NINETEEN = 1_002_049_200 * SECOND
LATER = "2001-10-02T19:30:00Z cgn1 "
RECORDS = (
    ("nfware-nat", "A VRF 0 6 INT 10.0.0.1:57938 EXT 203.0.113.5:1024"),
    ("nfware-nat", "A VRF 0 INT 10.0.0.1 EXT 203.0.113.5:1024-1535"),
    (
        "ulogd",
        (
            "[NEW] ORIG: SRC=10.0.0.1 DST=192.0.2.80 PROTO=TCP SPT=5000 DPT=80 PKTS=0 BYTES=0 , "
            "REPLY: SRC=192.0.2.80 DST=203.0.113.5 PROTO=TCP SPT=80 DPT=1024 PKTS=0 BYTES=0 "
        ),
    ),
    ("cisco-nat", "%ASA-6-305011: Built dynamic TCP translation from a:10.0.0.1/1 to b:203.0.113.5/1024"),
    ("cisco-nat", "%IPNAT-6-CREATED: tcp 10.0.0.1:1 203.0.113.5:1024 192.0.2.80:80 192.0.2.80:80"),
    ("cisco-nat", "- - NAT44 - [UserbasedA - 10.0.0.1 - - 203.0.113.5 - 1024 1535 - -]"),
    (
        "juniper-session",
        (
            'RT_FLOW - RT_FLOW_SESSION_CREATE [j source-address="10.0.0.1" nat-source-address="203.0.113.5" '
            'nat-source-port="1024" nat-destination-address="192.0.2.80" nat-destination-port="80" protocol-id="6" '
            'session-id="7"]'
        ),
    ),
    (
        "juniper-session",
        (
            "RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.0.0.1/5000->192.0.2.80/80 junos-http "
            "203.0.113.5/1024->192.0.2.80/80 r1 None 17 p trust untrust 77 N/A(N/A) ge-0/0/0.0"
        ),
    ),
    (
        "juniper-pba",
        (
            'RT_NAT - RT_SRC_NAT_PBA_INTERIM [internal-ip="10.0.0.1" block-port-low="1024" block-port-high="1151" '
            'reflexive-ip="203.0.113.5"]'
        ),
    ),
    ("juniper-pba", "[FWNAT]: ASP_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 203.0.113.5:1024-1099"),
    ("f5-nat", 'ip_protocol="TCP",lsn_event="LSN_ADD",cli="10.0.0.1:5000",nat="203.0.113.5:1024"'),
    ("f5-nat", "LSN_ADD 10.0.0.1%0:5000 6 203.0.113.5%0:1024 192.0.2.80 80"),
    ("f5-nat", '"LSN_ADD""10.0.0.1: 5000""203.0.113.5:1024"'),
    ("f5-nat", '"LSN_PB_ALLOCATED""10.0.0.1""203.0.113.5: 1024-1087"'),
    ("f5-nat", 'lsn_event="LSN_PB_ALLOCATED",lsn_client="10.0.0.1",lsn_pb="203.0.113.5: 1024-1087"'),
    ("a10-nat", "NAT-TCP-C: 10.0.0.1:5000 -> 203.0.113.5: 1024"),
    ("a10-nat", "NAT-TCP-C: 10.0.0.1:5000<-->203.0.113.5:1024 to 192.0.2.80:80"),
    ("a10-nat", "NAT-TCP-C: 10.0.0.1:5000<->192.0.2.80:80, 192.0.2.80:80<-->203.0.113.5:1024"),
    ("a10-nat", "FIXED-NAT-PORTS 10.0.0.1->203.0.113.5:1024-4000"),
    (
        "a10-nat",
        (
            "CEF:0|A10|CFW|6|CGN 100|Nat Port Allocated|5|proto=TCP src=10.0.0.1 "
            "sourceTranslatedAddress=203.0.113.5 sourceTranslatedPort=1024"
        ),
    ),
)


def read(name: str, text: str) -> FileLeases:
    wanted = Wanted(frozenset({"203.0.113.5", "203.0.113.6"}), frozenset(), 0, 4_000_000_000 * SECOND)
    settings = Settings(lambda account: account.hex(), zone="UTC", year=2001)
    (reading,) = ALL[name].read([[Line(1, 0, text.encode(), ended=True)]], settings, wanted)
    return reading


@pytest.mark.parametrize(("name", "record"), RECORDS)
def test_a_line_in_which_another_begins_is_malformed_wherever_the_first_is_cut_off(name: str, record: str) -> None:
    """No inner address of the one is put on the side of the other, and nothing stands at the other's instant."""
    other = record.replace("10.0.0.1", "10.0.0.2").replace("203.0.113.5", "203.0.113.6").replace("1024", "1030")
    assert [lease.inner for lease in read(name, LATER + other).leases] == ["10.0.0.2"]
    for at in range(1, len(record) + 1):
        reading = read(name, HEAD + record[:at] + LATER + other)
        assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], []), record[:at]


HEADS = (
    "Oct  2 19:00:00 loghost Oct  2 19:00:01 cgn1 ",
    "Oct  2 19:00:00 loghost 192.0.2.7 Oct  2 19:00:01 cgn1 ",
    "Oct  2 19:00:00 loghost 192.0.2.7 4711: .Oct  2 2001 19:00:01.250 UTC: ",
    "2001-10-02T19:00:00Z loghost 2001-10-02T21:00:01+02:00 relay Oct  2 19:00:02 cgn1 ",
    "2001-10-02T19:00:00Z Oct  2 19:00:01 cgn1 ",
    "Oct  2 19:00:00 cgn1 (FPC Slot 2, PIC Slot 0) 2001-10-02 18:00:00: {sset}[nat]: ",
    "Oct  2 19:00:00 192.0.2.7 1 2001-10-02T19:00:01.250Z srx1 ",
    "Oct  2 19:00:00 192.0.2.7 1 2001 Oct  2 19:00:01 cgn1 ",
    "2001-10-02T19:00:00Z 192.0.2.7 <134>1 2001-10-02T19:00:01.250Z srx1 ",
    "Oct  2 19:00:00 192.0.2.7 <134>Oct  2 19:00:01 cgn1 ",
    "Oct  2 19:00:00 192.0.2.7 <189>4711: Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: cgn1: Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: 2001:db8::7: *Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: 004712: Oct  2 2001 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: RP/0/RSP0/CPU0:Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 <189>4711: cgn1 RP/0/RSP0/CPU0:2001 Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: cgn1 0/RP0/CPU0:Oct  2 19:00:01.250 UTC: ",
    "Oct  2 19:00:00 192.0.2.7 4711: *Mar  1 00:07:31.250: ",  # a clock that was never set, and says so
    "Oct  2 19:00:00 192.0.2.7 4711: .Oct  2 18:53:02.250: ",  # one that is not synchronised any more
    "2001-10-02T19:00:00Z cgn1 Oct  3 00:45:09 cgn1 ",  # of another zone
    "<134>1 2001-10-02T19:00:00Z relay - - - - Oct  2 19:00:01 lb1 ",
    "<134>1 2001-10-02T19:00:00Z relay - - - - <134>Oct  2 19:00:01 lb1 ",
)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("name", "record"), [*RECORDS[3:7], RECORDS[10]])
def test_a_devices_own_head_behind_that_of_a_log_server_is_no_other_line(head: str, name: str, record: str) -> None:
    """The log server's instant is the record's, as its clock is the one that is declared."""
    (lease,) = read(name, head + record).leases
    assert (lease.inner, lease.begin) == ("10.0.0.1", NINETEEN)


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(("name", "record"), [*RECORDS[3:7], RECORDS[10]])
def test_behind_a_devices_own_head_too_no_other_line_begins(head: str, name: str, record: str) -> None:
    other = record.replace("10.0.0.1", "10.0.0.2").replace("203.0.113.5", "203.0.113.6").replace("1024", "1030")
    for at in range(1, len(record) + 1):
        reading = read(name, head + record[:at] + head + other)
        assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], []), record[:at]


ASA = "%ASA-6-305011: Built dynamic TCP translation from a:10.0.0.2/1 to b:203.0.113.5/1024"
CUT_WITHIN_THE_HEAD = (
    ("<166>Oct 02 2001 19:05:00 cgn1 ", "<166>Oct 02 2001 21:00:00 cgn1 : "),
    ("<166>Oct 02 2001 19:05:00 cgn1 : ", "<166>Oct 02 2001 21:00:00 cgn1 : "),
    ("<166>Oct  2 19:05:00 cgn1 ", "<166>Oct 12 21:00:00 cgn1 "),
    ("Oct  2 19:05:00 cgn1 ", "Oct  2 21:00:00 cgn1 "),
    ("2001-10-02T19:05:00Z cgn1 ", "2001-10-02T21:00:00.250Z cgn1 "),
    ("<134>1 2001-10-02T19:05:00Z cgn1 ", "<134>1 2001-10-02T21:00:00Z cgn1 "),
    ("<166>Oct 02 2001 19:05:00 ", "<166>Oct 02 2001 21:00:00 cgn1 : "),
    ("Oct  2 19:05:00 ", "Oct  2 21:00:00 cgn1 "),
    ("2001-10-02T19:05:00Z ", "2001-10-02T21:00:00Z cgn1 "),
    ("<166>Oct 02 2001 19:05:00 cg", "<134>1 2001-10-02T21:00:00Z cgn1 : "),
    ("<166>Oct 02 2001 19:05:00 cg", "<166>Oct 02 2001 21:00:00 cgn1 : "),
    ("<189>4711: Oct  2 19:05:00.250 UTC: ", "<166>Oct 02 2001 21:00:00 cgn1 : "),
    ("<189>4711: Oct  2 19:05:00.250 UTC: ", "<189>4712: Oct  2 21:00:00.250 UTC: "),
)


@pytest.mark.parametrize(("cut", "head"), CUT_WITHIN_THE_HEAD)
def test_a_devices_next_line_right_behind_its_head_is_no_head_of_a_log_server(cut: str, head: str) -> None:
    """Else its record would stand at the instant of the line that was cut off, hours before."""
    assert [lease.inner for lease in read("cisco-nat", head + ASA).leases] == ["10.0.0.2"]
    reading = read("cisco-nat", cut + head + ASA)
    assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], [])


@pytest.mark.parametrize(("name", "record"), RECORDS)
def test_a_devices_own_head_twice_is_two_lines_whatever_the_record(name: str, record: str) -> None:
    for cut, head in ((HEAD, LATER), ("<134>1 " + HEAD, "<134>1 " + LATER)):
        reading = read(name, cut + head + record)
        assert ([reject.reason for reject in reading.rejects], reading.leases) == (["malformed"], [])


def test_a_relay_that_writes_the_devices_name_in_a_head_of_its_own_form_is_no_other_line() -> None:
    (lease,) = read("cisco-nat", "2001-10-02T19:00:00Z cgn1 <166>Oct 02 2001 19:00:01 cgn1 : " + ASA).leases
    assert (lease.inner, lease.begin) == ("10.0.0.2", NINETEEN)
