"""The place where genuine servers stand: apart from the machine, by a clock of its own, and gone afterwards."""

from __future__ import annotations

import errno
import socket
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from tests.real.place import Clock, Place

SERVE = "import socket, time; s = socket.create_server(('0.0.0.0', PORT)); time.sleep(600)"
MARK = f"of-the-place-{uuid4().hex}"  # and of no other run of the tests on this machine


def running(mark: str) -> int:
    """Count the processes of the machine whose command has a mark; any may end meanwhile."""
    found = 0
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            with suppress(FileNotFoundError, ProcessLookupError):
                found += mark.encode() in (path / "cmdline").read_bytes()
    return found


def test_a_program_sees_the_clock_that_was_set_in_its_zone_and_as_any_user(place: Place, clock: Clock) -> None:
    for at, offset in (
        (datetime(2001, 10, 28, 0, 0, tzinfo=UTC), timedelta(hours=1)),
        (datetime(2001, 10, 28, 1, 30, tzinfo=UTC), timedelta()),
    ):
        begin = time.time()
        clock.set(at)
        for user in (None, "news"):
            before = clock.now()
            text = place.run("date", "+%s %F %T %z", user=user, clock=clock).decode()
            after = clock.now()
            seconds, said = text.rstrip().split(" ", 1)
            told = datetime.fromtimestamp(int(seconds), ZoneInfo("Europe/London"))
            assert int(before.timestamp()) <= told.timestamp() <= after.timestamp()
            assert said == told.strftime("%Y-%m-%d %H:%M:%S %z")
            assert told.utcoffset() == offset
        assert timedelta() <= clock.now() - at <= timedelta(seconds=time.time() - begin)


def test_the_network_is_loopback_alone_and_nobody_outside_reaches_a_server(place: Place) -> None:
    assert [line.split(b":")[1] for line in place.run("ip", "-o", "link").splitlines()] == [b" lo"]
    with socket.socket() as outside:
        outside.bind(("127.0.0.1", 0))  # and does not listen: so nobody of the machine does at this port
        port = outside.getsockname()[1]
        place.start("server", "python3", "-c", SERVE.replace("PORT", str(port)))
        place.until(lambda: place.listens("0.0.0.0", port), "server")  # noqa: S104 - of the place alone
        with place.connect("192.0.2.77", ("198.51.100.80", port)) as inside:
            assert inside.getsockname()[0] == "192.0.2.77"
        with socket.socket() as stranger:
            assert stranger.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_a_server_ends_when_told_and_all_that_is_left_with_the_place(place: Place) -> None:
    for port, name in ((7, "one"), (9, "two")):
        place.start(name, "python3", "-c", SERVE.replace("PORT", str(port)), MARK + name)
    place.until(lambda: place.run("ss", "-Hlnt").count(b"LISTEN") == 2, "servers")
    place.run("sh", "-c", f"setsid python3 -c 'import time; time.sleep(600)' {MARK} >/dev/null 2>&1 &")
    place.until(lambda: running(MARK) >= 3, "processes")
    place.stop("one")
    assert running(MARK + "one") == 0
    place.close()
    assert running(MARK) == 0


def test_the_machine_s_own_log_socket_and_names_are_not_touched(place: Place) -> None:
    before = Path("/etc/hosts").read_bytes()
    assert place.run("getent", "hosts", "192.0.2.7").split() == [b"192.0.2.7", b"dialup-7.isp.example"]
    assert Path("/etc/hosts").read_bytes() == before
    place.run("sh", "-c", "echo >/dev/log")
    assert not Path("/dev/log").is_file()


def test_two_places_do_not_share_a_folder_of_passing_files(place: Place) -> None:
    # Servers name them by their process, which may have the same number in another place.
    place.run("sh", "-c", 'echo mine >"/tmp/$0"', MARK, user="news")
    assert (place.house / "tmp" / MARK).read_bytes() == b"mine\n"
    assert not (Path("/tmp") / MARK).exists()  # noqa: S108 - nothing is written there
    assert place.run("cat", f"/var/tmp/{MARK}") == b"mine\n"  # noqa: S108 - the same folder of the place
