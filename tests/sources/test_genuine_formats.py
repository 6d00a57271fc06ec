"""Lines that genuine servers and other people's collections hold read as their formats."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from landmark import sources
from landmark.lines import Line

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FILES = [
    ("elb", "formats/matomo/elb.log", 1, "what its collector wrote between the lines"),
    ("w3c", "formats/matomo/iis.log", 0, ""),
    ("w3c-host", "formats/matomo/iis.log", 0, ""),
    ("w3c", "formats/lnav/logfile_w3c.0", 0, ""),
    ("w3c", "formats/lnav/logfile_w3c.1", 0, ""),
    ("w3c", "formats/lnav/logfile_w3c.2", 0, ""),
    ("w3c", "formats/plaso/iis_iis10.log", 0, ""),
    ("w3c", "formats/plaso/iis_iis6.log", 0, ""),
    ("w3c", "formats/plaso/iis_iis7_owa.log", 0, ""),
    ("cloudflare", "formats/lnav/logfile_cloudflare.json", 0, ""),
    ("caddy", "formats/lnav/logfile_caddy_log.0", 39, "each line has a container's name before it"),
    ("squid", "formats/logstash/squid.txt", 1, "two lines run into one"),
    ("squid", "formats/fail2ban/squid", 6, "comments of its collector"),
    ("haproxy", "formats/lnav/logfile_haproxy.0", 0, ""),
    ("haproxy", "formats/matomo/haproxy.log", 0, ""),
    ("haproxy", "formats/fail2ban/haproxy-http-auth", 4, "comments of its collector"),
    ("zeek-http", "formats/lnav/logfile_bro_http.log.0", 0, ""),
    ("zeek-http", "zeek/rita_proxy_http.log", 0, ""),
    ("zeek-http", "zeek/rita_has_unknown_field_http.log", 1, "one line lacks a column"),
]


@pytest.mark.parametrize(("name", "path", "unread", "why"), FILES, ids=[f"{one[0]}: {one[1]}" for one in FILES])
def test_the_lines_of_a_genuine_file_read_as_its_format(
    name: str, path: str, unread: int, why: str, settings: Callable[..., sources.Settings]
) -> None:
    if not DATA.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    texts = [text for text in (DATA / path).read_bytes().split(b"\n") if text]
    reader = sources.ALL[name].reader(settings())
    reader.begin()
    # As a last line without newline, each is read whatever it names.
    reader.feed([Line(number, 0, text, ended=False) for number, text in enumerate(texts, 1)])
    (file,) = reader.finish()
    assert len(file.rejects) == unread, why
    assert bool(why) == bool(unread)
