"""`show` gives forwarded addresses on a line of their own: said in the request, and not used but of trusted proxies."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark import cli, outputs
from landmark.scan.reading import line_at
from landmark.sources.web import WebReader
from landmark.trace import tracer

if TYPE_CHECKING:
    from pathlib import Path

    from landmark.trace import Node

CASE = """
[case]
id = "forwarded"
title = "Forwarded"
lead = "GB"
[authority]
reference = "W-1"
issuer = "Example Court"
provider = "Example Internet"
from = 2001-10-01T00:00:00Z
until = 2001-10-15T00:00:00Z
covers = ["traffic", "identification"]
[[target]]
id = "forum-a"
host = "forum-a.example"
path = "/board/"
[[log]]
files = ["access.log"]
"""
NGINX = CASE + (
    'format = "nginx"\n'
    'log_format = \'$remote_addr - $remote_user [$time_local] "$host" "$request" $status $body_bytes_sent '
    '"$http_referer" "$http_user_agent" "$http_x_forwarded_for"\'\n'
)
W3C = CASE + 'format = "w3c-host"\n'
TODAY = date(2001, 11, 1)
TRUSTED = 'trusted_proxies = ["10.0.0.0/8"]\n'
SAID, THROUGH = "forwarded, not used", "came through"
NOT_USED = (
    ": said in the request (X-Forwarded-For), by the client itself or by a proxy that the case does not trust; anybody "
    "can write so: evidence beside, and never the client"
)


def shown(folder: Path, case: str, peer: str, forwarded: str, request: str = "GET /board/ HTTP/1.1") -> Node:
    """Run a case of one line, and give what is shown of its event."""
    folder.mkdir(exist_ok=True)
    (folder / "case.toml").write_text(case, encoding="utf-8")
    line = f'{peer} - - [02/Oct/2001:11:00:00 +0000] "forum-a.example" "{request}" 200 5 "-" "R/1.0" "{forwarded}"\n'
    (folder / "access.log").write_text(line, encoding="utf-8")
    landmark.run(folder, today=TODAY)
    return landmark.show(folder, "event:0", today=TODAY)


def test_a_forwarded_address_stands_beside_marked_as_said_and_not_used(tmp_path: Path) -> None:
    event = shown(tmp_path, NGINX, "192.0.2.1", "203.0.113.9, 198.51.100.7:4711")
    assert event.facts["client_address"] == "192.0.2.1"
    assert event.facts[SAID] == f"203.0.113.9, 198.51.100.7 (port 4711){NOT_USED}"
    assert THROUGH not in event.facts
    assert event.exact == {"forwarded": {"through": [], "not_used": ["203.0.113.9", "198.51.100.7"]}}
    names = list(event.facts)
    assert names.index(SAID) == names.index("client_address") + 1


def test_of_what_a_trusted_proxy_wrote_it_is_said_which_proxy_it_was_and_what_is_beside(tmp_path: Path) -> None:
    event = shown(tmp_path, NGINX + TRUSTED, "10.0.0.1", "203.0.113.9, 2001:DB8::7, 10.0.0.2")
    assert event.facts["client_address"] == "2001:db8::7"
    assert event.facts[THROUGH] == (
        "10.0.0.1, 10.0.0.2: proxies that the case trusts (`trusted_proxies`); the client's address is what they wrote"
    )
    assert event.facts[SAID] == f"203.0.113.9{NOT_USED}"
    assert event.exact == {"forwarded": {"through": ["10.0.0.1", "10.0.0.2"], "not_used": ["203.0.113.9"]}}


def test_where_the_trusted_proxy_wrote_the_only_address_nothing_is_left_beside(tmp_path: Path) -> None:
    event = shown(tmp_path, NGINX + TRUSTED, "10.0.0.1", "198.51.100.7")
    assert event.facts[THROUGH] == (
        "10.0.0.1: a proxy that the case trusts (`trusted_proxies`); the client's address is what it wrote"
    )
    assert SAID not in event.facts


@pytest.mark.parametrize("forwarded", ["-", "unknown", "192.0.2.1", ""])
def test_where_no_other_address_is_forwarded_nothing_is_said(tmp_path: Path, forwarded: str) -> None:
    event = shown(tmp_path, NGINX, "192.0.2.1", forwarded)
    assert not {SAID, THROUGH} & set(event.facts)
    assert not event.exact


def test_behind_an_entry_that_is_no_address_the_rest_is_said_to_stand_in_the_line(tmp_path: Path) -> None:
    event = shown(tmp_path, NGINX, "192.0.2.1", "203.0.113.9, unknown, 198.51.100.7")
    assert str(event.facts[SAID]).startswith("198.51.100.7: said in the request")
    assert "unknown, 198.51.100.7" in str(event.as_json())  # in its own line


def test_a_list_of_any_length_is_cut_short_and_that_is_said(tmp_path: Path) -> None:
    entries = [f"203.0.113.{number}" for number in range(40)]
    event = shown(tmp_path, NGINX, "192.0.2.1", ", ".join(entries))
    assert str(event.facts[SAID]).startswith(f"… (more in the line), {', '.join(entries[-16:])}: said in the request")


def test_behind_as_many_proxies_as_are_given_the_rest_of_the_list_is_said_to_be_cut_short(tmp_path: Path) -> None:
    proxies = [f"10.0.0.{number}" for number in range(2, 17)]  # and the server's own peer: 16
    others = [f"203.0.113.{number}" for number in range(40)]
    event = shown(tmp_path, NGINX + TRUSTED, "10.0.0.1", ", ".join([*others, "198.51.100.7", *proxies]))
    assert event.facts["client_address"] == "198.51.100.7"
    assert str(event.facts[SAID]).startswith(f"… (more in the line), {', '.join(others[-16:])}: said in the request")


def test_a_line_is_taken_apart_once_however_long_its_list_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown(tmp_path, NGINX, "192.0.2.1", ", ".join(f"203.0.113.{number}" for number in range(40)))
    made: list[object] = []
    begin = WebReader.__init__

    def counted(reader: WebReader, *args: Any, **facts: Any) -> None:  # noqa: ANN401 - as the reader takes them
        made.append(reader)
        begin(reader, *args, **facts)

    monkeypatch.setattr(WebReader, "__init__", counted)
    landmark.show(tmp_path, "event:0", today=TODAY)
    assert len(made) == 1


def test_a_request_that_names_its_host_itself_is_read_again_as_well(tmp_path: Path) -> None:
    asked = "GET http://forum-a.example/board/ HTTP/1.1"
    assert SAID in shown(tmp_path, NGINX, "192.0.2.1", "203.0.113.9", asked).facts


def test_a_line_is_read_by_the_directives_before_it_in_its_file(tmp_path: Path) -> None:
    fields = "date time c-ip cs-host cs-method cs-uri-stem sc-status"
    text = (
        f"#Fields: {fields} x-forwarded-for\n"
        "2001-10-02 11:00:00 192.0.2.1 forum-a.example GET /board/ 200 203.0.113.9,+198.51.100.7\n"
        f"#Fields: {fields} cs(user-agent)\n"
        "2001-10-02 12:00:00 192.0.2.1 forum-a.example GET /board/ 200 203.0.113.9\n"
    )
    (tmp_path / "case.toml").write_text(W3C, encoding="utf-8")
    (tmp_path / "access.log").write_text(text, encoding="utf-8")
    landmark.run(tmp_path, today=TODAY)
    first, second = (landmark.show(tmp_path, f"event:{number}", today=TODAY) for number in (0, 1))
    assert str(first.facts[SAID]).startswith("203.0.113.9, 198.51.100.7: said")
    assert SAID not in second.facts


def test_the_bytes_of_an_event_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a packed file all before them is read with them."""
    shown(tmp_path, NGINX, "192.0.2.1", "203.0.113.9")
    read: list[object] = []

    def counted(*args: Any) -> Any:  # noqa: ANN401 - as it takes and gives
        read.append(args)
        return line_at(*args)

    monkeypatch.setattr(tracer, "line_at", counted)
    landmark.show(tmp_path, "event:0", today=TODAY)
    assert len(read) == 1


def test_whom_the_run_trusted_is_said_whatever_the_case_says_since(tmp_path: Path) -> None:
    shown(tmp_path, NGINX + TRUSTED, "10.0.0.1", "198.51.100.7")
    (tmp_path / "case.toml").write_text(NGINX, encoding="utf-8")
    event = landmark.show(tmp_path, "event:0", today=TODAY)
    assert (event.facts["client_address"], THROUGH in event.facts) == ("198.51.100.7", True)


def test_both_forms_of_what_is_printed_say_it_also_under_a_visitor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = shown(tmp_path, NGINX, "192.0.2.1", "203.0.113.9")
    (visitor,) = outputs.table(tmp_path, "visitors")["visitor_id"].to_pylist()
    for reference in ("event:0", visitor):
        assert cli.main(["show", str(tmp_path), reference]) == 0
        assert f"{SAID}: {event.facts[SAID]}" in capsys.readouterr().out
    assert cli.main(["show", str(tmp_path), "event:0", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["facts"][SAID] == event.facts[SAID]
    assert printed["exact"]["forwarded"]["not_used"] == ["203.0.113.9"]
