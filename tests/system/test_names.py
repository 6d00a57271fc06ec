"""Canaries: a login and an account in every input are found in no byte that Landmark writes or says."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import TYPE_CHECKING

import filelock
import pytest

import landmark
from landmark import cli

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from tests.system.conftest import Folder, World

LOGIN = "canarylogin"
ACCOUNT = "canaryaccount"
BIRDS = tuple(word.encode() for name in (LOGIN, ACCOUNT) for word in (name, name.upper()))


def sung(text: str) -> bool:
    """Whether a canary is in it."""
    return LOGIN in text.lower() or ACCOUNT in text.lower()


def planted(make: Callable[..., Folder], world: World, words: Callable[..., bytes], path: Path) -> Folder:
    """Make a case in which the canaries sit wherever a name may stand, on good lines and on broken ones."""
    folder = make(path)
    begin, _ = min(world.web)
    lines = []
    for number, (at, line) in enumerate(sorted(world.web)):
        lines.append(line)
        if line.startswith(b"198.51.100.7"):
            member = words(at, "198.51.100.8", f"/board/members/{number}", user=LOGIN)
            lines += [member, words(at, "198.51.100.9", f"/board/{number}", user=f"{LOGIN} with blanks")]
    good = words(begin, "198.51.100.8", "/board/members/x", user=LOGIN)
    name = LOGIN.encode()
    lines += [
        good[:-20] + b"\n",  # a quote that is never closed
        good.replace(b" - " + name, b" - " + name + b" [x"),
        good[:60] + good,  # two writes spliced
        good.replace(b"Oct", b"Okt"),
        good.replace(b" 200 ", b" two hundred "),
        good.replace(b" - " + name, b" " + name + b" -"),  # as an ident
        good.replace(b'"-"', b'"http://' + name + b'@forum-a.example/board/"'),
        good.replace(b"GET /", b"GET http://" + name + b":" + name + b"@forum-a.example/"),
        b"\0\0" + good,
        name + b"\n",
        good[:-1] + b"\r\n",
        b"192.0.2.1 - " + name + b"\xff [",
        good[:-30],  # last, without a newline
    ]
    folder.write("logs/access.log", lines)
    folder.write("logs/vhosts.log", [b"forum-b.example:80 " + line for line in lines])
    talk = b"".join(world.news_lines())
    label = b" news1 nnrpd[1003]: 192.0.2."
    first = talk.index(label)
    stamp, end = talk[first - 15 : first], talk.index(b"\n", first) + 1
    prefix = talk[first - 15 : talk.index(b" (", first)]
    talk = (
        talk[:end]
        + prefix + b" user " + name + b"\n"
        + prefix + b" user " + name + b" and more\n"
        + prefix + b" bad_auth " + name + b"\n"
        + stamp + b" news1 nnrpd[1003]: " + name + b" group test.watched.a 4\n"
        + stamp + b" news1 innd: " + name + b" test.watched.a\n"
        + name + b" group test.watched.a 3\n"
        + prefix + b" user " + name + b"\0\n"
        + talk[end:]
    )  # fmt: skip
    folder.write("logs/news.notice", talk)
    rows = (folder.path / "isp/assignments.csv").read_text().replace("user-0001", ACCOUNT).splitlines()
    rows += [
        f"192.0.2.21,,,2001-10-02T07:00:00Z,2001-10-02T06:00:00Z,{ACCOUNT}",
        f"192.0.2.21,,,2001-10-02T07:00:00Z,{ACCOUNT}",
        f'192.0.2.21,,,2001-10-02T07:00:00Z,2001-10-02T09:00:00Z,"{ACCOUNT}',
        f"192.0.2.21,,,2001-13-02T07:00:00Z,2001-10-02T09:00:00Z,{ACCOUNT}",
        f"{ACCOUNT},,,2001-10-02T07:00:00Z,2001-10-02T09:00:00Z,192.0.2.21",
        f"{ACCOUNT}@isp.example",
        f'192.0.2.30,,,2001-10-02T07:00:00Z,2001-10-02T09:00:00Z," {ACCOUNT.upper()}@isp.example"',
    ]
    folder.write("isp/assignments.csv", "\n".join(rows).encode())
    folder.targets = [*folder.targets, {"id": "forum-b", "host": "forum-b.example", "path": "/board/"}]
    folder.logs[0] = {**folder.logs[0], "login_verified": ["/board/members"], "realm": "board", "overlap": "keep"}
    folder.logs = [*folder.logs, {"files": ["logs/vhosts.log"], "format": "vhost_combined", "realm": "board"}]
    folder.rules = {"reject_more_than": 0.5}
    folder.more = f"""
[[login_map]]
from = "{LOGIN}"
to = "{ACCOUNT}"

[[account_map]]
from = "old-{ACCOUNT}"
to = "{ACCOUNT}"

[[known]]
account = "{ACCOUNT}"
from = 2001-10-14T00:00:00Z
until = 2001-10-15T00:00:00Z
who = "Example Unit"
why = "reads the forums for the case"

[[leaf]]
login = "{LOGIN}"
why = "a café"
"""
    return folder.save()


@pytest.fixture(scope="module")
def aviary(
    tmp_path_factory: pytest.TempPathFactory,
    make: Callable[..., Folder],
    world: Callable[[], World],
    words: Callable[..., bytes],
) -> Folder:
    """The case with canaries, after its run."""
    folder = planted(make, world(), words, tmp_path_factory.mktemp("aviary") / "case")
    folder.run()
    return folder


@pytest.fixture
def new_aviary(
    tmp_path: Path, make: Callable[..., Folder], world: Callable[[], World], words: Callable[..., bytes]
) -> Callable[[], Folder]:
    """Make the case with canaries anew, not run yet."""
    return lambda: planted(make, world(), words, tmp_path / "case")


def test_the_canaries_were_read(aviary: Folder) -> None:
    """Without this the other tests would say nothing."""
    assert {row["basis"] for row in aviary.rows("visitors")} == {"account", "login", "address"}
    assert aviary.file("logs/access.log")["rejected"]["malformed"] >= 6
    assert aviary.file("isp/assignments.csv")["rejected"]["malformed"] >= 3
    assert sum(row["login"] is not None for row in aviary.rows("events")) > 60
    assert any(row["login_account"] for row in aviary.rows("events"))


def test_no_canary_is_in_any_byte_of_results_cache_or_ledger(aviary: Folder) -> None:
    assert aviary.holding(*BIRDS) == []


def test_no_canary_is_in_what_show_says_of_any_row(
    aviary: Folder, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    tables = ("visitors", "subjects", "leads", "enquiries")
    references = [f"{name.rstrip('s')}:{row['visitor_id']}" for name in tables[:3] for row in aviary.rows(name)]
    references += [row["visitor_id"] for row in aviary.rows("enquiries")]
    references += [f"event:{row['event']}" for row in aviary.rows("events")[::9]]
    references += [row["event_id"] for row in aviary.rows("events") if row["login"]][::9]
    references += [f"{row['visitor_id']}/{row['visit']}" for row in aviary.rows("visits")[::5]]
    said = [json.dumps(shown(aviary, reference)) for reference in references]
    assert len(said) > 60
    assert [one for one in said if sung(one)] == []
    assert "***" in "".join(said)
    lead = aviary.rows("subjects")[0]["visitor_id"]
    done = command("show", aviary.path, lead, "--as-of", "2001-11-01")
    assert done.returncode == 0
    assert not sung(done.stdout + done.stderr)


def shown(folder: Folder, reference: str) -> dict[str, object]:
    return landmark.show(folder.path, reference, today=date(2001, 11, 1)).as_json()


@pytest.mark.parametrize(
    "arguments", [("check",), ("check", "--reread"), ("run",), ("funnel",), ("funnel", "--json")], ids=" ".join
)
def test_no_canary_is_in_what_a_command_says(
    aviary: Folder, command: Callable[..., subprocess.CompletedProcess[str]], arguments: tuple[str, ...]
) -> None:
    when = () if arguments[0] == "funnel" else ("--as-of", "2001-11-01")
    done = command(arguments[0], aviary.path, *arguments[1:], *when)
    assert done.returncode == 0, done.stderr
    assert not sung(done.stdout + done.stderr)


def changed(folder: Folder) -> None:
    path = folder.path / "logs/news.notice"
    path.write_bytes(path.read_bytes().replace(b"exit articles", b"EXIT articles", 1))


def overlapping(folder: Folder) -> None:
    folder.logs[0].pop("overlap")
    folder.write("logs/copy.log", (folder.path / "logs/access.log").read_bytes()[:-1])
    folder.logs = [*folder.logs, {**folder.logs[0], "files": ["logs/copy.log"]}]
    folder.save()


def same_leases(folder: Folder) -> None:
    text = (folder.path / "isp/assignments.csv").read_bytes()
    folder.write("isp/copy.csv", text + b"\n")
    folder.assignments = [*folder.assignments, {**folder.assignments[0], "files": ["isp/copy.csv"]}]
    folder.save()


def no_ledger_line(folder: Folder) -> None:
    path = folder.path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b"W-1", b"W-2"))


def wrong_maps(folder: Folder) -> None:
    folder.more += f"""
[[login_map]]
from = "{LOGIN}"
to = "another-{ACCOUNT}"

[[account_map]]
from = ["{ACCOUNT}"]

[[known]]
account = "{ACCOUNT}"
login = "{LOGIN}"
who = 3
when = "{LOGIN}"

[[leaf]]
login = {{ name = "{LOGIN}" }}
"""
    folder.save()


def broken_toml(folder: Folder) -> None:
    folder.more += f'\n[[leaf]]\nlogin = "{LOGIN}\n'
    folder.save()


def many_rejected(folder: Folder) -> None:
    folder.rules = {"reject_more_than": 0.0}
    folder.save()


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (changed, 3),
        (overlapping, 2),
        (same_leases, 2),
        (no_ledger_line, 3),
        (wrong_maps, 2),
        (broken_toml, 2),
        (many_rejected, 4),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_no_canary_is_in_what_a_run_that_fails_says_or_leaves(
    new_aviary: Callable[[], Folder],
    capfd: pytest.CaptureFixture[str],
    spoil: Callable[[Folder], None],
    status: int,
) -> None:
    folder = new_aviary()
    if status == 3:
        folder.run()
    spoil(folder)
    for arguments in (["run", str(folder.path)], ["check", str(folder.path)]):
        ended = cli.main([*arguments, "--as-of", "2001-11-01"])
        assert ended == status or arguments[0] == "check"
    said = capfd.readouterr()
    assert not sung(said.out + said.err)
    assert "Traceback" not in said.err
    assert folder.holding(*BIRDS) == []


def test_no_canary_is_in_what_a_run_says_that_finds_the_case_taken(
    aviary: Folder, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    with filelock.FileLock(aviary.path / "cache" / "lock"):
        done = command("run", aviary.path, "--as-of", "2001-11-01", env={**os.environ, "PYTHONDEVMODE": "1"})
    assert done.returncode == 5
    assert not sung(done.stdout + done.stderr)


def test_one_login_under_one_realm_is_one_visitor_and_its_hash_is_of_the_case_alone(
    aviary: Folder, new_aviary: Callable[[], Folder]
) -> None:
    other = new_aviary()
    other.write("case.key", b"fedcba9876543210" * 4 + b"\n")
    other.run()
    for name in ("login", "login_account"):
        one, two = ({row[name] for row in folder.rows("events")} - {None} for folder in (aviary, other))
        assert len(one) == len(two)
        assert not one & two
