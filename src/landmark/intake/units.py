"""Which texts are read together, with one state, and what their reader must know besides their bytes.

A text of a format without state is read by itself; of any other all texts of a series are, in order.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from landmark import sources
from landmark.intake.names import account_forms, account_of, tie
from landmark.keys import code_key, key_of
from landmark.scan.needles import Prefilter
from landmark.targets import Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from landmark.case import Case, Log, LogFormat
    from landmark.intake.inputs import Input
    from landmark.pseudonyms import Pseudonyms
    from landmark.scan.identity import Identity
    from landmark.sources import Settings, Source

_One = TypeVar("_One")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is read with one state: one text of a format without state, or a whole series, in order."""

    log: Log
    source: Source
    settings: Settings
    texts: tuple[tuple[Input, Identity], ...]
    base: str

    @property
    def facts(self) -> LogFormat:
        """What is known of the format, once the case has said how its lines read."""
        return self.source.format.of(self.log.log_format)

    @property
    def embeds_unknown(self) -> bool:
        """Whether an embed cannot be told, since neither the lines nor the case say which host was asked."""
        facts = self.facts
        return facts.kind == "web" and not facts.logs_host and self.log.host is None

    def key(self, number: int) -> str:
        """Give the key of a text of the unit. A stream that ended early tells of one line more than its text holds."""
        texts = [(identity.content_sha256, identity.ended_early) for _, identity in self.texts]
        return key_of(self.base, texts, number)

    def key_before(self, content: str) -> str:
        """Give the key of an earlier content of its only text, whose stream had not ended early."""
        return key_of(self.base, [(content, False)], 0)


class Units:
    """What of the logs of a case is read together."""

    def __init__(self, case: Case, names: Pseudonyms) -> None:
        """Take the case, and who gives pseudonyms."""
        self._case = case
        self._names = names
        self._targets = Targets(case.targets)
        self._prefilters: dict[tuple[str, bool, str | None], Prefilter] = {}

    def of(self, found: Sequence[tuple[Input, Identity]]) -> Iterator[Unit]:
        """Give what is read together, of texts that were identified."""
        for log, source, settings, base, texts in self.groups(found, lambda pair: pair[0]):
            yield Unit(log, source, settings, texts, base)

    def groups(
        self, found: Sequence[_One], input_of: Callable[[_One], Input]
    ) -> Iterator[tuple[Log, Source, Settings, str, tuple[_One, ...]]]:
        """Give what is read with one state: one text of a format without state, or a whole series, in order."""
        series: dict[tuple[str, str], list[_One]] = {}
        for one in found:
            series.setdefault((input_of(one).owner.name, input_of(one).series), []).append(one)
        for (owner, name), texts in series.items():
            log = next(log for log in self._case.logs if log.name == owner)
            source = sources.ALL[log.format]
            settings = self._settings(log, name)
            base = key_of("partition", code_key(), source.name, source.version, self._facts(log, settings))
            for group in [texts] if source.stateful else [[text] for text in texts]:
                yield log, source, settings, base, tuple(group)

    def prefilter(self, facts: LogFormat, log: Log) -> Prefilter:
        """Give what tells which lines of a log may name a target; `facts` are those of its format."""
        key = facts.kind, facts.logs_host, log.host
        if key not in self._prefilters:
            self._prefilters[key] = Prefilter(self._targets.names(*key))
        return self._prefilters[key]

    def _settings(self, log: Log, series: str) -> Settings:
        realm = log.realm or log.name
        ties = [(one.old.encode(), one.new.encode()) for one in self._case.login_map]
        forms = account_forms(self._case)
        account = account_of(self._case, forms[0] if len(forms) == 1 else None, self._names)

        def login(name: bytes) -> str:
            return self._names.login(name, realm)

        def login_account(name: bytes) -> str | None:
            tied = tie(name, ties)
            return None if tied is None else account(tied)

        begin, end = self._case.authority.begin, self._case.authority.end
        tolerance = self._case.rules.clock_tolerance if log.clock_tolerance is None else log.clock_tolerance
        settings = sources.Settings(
            begin=begin,
            end=end,
            targets=self._targets,
            login=login,
            login_account=login_account,
            series=series,
            tolerance=tolerance,
        )
        return stated(settings, log)

    def _facts(self, log: Log, settings: Settings) -> dict[str, object]:
        facts = {key: value for key, value in asdict(log).items() if key not in {"line", "files", "gone", "overlap"}}
        return {
            **facts,
            "realm": log.realm or log.name,
            "series": settings.series,
            "window": [settings.begin, settings.end],
            "targets": [asdict(target) for target in self._case.targets],
            "login_map": [self._names.account(f"{one.old}\0{one.new}".encode()) for one in self._case.login_map],
            "account_map": [self._names.account(f"{one.old}\0{one.new}".encode()) for one in self._case.account_map],
            "account_forms": account_forms(self._case),
            "names": self._names.fingerprint,
            "tolerance": settings.tolerance,
        }


def stated(settings: Settings, log: Log) -> Settings:
    """Give settings with all that a [[log]] states of its lines."""
    return replace(
        settings,
        host=log.host,
        zone=log.zone,
        year=log.year,
        log_format=log.log_format,
        transport=log.transport,
        client_port=log.client_port,
        server=log.server,
        login_verified=log.login_verified,
        trusted_proxies=log.trusted_proxies,
        clock_ahead=log.clock_ahead,
    )
