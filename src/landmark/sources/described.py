r"""Lines of a web log whose form the server's own configuration describes: literals, and fields between.

A field that a client may choose must not shift those behind it: between quotes it ends at the first quote that is not
escaped, else before the byte with which the next literal begins. A description in which that cannot be told is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from landmark.case import LogFormat
from landmark.sources import json_lines
from landmark.sources.addresses import client, port, server
from landmark.sources.fields import ASKS, PEER, Field, piece_of
from landmark.sources.naming import without_user_info
from landmark.sources.row import Row
from landmark.sources.shifting import Piece, settle
from landmark.spellings import escaped, host_name, unescape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from landmark.sources.addresses import Client
    from landmark.sources.fields import Escape, Token
    from landmark.sources.strftime import Instants

_NONE = frozenset((b"", b"-", b'""'))


@dataclass(frozen=True, slots=True)
class Description:
    """A described form of line, compiled."""

    pattern: re.Pattern[bytes]
    fields: tuple[Field, ...]  # group 1, 2, …
    escape: Escape
    taken: dict[str, int] = field(default_factory=dict)  # part: group
    pieces: tuple[Piece, ...] = ()
    hosts: tuple[int, ...] = ()  # groups that say which host was asked: where one says none, the next does
    dashed: bool = False  # whether `-` stands for no query right behind the path

    @property
    def facts(self) -> LogFormat:
        """What the checks of a case must know of such lines."""
        time = self.fields[self.taken["time"] - 1].time
        return LogFormat(
            kind="web",
            logs_host="host" in self.taken,
            needs_zone=time is not None and not time.stated,
            needs_year=False,
            forwards="forwarded" in self.taken,
        )

    def plain(self, text: bytes) -> bytes:
        """Undo the way in which the line writes characters, to look for a name."""
        return json_lines.plain(text) if self.escape == "json" else text

    def row(self, text: bytes, zone: str | None) -> Row | None:
        """Take a line apart; None where it is malformed. `zone` is what the case declares."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        found = {part: match[group] for part, group in self.taken.items()}
        who = client(found["client"])
        time = self._time(found["time"], zone)
        if who is None or time is None or is_spliced(found.get("user", b"-")):
            return None
        host = next((match[group] for group in self.hosts if match[group] not in _NONE), None)
        user = found.get("user", b"-")
        referrer, agent, forwarded = (found.get(part) for part in ("referrer", "agent", "forwarded"))
        return Row(
            client=who,
            # The port that Apache logs is that of the connection, whoever mod_remoteip says the client is.
            port=port(found.get("port", b"-")) if self._is_peer(match, who) else None,
            user=None if user in _NONE else self._value(user),
            time=found["time"],
            zone=time.zone,
            instant=min(time.instants, default=None),
            later=max(time.instants) if len(time.instants) > 1 else None,
            zone_known=time.known,
            host=None if host is None else host_name(self._value(host)),
            request=self._request(found),
            otherwise=self._otherwise(found),
            status=_number(found.get("status")),
            size=_number(found.get("size")),
            referrer=None if referrer is None else self._escaped(referrer),
            agent=None if agent is None else self._plain(agent),
            beside=b"\n".join(self._plain(match[group]) for group in self._beside),
            forwarded=None if forwarded is None else self._value(forwarded),
            destination=server(found.get("server_address"), found.get("server_port")),
        )

    def mask(self, line: bytes) -> bytes:
        """Give the line with what may name somebody masked; all of one that is malformed."""
        match = self.pattern.fullmatch(line)
        if match is None:
            return b"*" * len(line)
        parts, at = [], 0
        for group, one in enumerate(self.fields, 1):
            if one.secret and match[group] not in _NONE:
                parts += [line[at : match.start(group)], b"***"]
                at = match.end(group)
        return without_user_info(b"".join((*parts, line[at:])))

    def _is_peer(self, match: re.Match[bytes], who: Client) -> bool:
        peers = [group for group, one in enumerate(self.fields, 1) if one.part == "client" and one.rank == PEER]
        return all(client(match[group]) == who for group in peers)

    @property
    def _beside(self) -> list[int]:
        read = {self.taken.get(part) for part in ("request", "target", "path", "query", "host", "referrer", "agent")}
        return [group for group in range(1, len(self.fields) + 1) if group not in read]

    def _time(self, text: bytes, zone: str | None) -> Instants | None:
        form = self.fields[self.taken["time"] - 1].time
        return None if form is None else form.read(text, zone)

    def _plain(self, value: bytes) -> bytes:
        return json_lines.plain(value) if self.escape == "json" else value

    def _value(self, value: bytes) -> bytes:
        return json_lines.plain(value) if self.escape == "json" else unescape(value)

    def _escaped(self, value: bytes) -> bytes:
        """Give a field as a log with escapes of its own would have it, which is undone further on."""
        return self._doubled(self._plain(value))

    def _doubled(self, value: bytes) -> bytes:
        return escaped(value) if self.escape == "json" else value

    def _has_dash(self, found: dict[str, bytes]) -> bool:
        """Say whether what stands as the path ends with a dash that stands for no query, as a rule."""
        is_path = "path" in found and not {"request", "target"} & set(found)
        return self.dashed and is_path and not found.get("query") and found["path"].endswith(b"-")

    def _otherwise(self, found: dict[str, bytes]) -> bytes | None:
        """Give the request whose path ends with the dash: where a rewrite emptied the query, nothing stands for it."""
        return self._asked(found, self._plain(found["path"])) if self._has_dash(found) else None

    def _request(self, found: dict[str, bytes]) -> bytes:
        if "request" in found:
            return self._escaped(found["request"])
        target = self._plain(found.get("target", found.get("path", b"")))
        return self._asked(found, target.removesuffix(b"-") if self._has_dash(found) else target)

    def _asked(self, found: dict[str, bytes], target: bytes) -> bytes:
        """Give a request for a path, or for a whole target."""
        if "target" not in found:
            # As decoded by the server: what would be decoded again is encoded first.
            for sign in (b"%", b"?", b"#", b" "):
                target = target.replace(sign, b"%%%02X" % ord(sign))
        query = self._plain(found.get("query", b""))
        if query not in _NONE and "target" not in found:
            target += query if query.startswith(b"?") else b"?" + query
        return b"%s %s" % (found["method"], self._doubled(target))


def compiled(tokens: Sequence[Token], escape: Escape) -> Description:
    """Compile a description.

    Raises:
        ValueError: it leaves out what must be known, or a client could shift one field into another.
    """
    pieces: list[Piece] = []
    fields: list[Field] = []
    begin = 0  # of the pieces since the last quote
    inside = False  # a text in quotes
    for number, token in enumerate(tokens):
        if isinstance(token, bytes):
            inside ^= token.count(b'"') % 2 == 1
            if b'"' in token:
                settle(pieces[begin:])
                begin = len(pieces) + 1
            pieces.append(Piece("", re.escape(token), literal=token))
            continue
        after = tokens[number + 1] if number + 1 < len(tokens) else b""
        before = tokens[number - 1] if number else b""
        pieces.append(piece_of(token, before, after, inside=inside))
        fields.append(token)
    settle(pieces[begin:])
    taken: dict[str, int] = {}
    for group, one in sorted(enumerate(fields, 1), key=lambda pair: (pair[1].rank, pair[0])):
        taken.setdefault(one.part, group)
    _complete(taken)
    _pair(taken, fields)
    whole = b"".join(piece.pattern if piece.literal else b"(%b)" % piece.pattern for piece in pieces)
    dashed = escape == "log" and any(
        token == ASKS and isinstance(after, Field) and after.part == "query" for token, after in pairwise(tokens)
    )
    hosts = sorted((one.rank, group) for group, one in enumerate(fields, 1) if one.part == "host")
    return Description(
        re.compile(whole, re.DOTALL),
        tuple(fields),
        escape,
        taken,
        tuple(pieces),
        tuple(group for _, group in hosts),
        dashed,
    )


def _pair(taken: dict[str, int], fields: Sequence[Field]) -> None:
    """Take the port of whose address is taken, and no other's."""
    whose = fields[taken["client"] - 1].of
    ports = [(one.rank, group) for group, one in enumerate(fields, 1) if one.part == "port" and one.of == whose]
    taken.pop("port", None)
    if ports:
        taken["port"] = min(ports)[1]


def _complete(taken: dict[str, int]) -> None:
    for part, said in (("client", "the client's address"), ("time", "the time")):
        if part not in taken:
            raise ValueError(f"a line without {said}")
    if "request" not in taken and ("method" not in taken or not {"target", "path"} & set(taken)):
        raise ValueError("a line without the request, or its method and path")
    if "status" not in taken:
        raise ValueError("a line without the status of the answer")


def is_spliced(user: bytes) -> bool:
    """Two lines spliced look like an odd user name (DEFINITIONS, Visitors)."""
    if user in _NONE:
        return False
    return not user.strip() or b"-" in user.split(b" ") or b"[" in user or b'"' in user.replace(b'\\"', b"")


def _number(value: bytes | None) -> int | None:
    return int(value) if value is not None and value.isdigit() and value != b"000" else None
