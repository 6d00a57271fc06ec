"""What in a line of a log may name somebody, besides its field for a login: it is masked wherever a line is shown."""

from __future__ import annotations

import re

_AGENT = re.compile(r"user[-_ ]?agent")
_NAMING = re.compile(
    r"user|auth|cookie|login|session|token|jwt|passw|e-?mail|account|subscriber|msisdn|common_log"
    r"|ssl_client|client_?s_dn|client_?subject|client_common_name|client_serial"
)
_USER_INFO = re.compile(rb'((?:\\?/){2})[^/?#\s"\\]+@')  # to the last `@`: a name may hold one


def may_name(key: str) -> bool:
    """Say whether what a variable, header or key of that name holds may name somebody."""
    return _NAMING.search(_AGENT.sub("", key.lower())) is not None


def without_user_info(line: bytes) -> bytes:
    r"""Mask the name, and the password, that addresses hold (RFC 3986, 3.2.1), also where a slash is written `\/`."""
    return _USER_INFO.sub(rb"\1***@", line) if b"@" in line else line
