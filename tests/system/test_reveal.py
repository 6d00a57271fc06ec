"""`landmark reveal`: names of subjects over the threshold, from the provider's files or its answer; nobody else's."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

import landmark
from landmark import cli
from landmark.referral.request import ANSWERED, REQUEST_HEAD
from landmark.tables import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.system.conftest import Folder

HEAD = (
    "account,billing_name,billing_address,billing_country,installation_name,installation_address,installation_country,"
    "user_name,user_address,user_country,from,until"
)
COVERED = {"covers": ["traffic", "identification", "subscriber"]}
BARE = '[[subscribers]]\nfiles = ["subscribers.csv"]\n'
FILES = BARE + 'zone = "UTC"\n'
Row = dict[str, str]


def customer(account: str, begin: str = "", end: str = "", *, country: str = "GB", name: str | None = None) -> str:
    who = name or f"Customer {account}"
    line = f"Tenant {account}"
    payer, place = f"{who},1 Example Street,GB", f"{line},2 Example Street,{country}"
    return f"{account},{payer},{place},User {account},3 Example Street,,{begin},{end}"


@dataclass
class Known:
    """A case that has been run, its day, and what its records say."""

    folder: Folder
    today: date

    @property
    def path(self) -> Path:
        return self.folder.path

    def records(self, *rows: str, head: str = HEAD) -> Known:
        self.folder.write("subscribers.csv", "".join(row + "\n" for row in (head, *rows)).encode())
        return self

    def reveal(self, **options: Any) -> Any:  # noqa: ANN401 - what landmark.reveal takes and gives
        return landmark.reveal(self.path, today=self.today, **options)

    def names(self, country: str = "GB") -> list[Row]:
        return rows(self.path / "identities" / country / "subscribers.csv")

    def conflicts(self) -> list[Row]:
        return rows(self.path / "identities" / "conflicts.csv")

    def accounting(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.path / "identities" / "accounting.json").read_bytes())
        return content

    def looked_up(self) -> list[dict[str, Any]]:
        return [one for one in self.folder.ledger() if one["what"] == "look-up" and one["of"] == "subscriber"]

    def files(self) -> dict[str, bytes]:
        top = self.path / "identities"
        return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}


def rows(path: Path) -> list[Row]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def filled(path: Path, answer: Callable[[Row], Row]) -> list[Row]:
    """Give a request's rows with their answers."""
    return [row | dict.fromkeys(ANSWERED, "") | answer(row) for row in rows(path)]


def save(path: Path, answered: Iterable[Row]) -> Path:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, REQUEST_HEAD)
    writer.writeheader()
    writer.writerows(answered)
    path.write_bytes(text.getvalue().encode())
    return path


def found(account: str, name: str | None = None) -> Row:
    return {
        "answer": "found",
        "account": account,
        "billing_name": name or f"Customer {account}",
        "installation_country": "GB",
        "user_name": f"User {account}",
    }


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Folder]) -> Folder:
    """The small case under an authority that covers names, run once. Nobody may change it."""
    folder = make(tmp_path_factory.mktemp("reveal") / "case", authority=COVERED, more=FILES)
    folder.write("subscribers.csv", HEAD.encode() + b"\n")
    folder.run()
    return folder


@pytest.fixture
def known(tmp_path: Path, template: Folder, make: Callable[..., Folder], day: date) -> Known:
    """A copy of that case: two customers with twelve visits each, and others under the threshold."""
    folder = make(tmp_path / "case", authority=COVERED, more=FILES)
    shutil.rmtree(folder.path)
    shutil.copytree(template.path, folder.path)
    return Known(folder, day)


@pytest.fixture(scope="session")
def day() -> date:
    return date(2001, 11, 1)


@pytest.fixture
def whose(known: Known) -> Callable[[Row], str]:
    """Say whose account had the address of a request's row, by the provider's own records."""
    leases = rows(known.path / "isp" / "assignments.csv")

    def account(row: Row) -> str:
        at = row["instant"]
        return next(
            one["account"] for one in leases if one["address"] == row["address"] and one["from"] <= at < one["until"]
        )

    return account


# ── Who is looked up ───────────────────────────────────────────────────────────────────────────────────────────────


def test_names_of_leads_come_in_three_columns_and_of_nobody_else(known: Known) -> None:
    known.records(customer("user-0000"), customer("user-0001", country="FR"), customer("user-0002"))
    revealed = known.reveal()
    assert (revealed.subjects, revealed.results["found"], revealed.changed) == (2, 2, True)
    (one,) = known.names()
    assert (one["billing_name"], one["installation_name"], one["user_name"]) == (
        "Customer user-0000",
        "Tenant user-0000",
        "User user-0000",
    )
    assert (one["lead"], one["visits"], one["visits_of_record"], one["record"]) == (
        "yes",
        "12",
        "12",
        "subscribers.csv:2",
    )
    assert [row["country_by"] for row in known.names("FR")] == ["installation"]
    assert not known.folder.holding(b"user-0002", inside=("identities",))
    assert known.accounting()["files"][0]["dropped"] == {"directive": 1, "not_asked": 1}


def test_a_country_other_than_the_providers_is_listed(known: Known) -> None:
    known.records(customer("user-0000"), customer("user-0001", country="FR"))
    known.reveal()
    (one,) = [row for row in known.conflicts() if row["conflict"] == "country_conflict"]
    assert one["said"] == "billing GB, installation FR, provider GB"


def test_without_the_word_in_covers_nothing_is_read(known: Known) -> None:
    known.folder.authority = {"covers": ["traffic", "identification"]}
    known.folder.more = ""
    known.folder.save()
    known.folder.run()
    with pytest.raises(landmark.CaseError, match=r'\[authority\] covers: .*expected "subscriber" among them'):
        known.reveal()
    with pytest.raises(landmark.CaseError, match="subscriber"):
        known.reveal(request=True)
    assert known.looked_up() == []
    assert not (known.path / "requests").exists()


def test_names_are_read_only_while_the_authority_is_valid(known: Known) -> None:
    known.folder.authority = {**COVERED, "valid_until": "@2001-10-31"}
    known.folder.save()
    with pytest.raises(landmark.CaseError, match="after the authority has ended"):
        known.reveal()


@pytest.mark.parametrize("change", ["rules", "nothing run"])
def test_only_results_of_the_case_as_it_stands_are_revealed(known: Known, change: str) -> None:
    known.records(customer("user-0000"))
    if change == "rules":
        known.folder.rules = {"more_than": 11}
        known.folder.save()
    else:
        (known.path / "out" / "manifest.json").unlink()
    with pytest.raises(landmark.CaseError, match=r"run the case (again|first)"):
        known.reveal()
    assert known.looked_up() == []


def test_another_key_is_refused(known: Known) -> None:
    (known.path / "case.key").write_text("ab" * 32 + "\n", encoding="ascii")
    with pytest.raises(landmark.IntegrityError, match=r"case\.key"):
        known.reveal()


def test_where_nobody_is_over_the_threshold_no_file_of_names_is_opened(known: Known) -> None:
    known.folder.rules = {"more_than": 12}
    known.folder.save()
    known.folder.run()
    (known.path / "subscribers.csv").unlink()
    assert known.reveal().subjects == 0
    assert not (known.path / "identities").exists()


# ── The ledger, and where names may stand ──────────────────────────────────────────────────────────────────────────


def test_each_look_up_is_an_entry_with_the_authority_and_without_a_name(known: Known) -> None:
    known.records(customer("user-0000"))
    known.reveal()
    entries = known.looked_up()
    assert sorted(one["result"] for one in entries) == ["found", "none"]
    assert {one["authority"] for one in entries} == {"W-1"}
    (hit,) = [one for one in entries if one["result"] == "found"]
    digest = hashlib.sha256((known.path / "subscribers.csv").read_bytes()).hexdigest()
    assert hit["records"] == [{"sha256": digest, "line": 2}]
    what = [one["what"] for one in known.folder.ledger()]
    assert what[-4:] == ["reveal", "look-up", "look-up", "identities"]


def test_names_reach_no_byte_but_those_of_identities(known: Known, capfd: pytest.CaptureFixture[str]) -> None:
    known.records(customer("user-0000"), customer("user-0001", "2001-10-20", "2001-10-20T"), 'user-0001,"Customer')
    for arguments in (["reveal"], ["reveal", "--json"], ["check"], ["run"], ["funnel"]):
        when = [] if arguments == ["funnel"] else ["--as-of", "2001-11-01"]
        assert cli.main([arguments[0], str(known.path), *arguments[1:], *when]) in {0, 4}
    said = capfd.readouterr()
    words = (b"Customer", b"Tenant", b"Example Street", b"user-000")
    assert not any(word.decode() in said.out + said.err for word in words)
    assert known.folder.holding(*words) == []
    assert known.folder.holding(b"Customer user-0000", inside=("identities",)) != []


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps permissions otherwise")
def test_names_are_for_their_owner_alone(known: Known) -> None:
    known.records(customer("user-0000")).reveal()
    top = known.path / "identities"
    assert {path.stat().st_mode & 0o777 for path in (top, *top.rglob("*")) if path.is_dir()} == {0o700}
    # Each file, too: it may be copied from there.
    assert {path.stat().st_mode & 0o777 for path in top.rglob("*") if path.is_file()} == {0o600}
    assert known.reveal(request=True).request.parent.stat().st_mode & 0o777 == 0o700, "answers lie there"


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless_and_the_json_has_it_as_it_was(known: Known) -> None:
    known.records(customer("user-0000", name="=1+1"))
    known.reveal()
    assert known.names()[0]["billing_name"] == "'=1+1"
    told = json.loads((known.path / "identities/GB/subscribers.json").read_bytes())
    assert told["subscribers"][0]["billing_name"] == "=1+1"


# ── Running again ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_reveal_with_nothing_changed_looks_nobody_up(known: Known) -> None:
    known.records(customer("user-0000"))
    first = known.reveal()
    before = known.files()
    again = known.reveal()
    assert (again.changed, again.results) == (False, first.results)
    assert known.files() == before
    assert len(known.looked_up()) == 2
    assert known.folder.ledger()[-1]["result"] == "nothing changed"
    known.records(customer("user-0000"), customer("user-0001"))
    assert known.reveal().changed


def test_a_run_that_gives_the_same_results_leaves_the_names(known: Known) -> None:
    known.records(customer("user-0000")).reveal()
    before = known.files()
    assert not known.folder.run().changed
    assert known.files() == before


def test_a_run_that_gives_other_results_deletes_the_names(known: Known) -> None:
    known.records(customer("user-0000")).reveal()
    known.reveal(request=True)
    known.folder.rules = {"visit_gap": "31m"}
    known.folder.save()
    known.folder.run()
    assert list(known.path.glob("identities/*")) == []
    assert not (known.path / "requests").exists()
    assert {"identities deleted", "requests deleted"} <= {one["what"] for one in known.folder.ledger()}


@pytest.mark.parametrize("ends", ["well", "badly"])
def test_a_run_under_an_authority_that_no_longer_covers_names_deletes_them_however_it_ends(
    known: Known, ends: str
) -> None:
    known.records(customer("user-0000")).reveal()
    known.folder.authority = {"covers": ["traffic", "identification"]}
    known.folder.more = ""
    known.folder.save()
    if ends == "badly":
        (known.path / "logs/access.log").unlink()
        with pytest.raises(landmark.LandmarkError):
            known.folder.run()
    else:
        known.folder.run()
    assert list(known.path.glob("identities/*")) == []


class KilledError(BaseException):
    """Nothing of ours catches it."""


def test_killed_at_any_change_of_the_disk_nothing_half_written_is_read(
    known: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    known.records(customer("user-0000"), customer("user-0001")).reveal()
    expected = known.files()
    left = [0]

    def dying(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the system's
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            return real(*arguments, **options)

        return call

    for name in ("replace", "unlink", "mkdir", "rmdir"):
        monkeypatch.setattr(os, name, dying(getattr(os, name)))
    kills = 0
    for at in range(1, 60):
        left[0] = 1_000_000
        known.records(customer("user-0000"), customer("user-0001"), customer(f"user-1{at:03d}")).reveal()
        known.records(customer("user-0000"), customer("user-0001"))
        left[0] = at
        try:
            known.reveal()
        except KilledError:
            kills += 1
            manifest = known.path / "identities" / "manifest.json"
            if manifest.exists():
                named = json.loads(manifest.read_bytes())["files"]
                held = {name: hashlib.sha256(known.files()[name]).hexdigest() for name in named}
                assert held == named
        else:
            break
        left[0] = 1_000_000
        known.reveal()
        assert known.files() == expected
    assert 5 < kills < 59


# ── What records say ───────────────────────────────────────────────────────────────────────────────────────────────


def test_an_account_sold_on_names_only_a_holder_who_is_over_the_threshold_alone(known: Known) -> None:
    known.records(
        customer("user-0000", "2001-01-01", "2001-10-07", name="Former"),
        customer("user-0000", "2001-10-07", "", name="Later"),
        customer("user-0001", "2001-01-01", "2001-10-02", name="Earlier"),
        customer("user-0001", "2001-10-02", "", name="Present"),
    )
    revealed = known.reveal()
    assert [row["billing_name"] for row in known.names()] == ["Present"]
    assert revealed.results == {"found": 1, "none": 1, "several": 0, "contradicted": 0, "unreadable": 0}
    kinds = [(row["conflict"], row["visits"]) for row in known.conflicts()]
    assert kinds.count(("holder_changes", "5")) == 1
    assert sum(kind == "at_most_threshold" for kind, _ in kinds) == 2
    assert known.folder.holding(b"Former", b"Later", b"Earlier", inside=("identities",)) == []
    dropped = known.accounting()["files"][0]["dropped"]
    assert dropped == {"directive": 1, "outside_period": 1, "at_most_threshold": 2}


def test_two_records_at_once_are_both_listed_and_never_merged(known: Known) -> None:
    known.records(customer("user-0000", "2001-01-01", name="One"), customer("user-0000", name="Other"))
    revealed = known.reveal()
    assert revealed.results["several"] == 1
    assert [row["billing_name"] for row in known.names()] == ["One", "Other"]
    assert all("records_at_once" in row["conflicts"] for row in known.names())
    assert "period_not_stated" in known.names()[1]["conflicts"]


def test_the_same_record_twice_is_one(known: Known) -> None:
    known.records(customer("user-0000", "2001-01-01"), customer("user-0000", "2001-01-01"))
    assert known.reveal().results["found"] == 1
    assert known.accounting()["files"][0]["dropped"]["duplicate"] == 1


def test_a_record_of_another_time_is_not_taken(known: Known) -> None:
    known.records(customer("user-0000", "2001-10-20"), customer("user-0001", "2001-01-01", "2001-09-30"))
    assert known.reveal().results["none"] == 2
    assert known.folder.holding(b"Customer", inside=("identities",)) == []


def test_a_row_that_cannot_be_read_is_located_and_listed_and_too_many_are_told(known: Known) -> None:
    known.records(customer("user-0000"), customer("user-0001", "yesterday"), "user-0000,too,few", "\n")
    revealed = known.reveal()
    (file,) = known.accounting()["files"]
    assert file["rejects"] == [{"line": 3, "reason": "malformed"}, {"line": 4, "reason": "malformed"}]
    assert file["lines"] == file["kept"] + sum(file["dropped"].values()) + sum(file["rejected"].values())
    assert [row["record"] for row in known.conflicts() if row["conflict"] == "record_unreadable"] == [
        "subscribers.csv:3",
        "subscribers.csv:4",
    ]
    assert revealed.rejected_too_many == ("subscribers.csv",)
    assert cli.main(["reveal", str(known.path), "--as-of", "2001-11-01"]) == 4


def test_local_times_need_the_zone_that_the_case_states(known: Known, capsys: pytest.CaptureFixture[str]) -> None:
    known.records(customer("user-0000", "2001-10-01", "2001-10-31"))
    known.folder.more = BARE
    known.folder.save()
    known.folder.run()
    revealed = known.reveal()
    assert (revealed.results["found"], revealed.results["unreadable"]) == (0, 1)
    assert known.accounting()["files"][0]["rejected"] == {"bad_time": 1}
    looked_up = {(one["result"], *one["conflicts"]) for one in known.looked_up()}
    assert looked_up == {("unreadable", "record_unreadable"), ("none",)}
    assert {row["conflict"] for row in known.conflicts()} == {"record_unreadable"}
    assert cli.main(["reveal", str(known.path), "--as-of", "2001-11-01"]) == 4
    assert "allows: 1 line: a time that is none, or whose zone is not stated" in capsys.readouterr().err
    known.folder.more = BARE + 'zone = "Europe/London"\n'
    known.folder.save()
    known.folder.run()
    assert known.reveal().results["found"] == 1
    (one,) = known.names()
    assert (one["held_from"], one["held_until"]) == ("2001-09-30T23:00:00Z", "2001-10-31T00:00:00Z")


def test_the_case_says_what_the_columns_are_called_and_how_accounts_are_spelled(known: Known) -> None:
    known.folder.more = FILES + 'account_form = "lower no-realm"\ncolumns = { account = "id", user_name = "who" }\n'
    known.folder.save()
    known.records("USER-0000@isp.example,Somebody", head="id,who")
    known.folder.run()
    known.reveal()
    assert [row["user_name"] for row in known.names()] == ["Somebody"]


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("account;user_name", "found columns parted by semicolons"),
        ("name,user_name", "account: found nothing, expected a column with the account"),
        ("account,phone", "found none of them, expected at least one of the columns"),
        ("account,user_name,user_name", "user_name: found a column written twice"),
        ("account,user_name\xff", None),
    ],
)
def test_a_header_that_is_not_right_is_said_by_check_and_by_reveal_and_nothing_is_taken(
    known: Known, head: str, said: str | None
) -> None:
    known.folder.write("subscribers.csv", head.encode("latin-1") + b"\n")
    for command in (landmark.check, landmark.reveal):
        with pytest.raises(landmark.CaseError) as refused:
            command(known.path, today=known.today)
        assert str(refused.value).startswith("subscribers.csv:1: ")
        assert said is None or said in str(refused.value)
    assert known.looked_up() == []


def test_a_file_that_is_not_there_is_said(known: Known) -> None:
    (known.path / "subscribers.csv").unlink()
    for command in (landmark.check, landmark.reveal):
        with pytest.raises(landmark.CaseError, match=r"case\.toml:\d+: files: found none for"):
            command(known.path, today=known.today)


def test_a_file_in_two_tables_and_a_column_for_two_things_are_refused(known: Known) -> None:
    known.folder.more = (
        FILES + '[[subscribers]]\nfiles = ["sub*.csv"]\ncolumns = { user_name = "n", billing_name = "n" }\n'
    )
    known.folder.save()
    with pytest.raises(landmark.CaseError, match=r"columns\.billing_name: found the one that `user_name` is, too"):
        known.folder.run()
    known.folder.more = known.folder.more.replace('"n" }', '"m" }')
    known.folder.save()
    known.folder.run()
    with pytest.raises(landmark.CaseError, match=r"each file in one \[\[subscribers\]\] only"):
        known.reveal()


def test_a_name_that_was_changed_is_found_when_everything_is_read_again(known: Known) -> None:
    known.records(customer("user-0000")).reveal()
    path = known.path / "identities" / "GB" / "subscribers.csv"
    path.write_bytes(path.read_bytes().replace(b"Customer", b"Somebody"))
    with pytest.raises(landmark.IntegrityError, match=r"identities/GB/subscribers\.csv: is not what was written"):
        landmark.check(known.path, today=known.today, reread=True)
    assert known.reveal().changed


def test_names_whose_manifest_was_made_to_fit_are_looked_up_anew(known: Known) -> None:
    known.records(customer("user-0000")).reveal()
    before = known.files()
    path = known.path / "identities" / "GB" / "subscribers.csv"
    path.write_bytes(path.read_bytes().replace(b"Customer", b"Somebody"))
    said = json.loads(before["manifest.json"])
    said["files"]["GB/subscribers.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (known.path / "identities" / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    assert known.reveal().changed
    assert known.files() == before


def test_records_that_are_not_what_was_acquired_name_nobody(known: Known) -> None:
    known.folder.more = '[[subscribers]]\nfiles = ["people/subscribers.csv"]\nzone = "UTC"\n'
    known.folder.save()
    known.folder.run()
    known.folder.write("people/subscribers.csv", f"{HEAD}\n{customer('user-0000')}\n".encode())
    landmark.acquire(known.path / "people", by="Duty engineer", host="crm.example", right="W-1")
    assert known.reveal().results["found"] == 1
    assert [one["path"] for one in known.folder.ledger() if one["what"] == "acquisition"] == ["people/acquisition.json"]
    known.folder.write("people/subscribers.csv", f"{HEAD}\n{customer('user-0000', name='Else')}\n".encode())
    with pytest.raises(landmark.IntegrityError, match=r"people/subscribers\.csv: is not what was acquired"):
        known.reveal()
    with pytest.raises(landmark.IntegrityError, match=r"people/subscribers\.csv: is not what was acquired"):
        landmark.check(known.path, today=known.today, reread=True)
    (known.path / "people" / "acquisition.json").unlink()
    for does in (known.reveal, partial(landmark.check, known.path, today=known.today, reread=True)):
        with pytest.raises(landmark.IntegrityError, match="not there"):
            does()
    assert known.folder.holding(b"Else", inside=("identities",)) == []


# ── The request, and its answer ────────────────────────────────────────────────────────────────────────────────────


def test_the_request_asks_for_every_visits_first_instant_in_utc_and_in_the_providers_zone(known: Known) -> None:
    revealed = known.reveal(request=True)
    assert revealed.request == known.path / "requests" / "Example-Internet.csv"
    asked = rows(revealed.request)
    assert len(asked) == revealed.rows == 24
    assert [row["row"] for row in asked] == [str(number) for number in range(1, 25)]
    assert len({row["request"] for row in asked}) == 1
    begins = {row["first"] for row in known.folder.rows("visits")}
    for row in asked:
        at = datetime.fromisoformat(row["instant"])
        assert int(at.timestamp()) * (HOUR // 3600) in begins
        assert datetime.fromisoformat(row["instant_local"]) == at
        assert row["instant_local"].endswith("+01:00")
        assert (row["tolerance_seconds"], row["answer"], row["account"]) == ("5", "", "")
    # A second time it is the same, and nothing is written.
    before = revealed.request.read_bytes()
    assert not known.reveal(request=True).changed
    assert revealed.request.read_bytes() == before


def test_without_files_of_subscribers_a_request_is_written(known: Known) -> None:
    known.folder.more = ""
    known.folder.save()
    known.folder.run()
    assert known.reveal().rows == 24


def test_an_answer_names_those_who_were_asked_about(known: Known, whose: Callable[[Row], str]) -> None:
    request = known.reveal(request=True).request
    answer = save(known.path / "answer.csv", filled(request, lambda row: found(whose(row))))
    revealed = known.reveal(answer=answer)
    assert revealed.results == {"found": 2, "none": 0, "several": 0, "contradicted": 0, "unreadable": 0}
    assert sorted(row["billing_name"] for row in known.names()) == ["Customer user-0000", "Customer user-0001"]
    assert known.accounting()["files"][0] == {
        "path": "answer.csv",
        "sha256": hashlib.sha256(answer.read_bytes()).hexdigest(),
        "bytes": answer.stat().st_size,
        "lines": 25,
        "kept": 24,
        "dropped": {"directive": 1},
        "rejected": {},
        "rejects": [],
    }
    assert not known.reveal(answer=answer).changed
    assert known.folder.holding(b"Customer") == []


def test_no_record_for_some_instants_leaves_visits_without_record(known: Known, whose: Callable[[Row], str]) -> None:
    request = known.reveal(request=True).request

    def answer(row: Row) -> Row:
        account = whose(row)
        return {"answer": "no record"} if account == "user-0001" and int(row["row"]) > 4 else found(account)

    revealed = known.reveal(answer=save(known.path / "answer.csv", filled(request, answer)))
    assert (revealed.results["found"], revealed.results["none"]) == (1, 1)
    kinds = {row["conflict"] for row in known.conflicts()}
    assert {"visits_without_record", "at_most_threshold"} <= kinds
    assert known.folder.holding(b"Customer user-0001", inside=("identities",)) == []


@pytest.mark.parametrize(("answered", "named"), [(10, False), (11, True)])
def test_an_answer_names_nobody_for_as_many_visits_as_the_threshold(
    known: Known, whose: Callable[[Row], str], answered: int, *, named: bool
) -> None:
    request = known.reveal(request=True).request
    left = dict.fromkeys(("user-0000", "user-0001"), answered)

    def answer(row: Row) -> Row:
        account = whose(row)
        left[account] -= 1
        return found(account) if left[account] >= 0 else {"answer": "no record"}

    known.reveal(answer=save(known.path / "answer.csv", filled(request, answer)))
    assert bool(known.folder.holding(b"Customer user-0001", inside=("identities",))) == named
    assert not named or [row["visits_of_record"] for row in known.names()] == ["11", "11"]


@pytest.mark.parametrize(
    ("change", "conflict"),
    [({"account": "user-0777"}, "other_account"), ({"answer": "several"}, "several_accounts")],
)
def test_one_answer_that_contradicts_the_attribution_names_nobody_and_is_listed(
    known: Known, whose: Callable[[Row], str], change: Row, conflict: str
) -> None:
    request = known.reveal(request=True).request
    answered = filled(request, lambda row: found(whose(row)))
    first = next(row for row in answered if row["account"] == "user-0001")
    first |= dict.fromkeys(ANSWERED, "") | {"answer": "several"} if "answer" in change else change
    revealed = known.reveal(answer=save(known.path / "answer.csv", answered))
    assert (revealed.results["found"], revealed.results["contradicted"]) == (1, 1)
    assert [row["conflict"] for row in known.conflicts() if row["conflict"] == conflict] == [conflict]
    assert known.folder.holding(b"Customer user-0001", b"user-0777", inside=("identities", "ledger.jsonl")) == []


def test_different_answers_for_one_subject_are_listed_and_never_merged(
    known: Known, whose: Callable[[Row], str]
) -> None:
    request = known.reveal(request=True).request
    answered = filled(request, lambda row: found(whose(row)))
    next(row for row in answered if row["account"] == "user-0001")["billing_name"] = "Somebody Else"
    known.reveal(answer=save(known.path / "answer.csv", answered))
    (one,) = [row for row in known.names() if row["account"] == "user-0001"]
    assert (one["visits_of_record"], "different_answers" in one["conflicts"]) == ("11", True)
    assert known.folder.holding(b"Somebody Else", inside=("identities",)) == []


ECHOED = REQUEST_HEAD[: -len(ANSWERED)]


@pytest.mark.parametrize("column", ECHOED)
def test_a_cell_of_the_question_that_is_not_as_it_was_sent_is_refused_with_line_and_column(
    known: Known, whose: Callable[[Row], str], column: str
) -> None:
    request = known.reveal(request=True).request
    answered = filled(request, lambda row: found(whose(row)))
    answered[6][column] += "1" if column == "port" else "0"
    answer = save(known.path / "answer.csv", answered)
    with pytest.raises(landmark.CaseError) as refused:
        known.reveal(answer=answer)
    assert f"answer.csv:8: {column}: " in str(refused.value)
    assert "user-000" not in str(refused.value)
    assert "Customer" not in str(refused.value)
    assert known.looked_up() == []
    assert not (known.path / "identities").exists()


def dropped(answered: list[Row]) -> list[Row]:
    return answered[:-1]


def doubled(answered: list[Row]) -> list[Row]:
    return [*answered, answered[3]]


def wordless(answered: list[Row]) -> list[Row]:
    answered[2]["answer"] = ""
    return answered


def accountless(answered: list[Row]) -> list[Row]:
    answered[2]["account"] = " "
    return answered


def both(answered: list[Row]) -> list[Row]:
    answered[2]["answer"] = "no record"
    return answered


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (dropped, "answer.csv: found none to 1 of them, expected an answer to every row (the first is row 24"),
        (doubled, "answer.csv:26: row: found a second answer to the row; the first is on line 5"),
        (wordless, "answer.csv:4: answer: found nothing, expected one of: found, no record, several"),
        (accountless, "answer.csv:4: account: found nothing, expected the account that had the address"),
        (both, "answer.csv:4: account: found something, expected an empty cell"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_answer_that_is_not_whole_is_refused(
    known: Known, whose: Callable[[Row], str], spoil: Callable[[list[Row]], list[Row]], said: str
) -> None:
    request = known.reveal(request=True).request
    answer = save(known.path / "answer.csv", spoil(filled(request, lambda row: found(whose(row)))))
    with pytest.raises(landmark.CaseError) as refused:
        known.reveal(answer=answer)
    assert said in str(refused.value)
    assert not (known.path / "identities").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only such a system has named pipes")
def test_a_pipe_in_an_answers_place_is_refused_and_not_waited_for(known: Known) -> None:
    known.reveal(request=True)
    os.mkfifo(known.path / "answer.csv")
    with pytest.raises(landmark.MachineError, match="Not a regular file"):
        known.reveal(answer=known.path / "answer.csv")


def test_an_answer_to_a_request_that_was_never_written_is_refused(known: Known, whose: Callable[[Row], str]) -> None:
    request = known.reveal(request=True).request
    answer = save(known.path / "answer.csv", filled(request, lambda row: found(whose(row))))
    known.folder.rules = {"clock_tolerance": "4s"}
    known.folder.save()
    known.folder.run()
    with pytest.raises(landmark.CaseError, match="an answer to a request of this case as it stands"):
        known.reveal(answer=answer)
    known.reveal(request=True)
    with pytest.raises(landmark.CaseError, match="request: found another one"):
        known.reveal(answer=answer)


def test_an_answer_beside_the_request_outlives_it(known: Known) -> None:
    request = known.reveal(request=True).request
    own = request.with_name("answer.csv")
    own.write_bytes(b"mine\n")
    known.folder.rules = {"clock_tolerance": "4s"}
    known.folder.save()
    known.folder.run()
    assert [path.name for path in own.parent.iterdir()] == ["answer.csv"]


def test_an_answer_saved_with_a_mark_and_unix_line_ends_is_taken(known: Known, whose: Callable[[Row], str]) -> None:
    request = known.reveal(request=True).request
    answer = save(known.path / "answer.csv", filled(request, lambda row: found(whose(row))))
    answer.write_bytes(b"\xef\xbb\xbf" + answer.read_bytes().replace(b"\r\n", b"\n"))
    assert known.reveal(answer=answer).results["found"] == 2


def test_a_mark_and_a_blank_line_before_an_answer_are_no_fault(known: Known, whose: Callable[[Row], str]) -> None:
    request = known.reveal(request=True).request
    answer = save(known.path / "answer.csv", filled(request, lambda row: found(whose(row))))
    answer.write_bytes(b"\xef\xbb\xbf\r\n" + answer.read_bytes() + b"\r\n \n")
    assert known.reveal(answer=answer).results["found"] == 2
    assert known.accounting()["files"][0]["dropped"] == {"directive": 1, "empty": 3}


def test_that_an_answer_is_read_is_entered_before_even_where_it_is_refused_then(known: Known) -> None:
    known.reveal(request=True)
    answer = known.path / "answer.csv"
    answer.write_bytes(b"no answer\n")
    with pytest.raises(landmark.CaseError):
        known.reveal(answer=answer)
    last = known.folder.ledger()[-1]
    assert (last["what"], last["answer_sha256"]) == ("reveal", hashlib.sha256(b"no answer\n").hexdigest())


@pytest.mark.parametrize("name", ["../case.key", "sub/../../case.key", "..", ""])
def test_a_manifest_of_requests_that_names_something_else_deletes_nothing_else(known: Known, name: str) -> None:
    known.reveal(request=True)
    manifest = known.path / "requests" / "manifest.json"
    said = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**said, "results": "others", "files": {name: ""}}), encoding="utf-8")
    key = (known.path / "case.key").read_bytes()
    known.folder.run()
    assert (known.path / "case.key").read_bytes() == key
    assert not manifest.exists()


def test_request_and_answer_at_once_are_refused(known: Known) -> None:
    with pytest.raises(landmark.CaseError, match="both"):
        known.reveal(request=True, answer=known.path / "answer.csv")


def test_the_command_prints_counts_and_json(known: Known, capsys: pytest.CaptureFixture[str]) -> None:
    known.records(customer("user-0000"))
    assert cli.main(["reveal", str(known.path), "--as-of", "2001-11-01", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["subjects"], told["results"]["found"], told["changed"]) == (2, 1, True)
    assert known.folder.ledger()[-2]["what"] == "look-up"
    assert next(one for one in known.folder.ledger() if one["what"] == "reveal")["as_of"] == "2001-11-01"
