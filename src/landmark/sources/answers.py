"""Whether a request reached something, and why it did not (DEFINITIONS, "Events, and which of them count")."""

from __future__ import annotations


def reason(method: str, status: int | None, *, static: bool, referred: str) -> str | None:
    """Give the first reason why a request does not count; None where it does.

    Args:
        method: of the request.
        status: of the answer, None where none is logged.
        static: whether a static object was asked for.
        referred: how the referrer's host stands to the row's.
    """
    if method not in {"GET", "POST"}:
        return "method"
    if status is None or not _reached(method, status):
        return "failed"
    return "embed" if static and referred == "other" else None


def _reached(method: str, status: int) -> bool:
    """2xx and 304 (RFC 9110, 15.3 and 15.4.5); a form that was taken is often answered 302 or 303."""
    ok, multiple, found, see_other, not_modified = 200, 300, 302, 303, 304
    return ok <= status < multiple or status == not_modified or (method == "POST" and status in {found, see_other})
