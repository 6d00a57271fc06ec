"""Bad input, through the command line: what is said, the exit status, and what the funnel says of every line."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import zstandard

from landmark import cli

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.system.conftest import Folder


class Said(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def landmark(capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command line, in this process."""

    def ran(*arguments: object) -> Said:
        status = cli.main([*map(str, arguments), "--as-of", "2001-11-01"])
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        assert "fault of Landmark" not in said.err
        return Said(status, said.out, said.err)

    return ran


LINE = b'192.0.2.%d - - [02/Oct/2001:10:%02d:00 +0000] "GET /board/ HTTP/1.0" 200 512 "-" "Reader/1.0"\n'
GOOD = [LINE % (number % 50 + 1, number // 50) for number in range(3000)]
TEXT = b"".join(GOOD)
LONG = b"x" * 10_000_000


@pytest.mark.parametrize(
    ("content", "status", "lines", "kept", "dropped", "rejected"),
    [
        (TEXT.replace(b"\n", b"\r\n"), 0, 3000, 3000, {}, {}),
        (TEXT + LINE[:20] % 1 + b"\r" + GOOD[0], 0, 3001, 3000, {}, {"malformed": 1}),
        (TEXT + b"\0" * 400 + GOOD[0], 0, 3001, 3000, {}, {"malformed": 1}),
        (TEXT.replace(b"Reader/1.0", b"Read\0er"), 0, 3000, 3000, {}, {}),
        (TEXT.replace(b"Reader", b"R\xe9\xff\xfeader"), 0, 3000, 3000, {}, {}),
        (TEXT + b"\xff\xfe\xfd\n", 0, 3001, 3000, {"not_watched": 1}, {}),
        (TEXT[:-1], 0, 3000, 3000, {}, {}),
        (TEXT[:-9], 0, 3000, 2999, {}, {"truncated": 1}),
        (TEXT + LONG + b"\n" + GOOD[1], 0, 3002, 3001, {}, {"too_long": 1}),
        (TEXT + GOOD[0][:-1] + LONG + b"\n", 0, 3001, 3000, {}, {"too_long": 1}),
        (TEXT + LONG, 0, 3001, 3000, {}, {"too_long": 1}),
        (b"", 0, 0, 0, {}, {}),
        (b"\n", 0, 1, 0, {"empty": 1}, {}),
        (b"\n\n\r\n" + TEXT, 0, 3003, 3000, {"empty": 3}, {}),
        (b"nothing", 4, 1, 0, {}, {"truncated": 1}),
        (gzip.compress(TEXT), 0, 3000, 3000, {}, {}),
        (gzip.compress(TEXT[:777]) + gzip.compress(b"") + gzip.compress(TEXT[777:]), 0, 3000, 3000, {}, {}),
        (zstandard.compress(TEXT), 0, 3000, 3000, {}, {}),
        (zstandard.compress(TEXT[:777]) + zstandard.compress(TEXT[777:]), 0, 3000, 3000, {}, {}),
        (gzip.compress(b""), 0, 0, 0, {}, {}),
        (gzip.compress(TEXT)[:20], 4, 1, 0, {}, {"truncated": 1}),
        (TEXT + b"".join(GOOD[:3]).replace(b"GET", b'"GET'), 0, 3003, 3000, {}, {"malformed": 3}),
        (TEXT + b"".join(GOOD[:4]).replace(b"GET", b'"GET'), 4, 3004, 3000, {}, {"malformed": 4}),
        (TEXT + b"".join(GOOD[:4]).replace(b"02/Oct", b"32/Oct"), 4, 3004, 3000, {}, {"bad_time": 4}),
    ],
    ids=[
        "CR LF",
        "a lone CR",
        "a line that begins with NULs",
        "NULs in agents",
        "agents that are no UTF-8",
        "a line that is no UTF-8",
        "no last newline",
        "a last line cut off",
        "a line of 10 MB",
        "a good line that goes on for 10 MB",
        "10 MB without a newline at the end",
        "an empty file",
        "a newline alone",
        "empty lines",
        "one word",
        "gzip",
        "gzip of several members",
        "zstd",
        "zstd of several frames",
        "gzip of nothing",
        "gzip cut off in its first block",
        "three of 3003 malformed",
        "four of 3004 malformed",
        "four of 3004 at no time",
    ],
)
def test_every_line_is_accounted_for(  # noqa: PLR0913, PLR0917 - a row of the table above
    light: Folder,
    landmark: Callable[..., Said],
    content: bytes,
    status: int,
    lines: int,
    kept: int,
    dropped: dict[str, int],
    rejected: dict[str, int],
) -> None:
    light.write("logs/access.log", content)
    said = landmark("run", light.path)
    file = light.file("logs/access.log")
    assert (file["lines"], file["kept"], file["dropped"], file["rejected"]) == (lines, kept, dropped, rejected)
    assert said.status == status
    told = "logs/access.log: more of its lines were rejected than [rules] reject_more_than allows"
    assert (told in said.err) == (status == 4)
    assert "Results: " in said.out
    assert light.whole()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8, 0.99])
def test_a_compressed_file_that_is_cut_off_gives_what_can_be_read(
    light: Folder, landmark: Callable[..., Said], share: float
) -> None:
    whole = gzip.compress(TEXT)
    light.write("logs/access.log.1.gz", whole[: int(len(whole) * share)])
    light.write("logs/access.log", b"")
    light.rules = {"reject_more_than": 0.5}
    light.save()
    said = landmark("run", light.path)
    file = light.file("logs/access.log.1.gz")
    assert file["rejected"] == {"truncated": 1}
    assert file["kept"] == file["lines"] - 1
    assert file["lines"] <= 3000
    assert said.status == (4 if file["lines"] == 1 else 0)


def test_a_damaged_gzip_gives_what_stands_before_the_damage(light: Folder, landmark: Callable[..., Said]) -> None:
    packed = bytearray(gzip.compress(b"".join(reversed(GOOD)), compresslevel=1))
    packed[len(packed) // 2] ^= 0x55
    light.write("logs/access.log", bytes(packed))
    light.rules = {"reject_more_than": 1.0}
    light.save()
    assert landmark("run", light.path).status == 0
    file = light.file("logs/access.log")
    assert file["rejected"].get("truncated") == 1
    assert file["lines"] == file["kept"] + sum(file["dropped"].values()) + sum(file["rejected"].values())


def test_a_rejected_line_is_located_and_never_quoted(light: Folder, landmark: Callable[..., Said]) -> None:
    broken = LINE[:-1].replace(b"GET", b'"GET unspeakable') % (1, 1)
    light.write("logs/access.log", TEXT + broken + b"\n")
    said = landmark("run", light.path)
    (reject,) = light.rows("rejects")
    assert (reject["line"], reject["offset"], reject["length"]) == (3001, len(TEXT), len(broken))
    assert "unspeakable" not in said.out + said.err
    assert light.holding(b"unspeakable") == []


def test_check_says_which_first_lines_do_not_read(light: Folder, landmark: Callable[..., Said]) -> None:
    light.write("logs/access.log", b"".join(GOOD[:5]) + b"no line of a log\n" * 2)
    said = landmark("check", light.path)
    assert said.status == 0
    assert "logs/access.log: combined" in said.out
    assert "5 of its first 7 lines read as combined" in said.out


def test_check_says_that_the_lines_name_another_zone_than_the_case(
    light: Folder, landmark: Callable[..., Said]
) -> None:
    light.write("logs/access.log", b"".join(b'192.0.2.1 [2001-10-02 10:00:00 %b] "GET /x HTTP/1.0" 200\n' % zone
                                            for zone in (b"BST", b"UTC", b"UTC")))  # fmt: skip
    form = '%h [%{%F %T %Z}t] "%r" %>s'
    light.logs[0] = {**light.logs[0], "format": "apache", "log_format": form, "zone": "Europe/London"}
    light.save()
    said = landmark("check", light.path)
    assert said.status == 0
    assert "logs/access.log: 2 of its first 3 lines have a time that cannot be" in said.out
    assert "another zone's abbreviation than Europe/London has" in said.out


def test_check_says_what_stands_otherwise_than_the_last_run_had_it(
    light: Folder, landmark: Callable[..., Said]
) -> None:
    light.write("logs/access.log.1", TEXT)
    assert landmark("run", light.path).status == 0
    assert "earlier run" not in landmark("check", light.path).out
    assert "another one" not in landmark("check", light.path).out
    (light.path / "logs/access.log.1").unlink()
    content = (light.path / "case.toml").read_bytes()
    light.write("case.toml", content + b"# looked at again\n")
    said = landmark("check", light.path)
    assert said.status == 0
    assert "warning: logs/access.log.1: an earlier run read it, and nothing has that name now" in said.out
    assert "warning: case.toml: is another one than the last run had" in said.out


def test_an_empty_log_is_said_to_be_one_and_no_country_s_folder_is_promised(
    light: Folder, landmark: Callable[..., Said]
) -> None:
    light.write("logs/access.log", b"")
    said = landmark("check", light.path)
    assert "logs/access.log: combined, 0 bytes, new; no line\n" in said.out
    assert "warning: logs/access.log: no line is in it" in said.out
    assert "countries" not in landmark("run", light.path).out


def rules(**changed: object) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        folder.rules = changed

    return spoil


def authority(**changed: object) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        folder.authority = {key.rstrip("_"): value for key, value in changed.items()}

    return spoil


def log(number: int, **changed: object) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        made = {**folder.logs[number], **changed}
        folder.logs[number] = {key: value for key, value in made.items() if value is not None}

    return spoil


def targets(*changed: dict[str, Any]) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        folder.targets = [*folder.targets, *changed]

    return spoil


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (authority(until="@2001-10-01T00:00:00Z"), ["case.toml:", "until", "found"]),
        (targets({"id": "forum-a", "host": "other.example"}), ["case.toml:", "id", "forum-a"]),
        (log(0, files=["../outside.log"]), ["case.toml:", "files", "../outside.log"]),
        (log(1, zone="Europe/Lundun"), ["case.toml:", "zone", "Europe/Lundun", "Europe/London"]),
        (log(1, zone=None), ["case.toml:", "zone"]),
        (log(1, year=None), ["case.toml:", "year"]),
        (log(0, host=None), ["case.toml:", "host"]),
        (authority(covers=["identification"]), ["case.toml:", "covers", "traffic"]),
        (authority(valid_until="@2001-10-20"), ["case.toml:", "valid_until", "--as-of"]),
        (rules(visit_gab="30m"), ["case.toml:", "visit_gab", "visit_gap"]),
        (rules(visit_gap="soon"), ["case.toml:", "visit_gap", "soon"]),
        (log(0, format="combind"), ["case.toml:", "format", "combind", "combined"]),
        (log(0, files=["logs/none*.log"]), ["case.toml:", "files", "logs/none*.log"]),
        (log(1, files=["logs/*"]), ["case.toml:", "files", "logs/access.log"]),
    ],
    ids=[
        "an empty window",
        "two targets with one id",
        "an input outside the case",
        "no such zone",
        "a syslog without a zone",
        "a syslog without a year",
        "a host target on a log without a host",
        "a stage that the authority does not cover",
        "an authority that has ended",
        "a misspelt key",
        "a length of time that is none",
        "a misspelt format",
        "a pattern without a file",
        "a file in two logs",
    ],
)
def test_what_is_wrong_in_a_case_is_said_with_file_line_and_what_is_expected(
    light: Folder, landmark: Callable[..., Said], spoil: Callable[[Folder], None], words: list[str]
) -> None:
    spoil(light)
    light.save()
    for command in ("check", "run"):
        said = landmark(command, light.path)
        assert said.status == 2
        assert said.out == ""
        for word in words:
            assert word in said.err
        assert all(line.startswith("landmark: ") for line in said.err.splitlines())
    assert not (light.path / "out").exists()


def test_everything_that_is_wrong_is_said_at_once(light: Folder, landmark: Callable[..., Said]) -> None:
    for spoil in (rules(visit_gap="soon"), authority(until="@2001-10-01T00:00:00Z"), log(1, zone="Nowhere")):
        spoil(light)
    light.save()
    said = landmark("check", light.path)
    assert said.status == 2
    assert len(said.err.splitlines()) == 3


def test_an_authority_that_has_ended_is_read_as_of_a_day_within_it(
    light: Folder, capfd: pytest.CaptureFixture[str]
) -> None:
    light.authority = {"valid_from": "@2001-10-01", "valid_until": "@2001-10-20"}
    light.save()
    assert cli.main(["run", str(light.path)]) == 2
    assert "--as-of" in capfd.readouterr().err
    assert cli.main(["run", str(light.path), "--as-of", "2001-10-20"]) == 0
    assert [entry["as_of"] for entry in light.ledger() if entry["what"] == "run"] == ["2001-10-20"]


@pytest.mark.parametrize(
    "arguments", [["show", "CASE", "0"], ["funnel", "CASE"], ["score", "CASE", "CASE/truth.json"]], ids=lambda a: a[0]
)
def test_a_case_that_has_not_been_run_has_nothing_to_show(
    light: Folder, capfd: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert cli.main([word.replace("CASE", str(light.path)) for word in arguments]) == 2
    assert "run" in capfd.readouterr().err


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "no such",
        "999999",
        "event:999999",
        "-1",
        "0" * 16,
        "0" * 16 + "/1",
        "lead:" + "0" * 16,
        "٣",
        "\udcff",
        "9" * 5000,
    ],
)
def test_a_row_that_is_not_there_is_said(light: Folder, landmark: Callable[..., Said], reference: str) -> None:
    light.write("logs/access.log", TEXT[:2000])
    assert landmark("run", light.path).status in {0, 4}
    said = landmark("show", light.path, reference)
    assert said.status == 2
    assert "which this case does not have" in said.err
