"""The forms in which devices write translations, one by one."""

from __future__ import annotations

import pytest

from landmark.assignments import ALL, FileLeases, Lease, Settings, Wanted
from landmark.lines import Line

OUTER = "203.0.113.5"
SECOND = 1_000_000
BEGIN = 1_002_049_200 * SECOND  # 2001-10-02T19:00:00Z
HEAD = "2001-10-02T19:00:00Z cgn1 "


def read(name: str, *texts: str, zone: str | None = None, year: int | None = None) -> FileLeases:
    lines = [Line(n + 1, n * 1000, text.encode(), ended=True) for n, text in enumerate(texts)]
    settings = Settings(lambda account: account.hex(), zone=zone, year=year)
    wanted = Wanted(frozenset({OUTER, "203.0.113.6", "10.0.0.1"}), frozenset(), 0, 4_000_000_000 * SECOND)
    (reading,) = ALL[name].read([lines], settings, wanted)
    assert reading.kept + reading.dropped.total() + len(reading.rejects) == len(lines)
    return reading


def one(name: str, *texts: str) -> Lease:
    (lease,) = read(name, *(HEAD + text for text in texts)).leases
    return lease


def reasons(reading: FileLeases) -> list[str]:
    return [reject.reason for reject in reading.rejects]


@pytest.mark.parametrize(
    ("name", "text", "ports", "protocol", "destination"),
    [
        (
            "juniper-pba",
            (
                "RT_NAT: RT_SRC_NAT_PBA_INTERIM: Subscriber 10.0.0.1 used/maximum [2/8] blocks, "
                "port block [1024-1151] from 203.0.113.5 in source pool p"
            ),
            (1024, 1151),
            None,
            None,
        ),
        (
            "juniper-pba",
            (
                'RT_NAT - RT_SRC_NAT_PBA_ALLOC [junos@2636.1.1.1.2.129 internal-ip="10.0.0.1" block-port-low="1024" '
                'block-port-high="1151" reflexive-ip="203.0.113.5" nat-pool-name="p"]'
            ),
            (1024, 1151),
            None,
            None,
        ),
        (
            "juniper-pba",
            "[FWNAT]: ASP_NAT_PORT_BLOCK_ALLOC: 10.0.0.1 -> 203.0.113.5:1050-1099",
            (1050, 1099),
            None,
            None,
        ),
        (
            "juniper-session",
            (
                "RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.0.0.1/5000->192.0.2.80/80 junos-http "
                "203.0.113.5/1024->192.0.2.80/80 r1 None 17 p trust untrust 77 N/A(N/A) ge-0/0/0.0"
            ),
            (1024, 1024),
            "udp",
            "192.0.2.80:80",
        ),
        (
            "cisco-nat",
            "%IPNAT-6-CREATED: udp 10.0.0.1:5000 203.0.113.5:1024 192.0.2.53:53 192.0.2.53:53",
            (1024, 1024),
            "udp",
            "192.0.2.53:53",
        ),
        ("cisco-nat", "%IPNAT-6-CREATED: ip 10.0.0.1 203.0.113.5 192.0.2.53 192.0.2.53", (None, None), None, None),
        (
            "cisco-nat",
            "%ASA-6-305009: Built dynamic translation from inside:10.0.0.1 to outside(acl):203.0.113.5",
            (None, None),
            None,
            None,
        ),
        (
            "cisco-nat",
            "%ASA-6-305011: Built static UDP translation from inside:10.0.0.1/53 (user) to outside:203.0.113.5/53",
            (53, 53),
            "udp",
            None,
        ),
        (
            "cisco-nat",
            (
                "%ASA-3-305017: Pba-interim-logging: Active TCP block of ports for translation from inside:10.0.0.1 to "
                "outside:203.0.113.5/1024-1535"
            ),
            (1024, 1535),
            "tcp",
            None,
        ),
        (
            "cisco-nat",
            "- - NAT44 - [SessionbasedAD TCP 10.0.0.1 - - 203.0.113.5 5000 1024 - 192.0.2.80 80]",
            (1024, 1024),
            "tcp",
            "192.0.2.80:80",
        ),
        ("a10-nat", "NAT-UDP-C: 10.0.0.1:5000 -> 203.0.113.5: 1024", (1024, 1024), "udp", None),
        (
            "a10-nat",
            "NAT-TCP-C: 10.0.0.1:5000<-->203.0.113.5:1024 to 192.0.2.80:80",
            (1024, 1024),
            "tcp",
            "192.0.2.80:80",
        ),
        ("a10-nat", "FIXED-NAT-PORTS: 10.0.0.1->203.0.113.5:3000-4000", (3000, 4000), None, None),
        (
            "a10-nat",
            (
                "CEF:0|A10|CFW|6.0.0-P1|CGN 100|Nat Port Allocated|5|proto=TCP src=10.0.0.1 spt=48856 "
                "sourceTranslatedAddress=203.0.113.5 sourceTranslatedPort=48856 dst=192.0.2.80 dpt=80"
            ),
            (48856, 48856),
            "tcp",
            None,
        ),
        ("f5-nat", 'lsn_event="LSN_ADD",cli="10.0.0.1: 5000",nat="203.0.113.5: 1024"', (1024, 1024), None, None),
        ("nfware-nat", "A VRF 0 6 INT 10.0.0.1:57938 EXT 203.0.113.5:28475", (28475, 28475), "tcp", None),
    ],
)
def test_a_form_gives_its_public_side_and_its_inner_address(
    name: str, text: str, ports: tuple[int | None, int | None], protocol: str | None, destination: str | None
) -> None:
    lease = one(name, text)
    assert (lease.address, lease.port_from, lease.port_to) == (OUTER, *ports)
    assert (lease.protocol, lease.destination) == (protocol, destination)
    assert (lease.inner, lease.account) == ("10.0.0.1", None)


@pytest.mark.parametrize("letter", ["D", "F"])
def test_both_letters_with_which_a_port_is_freed_end_it(letter: str) -> None:
    lease = one(
        "a10-nat", "NAT-TCP-C: 10.0.0.1:1 -> 203.0.113.5:1024", f"NAT-TCP-{letter}: 10.0.0.1:1 -> 203.0.113.5:1024"
    )
    assert (lease.ends, lease.doubtful) == ("released", False)


def test_a_letter_that_nobody_knows_is_not_guessed() -> None:
    assert reasons(read("a10-nat", HEAD + "NAT-TCP-X: 10.0.0.1:1 -> 203.0.113.5:1024")) == ["malformed"]


ALLOC = (
    "RT_NAT: RT_SRC_NAT_PBA_{}: Subscriber 10.0.0.1 used/maximum [1/8] blocks, allocates port block [1024-1151] "
    "from 203.0.113.5 in source pool p lsys_id: 0 epoch 0x{:x}"
)


def test_an_allocation_whose_epoch_denies_the_zone_declared_is_bad_time() -> None:
    text = "Oct  2 19:00:00 cgn1 " + ALLOC.format("ALLOC", BEGIN // SECOND)
    assert reasons(read("juniper-pba", text, zone="UTC", year=2001)) == []
    assert reasons(read("juniper-pba", text, zone="Europe/Paris", year=2001)) == ["bad_time"]
    assert reasons(read("juniper-pba", text, zone="UTC", year=2002)) == ["bad_time"]


def test_a_record_that_says_its_block_is_from_the_future_is_bad_time() -> None:
    text = HEAD + ALLOC.format("INTERIM", BEGIN // SECOND + 3600)
    assert reasons(read("juniper-pba", text)) == ["bad_time"]


def test_an_allocation_that_is_stated_in_a_later_record_of_local_time_is_doubtful() -> None:
    interim = ALLOC.format("INTERIM", BEGIN // SECOND - 600)
    (stated, _) = read("juniper-pba", HEAD + interim).leases
    assert (stated.begin, stated.end, stated.doubtful) == (BEGIN - 600 * SECOND, BEGIN, False)
    (local,) = read("juniper-pba", "Oct  2 19:00:00 cgn1 " + interim, zone="UTC", year=2001).leases
    assert (local.begin, local.doubtful) == (BEGIN - 600 * SECOND, True)


def test_another_allocation_of_one_block_to_one_host_is_told_by_its_epoch() -> None:
    reading = read(
        "juniper-pba",
        HEAD + ALLOC.format("ALLOC", BEGIN // SECOND),
        HEAD.replace("19:00", "21:00") + ALLOC.format("INTERIM", BEGIN // SECOND + 3600),
    )
    spans = [(lease.begin - BEGIN, None if lease.end is None else lease.end - BEGIN) for lease in reading.leases]
    assert spans == [(0, 7200 * SECOND), (3600 * SECOND, 7200 * SECOND), (7200 * SECOND, None)]
    assert [lease.doubtful for lease in reading.leases] == [True, False, True]


@pytest.mark.parametrize(
    ("reason", "ends"), [("TCP FIN", "stopped"), ("idle Timeout", "timed_out"), ("aged out", "timed_out")]
)
def test_a_session_says_how_it_ended(reason: str, ends: str) -> None:
    tuples = (
        "10.0.0.1/5000->192.0.2.80/80 0x0 http 203.0.113.5/1024->192.0.2.80/80 0x0 source rule r N/A N/A 6 p a b 77"
    )
    lease = one(
        "juniper-session", f"RT_FLOW: RT_FLOW_SESSION_CLOSE: session closed {reason}: {tuples} 1(2) 3(4) 31 UNKNOWN"
    )
    assert (lease.ends, lease.begin, lease.end) == (ends, BEGIN - 31 * SECOND, BEGIN)


def test_what_a_client_may_have_written_never_takes_the_place_of_a_field() -> None:
    fields = (
        'source-address="10.0.0.1" source-port="1" nat-source-address="203.0.113.5" nat-source-port="1024" '
        'nat-destination-address="192.0.2.80" nat-destination-port="80" protocol-id="6" session-id="7"'
    )
    forged = 'hostname="x\\" source-address=\\"10.9.9.9" source-address="10.8.8.8"'
    assert one("juniper-session", f"RT_FLOW - RT_FLOW_SESSION_CREATE [j {fields} {forged}]").inner == "10.0.0.1"


def test_a_restart_ends_what_its_own_device_had() -> None:
    created = "Oct  2 19:00:00 r1 %IPNAT-6-CREATED: tcp 10.0.0.1:1 203.0.113.5:1024 192.0.2.80:80 192.0.2.80:80"
    restart = "Oct  2 20:00:00 {} %SYS-5-RESTART: System restarted --"
    (lease,) = read("cisco-nat", created, restart.format("r1"), zone="UTC", year=2001).leases
    assert (lease.ends, lease.end, lease.rows) == ("rebooted", BEGIN + 3600 * SECOND, (1, 2))
    other = read("cisco-nat", created, restart.format("r2"), zone="UTC", year=2001)
    assert ([lease.ends for lease in other.leases], dict(other.dropped)) == (["open"], {"not_watched": 1})


def test_a_deletion_that_states_its_begin_and_no_duration_is_doubtful() -> None:
    text = f'lsn_event="LSN_DELETE",start="{BEGIN // 1000 - 5000}",cli="10.0.0.1:5",nat="203.0.113.5:1024"'
    lease = one("f5-nat", text)
    assert (lease.begin, lease.end, lease.doubtful) == (BEGIN - 5 * SECOND, BEGIN, True)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("juniper-pba", "RT_NAT: RT_SRC_NAT_PBA_ALLOC: Subscriber 10.0.0.1 of something else"),
        ("juniper-pba", 'RT_SRC_NAT_PBA_ALLOC [internal-ip="10.0.0.1"]'),
        ("juniper-session", "RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.0.0.1/1->192.0.2.80/80"),
        ("cisco-nat", "%IPNAT-6-CREATED: tcp 10.0.0.1:1 203.0.113.5"),
        ("cisco-nat", "%ASA-6-305011: Built dynamic TCP translation from inside:10.0.0.1/1"),
        ("cisco-nat", "[UserbasedA - 10.0.0.1 - - 203.0.113.5 - 1024 1535 - -"),
        ("a10-nat", "CEF:0|A10|CFW|6|CGN 100|x|5|proto=TCP src=10.0.0.1"),
        ("f5-nat", 'lsn_event="LSN_ADD",cli="10.0.0.1",nat="203.0.113.5:1"'),
        ("f5-nat", 'lsn_event="LSN_ADD",start="soon",cli="10.0.0.1:1",nat="203.0.113.5:1"'),
        ("nfware-nat", "A VRF 0 INT 10.0.0.1 EXT 203.0.113.5:1024-"),
    ],
)
def test_a_record_that_lacks_something_is_malformed_and_what_is_no_record_is_not_watched(name: str, text: str) -> None:
    assert reasons(read(name, HEAD + text)) == ["malformed"]
    other = read(name, HEAD + "sshd[12]: session opened")
    assert (dict(other.dropped), other.rejects) == ({"not_watched": 1}, [])


def test_a_record_of_two_mappings_is_malformed() -> None:
    start = next(example.text for example in ALL["nfware-radius"].examples()).split(b"\n\n")[0].decode()
    inner = next(line for line in start.split("\n") if "Inside-Addr" in line)
    texts = [*start.split("\n"), inner.replace("10.0.0.1", "10.0.0.2"), ""]
    assert set(reasons(read("nfware-radius", *texts, zone="Europe/London"))) == {"malformed"}
