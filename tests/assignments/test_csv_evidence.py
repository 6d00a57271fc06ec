"""Under its header a line of the plain CSV shows all that tells of the address, and never an account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landmark.assignments.csv import FORMAT

NAMES = ("address", "port_from", "port_to", "from", "until", "account", "protocol", "destination", "note")
CELLS = dict(
    zip(
        NAMES,
        (
            "198.51.100.21",
            "1024",
            "2047",
            "2001-10-02T19:00:00Z",
            "1002056400",
            "canary",
            "TCP",
            "[2001:DB8::80]:80",
            "of canary",
        ),
        strict=True,
    )
)
HIDDEN = {"account", "note"}


def line(order: tuple[str, ...] | list[str], **other: str) -> bytes:
    return ",".join({**CELLS, **other}[name] for name in order).encode("latin-1")


@given(order=st.permutations(NAMES), mark=st.booleans())
def test_in_any_order_all_is_shown_but_the_account_and_what_is_not_known(order: list[str], *, mark: bool) -> None:
    header = b"\xef\xbb\xbf" * mark + ",".join(order).encode() + b"\r"
    shown = FORMAT.mask_under(header, line(order) + b"\r", {})
    assert shown == line(order, account="***", note="***") + b"\r"


WRITTEN = st.text(st.characters(max_codepoint=255, exclude_characters='"\r\n\0'), min_size=1).filter(str.strip)
LIKE = st.sampled_from(("198.51.100.99", "10.0.0.0/8", "1002016800", "4711", "tcp", "6", "192.0.2.1:80", "-", "any"))


@given(
    order=st.permutations(NAMES), account=st.one_of(LIKE, WRITTEN), note=st.one_of(LIKE, WRITTEN), swapped=st.booleans()
)
def test_an_account_is_never_shown_whatever_it_is_like_and_wherever_it_stands(
    order: list[str], account: str, note: str, *, swapped: bool
) -> None:
    """A note may be the account, and then the file's own column of that name is none of ours."""
    columns = {"account": "note"} if swapped else {}
    cells = {"account": f'"{account}"', "note": f'"{note}"'}
    shown = FORMAT.mask_under(",".join(order).encode(), line(order, **cells), columns).decode("latin-1").split(",")
    assert {shown[order.index(name)] for name in HIDDEN} == {"***"}
    assert [shown[place] for place, name in enumerate(order) if name not in HIDDEN] == [
        CELLS[name] for name in order if name not in HIDDEN
    ]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in HIDDEN])
def test_what_has_not_the_form_of_its_column_may_be_a_name(name: str) -> None:
    written = "canary-1" if name != "port_to" else "65536"
    assert written.encode() not in FORMAT.mask_under(",".join(NAMES).encode(), line(NAMES, **{name: written}), {})


def test_what_the_file_calls_otherwise_is_found_by_the_names_that_the_case_declares() -> None:
    header = b"ip,kunde,port_from,port_to,from,until,account,address"
    text = b"198.51.100.21,canary,,,2001-10-02T19:00:00Z,,198.51.100.22,198.51.100.23"
    shown = FORMAT.mask_under(header, text, {"address": "ip", "account": "kunde"})
    assert shown == b"198.51.100.21,***,,,2001-10-02T19:00:00Z,,***,***"


def test_a_column_that_is_the_account_too_is_masked() -> None:
    header, text = b"ip,port_from,port_to,from,until", b"198.51.100.21,,,2001-10-02T19:00:00Z,"
    shown = FORMAT.mask_under(header, text, {"address": "ip", "account": "ip"})
    assert shown == b"***,,,2001-10-02T19:00:00Z,"


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (",".join(NAMES), "canary,198.51.100.21"),
        (",".join(NAMES), 'canary,"198.51.100.21'),
        ("address,until", "198.51.100.21,canary"),
        ('address,"until', "198.51.100.21,canary"),
        # Numbers where the usual order has ports: the case calls the account otherwise than when this was read.
        ("address,account,port_from,from,until,customer", "10.0.0.9,20411,32768,2001-10-02T19:00:00Z,,65535"),
    ],
)
def test_where_the_header_does_not_say_which_cell_is_what_nothing_is_shown(header: str, text: str) -> None:
    shown = FORMAT.mask_under(header.encode(), text.encode(), {})
    assert set(shown.split(b",")) == {b"***"}
    assert FORMAT.mask_under(header.encode(), text.encode(), {"account": "elsewhere"}) == b"***"
