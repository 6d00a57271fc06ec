"""The kinds of names in the case file: hosts, paths, newsgroups, networks, files, accounts.

Names are kept as they are written; only networks and addresses take their canonical form (RFC 5952, RFC 4632).
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import PurePath

import idna

from landmark.case_file.values import Kind, WrongValueError, name, string, word

_SERVER = re.compile(r"(?:\[([^\[\]]+)\]|([^:\[\]]+)):(\d{1,5})", re.ASCII)
_LAST_PORT = 65535


def _host(value: object) -> str:
    host = word(value)
    if "://" in host or "/" in host:
        raise WrongValueError("without scheme and path; a path has its own key")
    if re.search(r":\d*$", host) and not host.endswith("]"):
        raise WrongValueError("without a port")
    bare = host.removesuffix(".")
    if bare.startswith("[") and bare.endswith("]"):
        _network(bare[1:-1])
        return host
    if re.search(r"[*:\[\]@?#%\\,;\"'<>]", bare) or not all(bare.split(".")):
        raise WrongValueError
    try:
        idna.encode(bare, uts46=True) if not bare.isascii() or "xn--" in bare.lower() else None
    except UnicodeError:
        raise WrongValueError("it is no international name") from None
    return host


def _host_pattern(value: object) -> str:
    host = word(value)
    _host(host.removeprefix("*."))
    return host


def _path(value: object) -> str:
    path = name(value)
    if not path.startswith("/"):
        raise WrongValueError("it does not begin with /")
    if "?" in path or "#" in path:
        raise WrongValueError("a query or fragment is no part of a path")
    return path


def _newsgroup(value: object) -> str:
    group = word(value)
    if "*" in group.removesuffix(".*") or not all(group.split(".")):
        raise WrongValueError("a wildcard stands at the end only: name.*" if "*" in group else None)
    return group


def _network(value: object) -> str:
    text = word(value)
    try:
        network = ipaddress.ip_network(text)
    except ValueError:
        raise WrongValueError(_host_bits(text)) from None
    address = network.network_address
    if isinstance(address, ipaddress.IPv6Address) and (address.ipv4_mapped is not None or address.scope_id):
        raise WrongValueError("write an IPv4 address as such, and no zone id")
    return str(address) if network.num_addresses == 1 else str(network)


def _host_bits(text: str) -> str | None:
    try:
        return f"the network is {ipaddress.ip_network(text, strict=False)}"
    except ValueError:
        return None


def _server(value: object) -> str:
    match = _SERVER.fullmatch(value) if isinstance(value, str) else None
    if match is None or not 1 <= int(match[3]) <= _LAST_PORT:
        raise WrongValueError
    address = _network(match[1] or match[2])
    if "/" in address or (":" in address) != bool(match[1]):
        raise WrongValueError
    return f"[{address}]:{int(match[3])}" if match[1] else f"{address}:{int(match[3])}"


def _file(value: object) -> str:
    file = name(value)
    if not PurePath(file).is_absolute() and _climbs_out(PurePath(file).parts):
        raise WrongValueError("it leads out of the case folder; what lies elsewhere is named by its absolute path")
    return file


def _climbs_out(parts: tuple[str, ...]) -> bool:
    depth = 0
    for part in parts:
        depth += {"..": -1, "**": 0}.get(part, 1)  # `**` may stand for no folder at all
        if depth < 0:
            return True
    return False


def _account_kind(value: object) -> str:
    kind = string(value)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind):
        raise WrongValueError("lower-case letters, digits and hyphens")
    if kind in {"mac", "mac-address", "hardware-address", "hw-address", "chaddr"}:
        raise WrongValueError("a hardware address is a hint, never an account")
    return kind


def _mapped(value: object) -> str:
    mapped = name(value)
    if mapped == "@":
        raise WrongValueError("nothing follows the @")
    return mapped


HOST = Kind("host", "the name of a host, such as forum-a.example", _host)
HOST_PATTERN = Kind("host", "the name of a host, such as forum-a.example or *.forum-a.example", _host_pattern)
PATH = Kind("path", "a path that begins with /, such as /board/", _path)
NEWSGROUP = Kind("newsgroup", "the name of a newsgroup, such as test.watched.a or test.watched.*", _newsgroup)
NETWORK = Kind("network", "an address or a network, such as 192.0.2.7 or 192.0.2.0/24", _network)
SERVER = Kind("address and port", "an address and a port, such as 192.0.2.80:443 or [2001:db8::80]:443", _server)
FILE = Kind("file", "a path within the case folder, or an absolute one", _file)
ACCOUNT_KIND = Kind("word", "what the account is, such as user-name or circuit-id", _account_kind)
MAPPED = Kind("name or suffix", "a name, or a suffix that begins with @", _mapped)
