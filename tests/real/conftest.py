"""Genuine servers: places for them, and cases over what they wrote."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from tests.real import case as cases
    from tests.real import databases as database_servers
    from tests.real import dhcp as dhcp_servers
    from tests.real import inn, syslog
    from tests.real import nat as translators
    from tests.real import news as news_server
    from tests.real import place as places
    from tests.real import radius as radius_server
    from tests.real import scene as scenes
    from tests.real import web as web_servers
else:

    def _beside(name: str) -> ModuleType:
        """Load a module that lies here; tests are no package, so it is found by its file."""
        spec = spec_from_file_location(f"tests.real.{name}", Path(__file__).with_name(f"{name}.py"))
        module = sys.modules[spec.name] = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    places, cases, web_servers, inn, news_server = map(_beside, ("place", "case", "web", "inn", "news"))
    radius_server, dhcp_servers, scenes, syslog, translators, database_servers = map(
        _beside, ("radius", "dhcp", "scene", "syslog", "nat", "databases")
    )


NEEDED = {
    "unshare": "util-linux",
    "ip": "iproute2",
    "faketime": "faketime",
    "nginx": "nginx-light",
    "apache2": "apache2",
    "openssl": "openssl",
    "rsyslogd": "rsyslog",
    "/usr/lib/news/bin/nnrpd": "inn2",
    "freeradius": "freeradius",
    "dhcpd": "isc-dhcp-server",
    "kea-dhcp4": "kea-dhcp4-server",
    "nft": "nftables",
    "conntrack": "conntrack",
    "ulogd": "ulogd2",
    "pg_dump": "postgresql",
    "mariadb-dump": "mariadb-server",
    "sqlite3": "sqlite3",
}
"""Programs, and the Debian packages that have them."""


def need(*programs: str) -> None:
    """Skip where a program is missing, or the rights to make a place."""
    missing = sorted({NEEDED[one] for one in programs if shutil.which(one) is None})
    if missing:
        pytest.skip(f"genuine servers need the Debian packages {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("genuine servers need root: they stand in namespaces of their own")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[places.Place]:
    """A place for servers; whatever runs there ends with the test."""
    need("unshare", "ip", "faketime")
    opened = places.Place(tmp_path / "house")
    yield opened
    opened.close()


@pytest.fixture
def clock(place: places.Place) -> places.Clock:
    """The clock of the place, in an autumn long ago."""
    return places.Clock(place.house, "Europe/London", datetime(2001, 10, 21, 22, tzinfo=UTC))


@pytest.fixture
def web(place: places.Place, clock: places.Clock) -> web_servers.Web:
    """nginx and Apache httpd."""
    need("nginx", "apache2", "openssl")
    return web_servers.open_web(place, clock)


@pytest.fixture
def news(place: places.Place, clock: places.Clock, request: pytest.FixtureRequest) -> news_server.News:
    """INN's reader daemon, and rsyslog; a parameter is more words for rsyslog and for its socket."""
    need("/usr/lib/news/bin/nnrpd", "rsyslogd", "openssl")
    more = getattr(request, "param", ("", ""))
    syslog.start_syslog(place, clock, "news.notice;syslog.*", "news.notice", more)
    inn.start_inn(place, clock)
    return news_server.News(place, clock)


@pytest.fixture
def radius(place: places.Place, clock: places.Clock) -> radius_server.Radius:
    """FreeRADIUS."""
    need("freeradius")
    return radius_server.Radius(place, clock)


@pytest.fixture
def dhcpd(place: places.Place, clock: places.Clock) -> dhcp_servers.Relay:
    """ISC dhcpd with rsyslog, seen from a relay agent."""
    need("dhcpd", "rsyslogd")
    syslog.start_syslog(place, clock, "daemon.*", "dhcpd.log")
    return dhcp_servers.start_dhcpd(place, clock)


@pytest.fixture
def kea(place: places.Place, clock: places.Clock) -> dhcp_servers.Relay:
    """Kea, seen from a relay agent."""
    need("kea-dhcp4")
    return dhcp_servers.start_kea(place, clock)


@pytest.fixture
def nat(place: places.Place, clock: places.Clock) -> Iterator[translators.Nat]:
    """A translator of addresses."""
    need("nft", "conntrack", "ulogd")
    made = translators.Nat(place, clock)
    yield made
    made.close()


@pytest.fixture
def postgresql(place: places.Place) -> Iterator[database_servers.PostgreSQL]:
    """PostgreSQL."""
    need("pg_dump", "freeradius")
    made = database_servers.PostgreSQL(place)
    yield made
    made.close()


@pytest.fixture
def mariadb(place: places.Place) -> Iterator[database_servers.MariaDB]:
    """MariaDB."""
    need("mariadb-dump", "freeradius")
    made = database_servers.MariaDB(place)
    yield made
    made.close()


@pytest.fixture
def sqlite(place: places.Place) -> database_servers.SQLite:
    """SQLite."""
    need("sqlite3", "freeradius")
    return database_servers.SQLite(place)


@pytest.fixture(scope="session")
def databases() -> ModuleType:
    """What fills the tables of FreeRADIUS."""
    return database_servers


@pytest.fixture
def scene(web: web_servers.Web) -> scenes.Scene:
    """People at a web server."""
    return scenes.Scene(web, web_servers.request)


@pytest.fixture
def case(tmp_path: Path) -> cases.Case:
    """A case over the fortnight."""
    return scenes.new_case(cases.Case, tmp_path / "case")


@pytest.fixture(scope="session")
def make_case() -> type[cases.Case]:
    """Make a case folder."""
    return cases.Case


@pytest.fixture(scope="session")
def browse() -> Callable[..., bytes]:
    """Give the bytes of a request."""
    return web_servers.request
