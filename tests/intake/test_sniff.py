"""A log's format is told by what its lines are read as, and never from a name."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import landmark
from landmark import sources
from landmark.errors import CaseError

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
FIXED = [name for name, source in sources.ALL.items() if source.format.described is None]
GENUINE = [
    ("elb", "formats/matomo/elb.log"),
    ("w3c-host", "formats/matomo/iis.log"),
    ("w3c", "formats/plaso/iis_iis6.log"),
    ("cloudflare", "formats/lnav/logfile_cloudflare.json"),
    ("squid", "formats/logstash/squid.txt"),
    ("haproxy", "formats/lnav/logfile_haproxy.0"),
    ("haproxy", "formats/matomo/haproxy.log"),
    ("zeek-http", "formats/lnav/logfile_bro_http.log.0"),
    ("combined", "web/elastic_apache_logs.log"),
    ("combined", "web/hurence_access.log.48"),
]


@pytest.mark.parametrize("name", FIXED)
def test_the_example_of_a_format_is_known_for_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(sources.ALL[name].examples()[0].text)
    assert landmark.sniff(path)[0].format == name


@pytest.mark.parametrize(("name", "path"), GENUINE, ids=[path for _, path in GENUINE])
def test_a_genuine_log_is_known(name: str, path: str) -> None:
    if not DATA.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    assert landmark.sniff(DATA / path)[0].format == name


def test_a_proxys_log_of_more_names_than_lines_is_known_by_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    line = "1002016800.123 5 192.0.2.1 TCP_MISS/200 9 GET http://h{}.{}.example/ - HIER_DIRECT/203.0.113.80 text/html\n"
    path.write_text("".join(line.format(one, one % 7) for one in range(1500)), encoding="utf-8")
    (found,) = landmark.sniff(path)
    assert (found.format, found.confidence) == ("squid", 100)


def test_a_sensors_log_in_which_few_hosts_were_seen_is_known(tmp_path: Path) -> None:
    path = tmp_path / "http.log"
    line = '{"ts":1002016800.5,"id.orig_h":"192.0.2.1","method":"GET","uri":"/","status_code":200%s}\n'
    path.write_text((line % "") * 9 + line % ',"host":"forum-a.example"', encoding="utf-8")
    (found,) = landmark.sniff(path)
    assert (found.format, found.confidence) == ("zeek-http", 100)


def test_a_format_that_finds_hosts_in_half_the_lines_is_not_the_likelier(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    line = '192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.0" 200 512\n'
    path.write_text(line * 10 + ("forum-a.example:80 " + line) * 6, encoding="utf-8")
    assert [one.format for one in landmark.sniff(path)] == ["combined", "vhost_combined"]


def test_the_first_line_that_does_not_read_is_named_and_never_quoted(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    line = '192.0.2.1 - - [02/Oct/2001:10:00:00 +0200] "GET /board/ HTTP/1.0" 200 512\n'
    path.write_text(line * 3 + "mary was here\n" + line, encoding="utf-8")
    command = [sys.executable, "-m", "landmark", "sniff", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "combined, 80 in 100 of its first 5 lines" in said
    assert "the first is line 4: malformed" in said
    assert "mary" not in said
    block = tomllib.loads(said[said.index("[[log]]") :])
    assert block["log"][0]["format"] == "combined"
    found = json.loads(subprocess.run([*command, "--json"], capture_output=True, text=True, check=True).stdout)
    assert (found[0]["format"], found[0]["confidence"], found[0]["first_unread"]) == ("combined", 80, 4)


def test_a_file_of_no_format_is_refused_with_what_may_help(tmp_path: Path) -> None:
    path = tmp_path / "diary.txt"
    path.write_text("nothing\nto see\n", encoding="utf-8")
    with pytest.raises(CaseError, match="log_format"):
        landmark.sniff(path)


def test_the_block_names_a_file_of_a_case_as_its_case_file_must_name_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = tmp_path / "case" / "logs"
    logs.mkdir(parents=True)
    (logs / "access.log").write_bytes(sources.ALL["combined"].examples()[0].text)

    def named(given: str) -> str:
        (name,) = tomllib.loads(landmark.sniff(Path(given))[0].block)["log"][0]["files"]
        return str(name)

    monkeypatch.chdir(logs)
    assert named("access.log") == "access.log"
    (tmp_path / "case" / "case.toml").write_bytes(b"")
    assert named("access.log") == "logs/access.log"
    monkeypatch.chdir(tmp_path)
    assert named("case/logs/access.log") == "logs/access.log"
    assert named("case/logs/../logs/access.log") == "logs/access.log"
    assert named(str(logs / "access.log")) == "logs/access.log"
