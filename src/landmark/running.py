"""One run on a case, from its files to the folder `out/`, with everything entered in the ledger."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landmark import case_file, keys, outputs, pipeline, pseudonyms, store, tables, warrant
from landmark.errors import IntegrityError
from landmark.intake import acquired as acquisitions
from landmark.intake import leases as leasing
from landmark.intake import years
from landmark.intake.identifying import identify
from landmark.intake.logs import Reading
from landmark.intake.shelf import Shelf
from landmark.intake.told import silent
from landmark.kept import Stages
from landmark.publish import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    import pyarrow as pa

    from landmark.accounting import FileCount
    from landmark.case import Assignment, Case, Log
    from landmark.engine import Runner
    from landmark.intake.identifying import Found
    from landmark.intake.inputs import Dated
    from landmark.intake.told import Progress
    from landmark.kept import Kept
    from landmark.ledger import Ledger


@dataclass(slots=True)
class Run:
    """One run on a case that is held by its lock."""

    case: Case
    cache: Path
    book: Ledger
    engine: Runner
    as_of: date | None = None
    progress: Progress = silent

    def go(self) -> bool:
        """Run, and tell whether anything had to be done.

        Raises:
            LandmarkError: with the exit status that fits; nothing half-written is left to be read.
        """
        names = self._known_names()
        shelf = Shelf(self.cache / "events")
        reading = Reading(self.case, names, shelf, self.progress)
        found = identify(self.case, self.book, self.cache, self.progress, ahead=reading.ahead)
        key = self._key(found, names)
        said = outputs.manifest(self._out)
        facts = {"version": keys.release("landmark"), "case_sha256": self._case_sha256(), "key_mark": names.fingerprint}
        self.book.add("run", **facts, **self._statements())
        # Whether or not anything changed: from here on the manifest may not go.
        for acquired in acquisitions.fresh(found.acquired, self.book.entries):
            self.book.add("acquisition", **acquired.as_entry())
        if said is not None and said.get("key") == key and not outputs.intact(self._out, said):
            self.book.add("nothing changed", key=key)
            return False
        self._make(found, names, key, reading, shelf)
        return True

    def _known_names(self) -> pseudonyms.Pseudonyms:
        """Give who gives pseudonyms, and see that they are those of earlier runs: another key makes other ones."""
        marks = [entry["key_mark"] for entry in self.book.entries if "key_mark" in entry]
        lost = "is not the key that this case was begun with; restore it, or no pseudonym leads to a name any more"
        if marks and not (self.case.folder / pseudonyms.KEY_FILE).exists():
            raise IntegrityError(f"{pseudonyms.KEY_FILE}: is not there; restore it, or begin a new case")
        names = pseudonyms.load_or_make(self.case.folder)
        if marks and marks[-1] != names.fingerprint:
            raise IntegrityError(f"{pseudonyms.KEY_FILE}: {lost}")
        return names

    @property
    def _out(self) -> Path:
        return self.case.folder / "out"

    def _key(self, found: Found, names: pseudonyms.Pseudonyms) -> str:
        files = [[one.kind, one.owner.name, one.name, identity.sha256] for one, identity in found.files]
        # By their names as seen from the case: it is the same case wherever its folder lies.
        beside = self.case.folder.absolute()
        data = [[os.path.relpath(path, beside), outputs.hash_of(path)] for path in case_file.data_files(self.case)]
        return keys.key_of(keys.code_key(), names.fingerprint, self._case_sha256(), sorted(files), data)

    def _case_sha256(self) -> str:
        return outputs.hash_of(self.case.folder / "case.toml")

    def _make(self, found: Found, names: pseudonyms.Pseudonyms, key: str, reading: Reading, shelf: Shelf) -> None:
        logs = reading.logs(found.files, found.earlier, self.cache / "tables")
        leased = None
        if self.case.assignments:
            self.progress("reading assignments", 0, 0)
            clients = logs.events.select("client_address")
            leased = leasing.leases(self.case, found.files, names, clients, self.cache / "leases")
        stages = Stages(self.engine, self.cache / "tables", lambda what: self.progress(what, 0, 0))
        results = pipeline.run(self.case, logs, leased, names, stages)
        self.engine.close()  # what it still holds of the stages is as much as writing takes
        leases = None if leased is None else leased.leases
        gone = bool(found.compared.gone)
        dated = years.dated_now(found.files, found.earlier, _placed(found, logs.events), leases, checked=gone)
        self._enter(found, results.tables["countries"], dated)
        held = set() if leased is None else {leased.key}
        # Before there is a result: a run that is killed after it would find nothing left to do.
        for folder, used in (("events", shelf.used), ("leases", held), ("tables", {*stages.used, logs.events.key})):
            for path in (self.cache / folder).iterdir():
                if path.name.split(".", 1)[0] not in used:
                    path.unlink()
        self._write(results, key)

    def _enter(self, found: Found, places: pa.Table, dated: Mapping[str, Dated]) -> None:
        """Enter inputs, look-ups and what the case declares gone, before any result is there."""
        for name in found.compared.gone:
            self.book.add("input gone", path=name)
        for one, identity in found.files:
            was = found.earlier.get(one.name)
            of = dated.get(one.name)
            now = identity.sha256, identity.content_sha256, of
            if was is None or (was.sha256, was.content_sha256, was.dated) != now:
                self.book.add(
                    "input",
                    path=one.name,
                    state=found.compared.states[one.name],
                    sha256=identity.sha256,
                    content_sha256=identity.content_sha256,
                    bytes=identity.stored_bytes,
                    text_bytes=identity.text_bytes,
                    whole=identity.whole,
                    lines=identity.lines,
                    ended_early=identity.ended_early,
                    **({} if of is None else {"dated": of._asdict()}),
                )
        sets = zip(places["dataset"].to_pylist(), places["dataset_date"].to_pylist(), strict=True)
        for (name, day), count in sorted(Counter(sets).items(), key=str):
            self.book.add("look-up", of="country of addresses", dataset=name, dataset_date=day, addresses=count)

    def _write(self, results: pipeline.Results, key: str) -> None:
        over = sorted(file.path for file in results.files if self._over(file))
        facts: outputs.Manifest = {
            "case": self.case.id,
            "key": key,
            "authority": warrant.authority_of(self.case),
            "rejected_too_many": over,
        }
        self.progress("writing results", 0, 0)
        written = texts(self.case, results.funnel, results.tables)
        manifest = outputs.write(self._out, {**results.tables, "events": results.events}, written, facts)
        # Entered first: results without their line are those of a ledger that was cut.
        self.book.add("results", key=key, manifest_sha256=keys.key_of(manifest), counts=results.counts)
        outputs.seal(self._out, manifest)

    def _over(self, file: FileCount) -> bool:
        return file.duplicate_of is None and file.over(self.case.rules.reject_more_than)

    def _tolerance(self, one: Log | Assignment) -> int:
        return self.case.rules.clock_tolerance if one.clock_tolerance is None else one.clock_tolerance

    def _statements(self) -> dict[str, object]:
        """Give what the provider and the case state: each run enters it. Names of accounts and logins stay out."""
        logs = [
            {
                "log": log.name,
                "format": log.format,
                "host": log.host,
                "zone": log.zone,
                "log_format": log.log_format,
                "transport": log.transport,
                "client_port": log.client_port,
                "login_verified": list(log.login_verified),
                "trusted_proxies": list(log.trusted_proxies),
                "clock_tolerance": self._tolerance(log),
                "clock_ahead": log.clock_ahead,
                "why": log.why,
                "overlap": log.overlap,
                "doubtful": [[stretch.begin, stretch.end, stretch.why] for stretch in log.doubtful],
            }
            for log in sorted(self.case.logs, key=lambda log: log.name)
        ]
        holders = [
            {
                "assignment": one.name,
                "format": one.format,
                "zone": one.zone,
                "realm": one.realm,
                "account": one.account,
                "columns": one.columns,
                "clock_tolerance": self._tolerance(one),
                "clock_ahead": one.clock_ahead,
                "why": one.why,
                "doubtful": [[stretch.begin, stretch.end, stretch.why] for stretch in one.doubtful],
            }
            for one in sorted(self.case.assignments, key=lambda one: one.name)
        ]
        known = [
            {"who": one.who, "why": one.why, "address": one.address, "from": one.begin, "until": one.end}
            for one in (*self.case.known, *self.case.leaf)
        ]
        targets = [
            {"target": one.id, "from": one.begin, "until": one.end, "listed_by": one.listed_by, "basis": one.basis}
            for one in self.case.targets
        ]
        said: dict[str, object] = {
            "authority": self.case.authority.reference,
            "targets": targets,
            "logs": logs,
            "assignments": holders,
            "known": known,
        }
        return {**said, "as_of": self.as_of.isoformat()} if self.as_of else said


def _placed(found: Found, events: Kept) -> pa.Table:
    """Give where each event stands, and when it was; none where no log has a year of its own."""
    if all(one.owner.year is None for one, _ in found.files):
        return store.empty(tables.EVENTS)
    return events.select("source", "line", "time")
