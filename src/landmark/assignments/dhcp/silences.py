"""Where a log says nothing for long: what happened then, nobody can say; the lines may be lost."""

from __future__ import annotations

from collections import defaultdict

from landmark.tables import HOUR, SECOND

LONGEST = HOUR
"""The longest silence of a log host, µs, that is taken for one: a file that is missing is seldom of less."""


class Silences:
    """The silences of each log host, as its lines come; of an instant whole seconds count."""

    def __init__(self) -> None:
        """Begin without a line."""
        self._latest: dict[bytes, int] = {}
        self._found: defaultdict[bytes, list[tuple[int, int]]] = defaultdict(list)

    def wrote(self, host: bytes, earlier: int, later: int) -> None:
        """Take the instant of a host's next line, µs UTC: one of two, where its local time occurs twice."""
        earlier, later = earlier // SECOND * SECOND, later // SECOND * SECOND
        latest = self._latest.get(host, earlier)
        if earlier - latest > LONGEST:
            self._found[host].append((latest, earlier))
        self._latest[host] = max(latest, later)

    def within(self, host: bytes, begin: int, end: int) -> bool:
        """Tell whether a host was silent for long in some time, µs UTC, at each end of which a line stands."""
        last = end // SECOND * SECOND
        return any(since < last and until > begin for since, until in self._found[host])
