"""Amazon CloudFront's standard log: the W3C extended form, separated by tabs.

<https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html>. The host that was
asked is `x-host-header`; `cs(Host)` names the distribution. CloudFront percent-encodes values, the percent signs
that the viewer sent among them: `/my%20page` is written `/my%2520page`.
"""

from __future__ import annotations

from landmark.case import LogFormat
from landmark.sources import Example, Settings, w3c_lines


class CloudFront:
    """The format `cloudfront`."""

    name = "cloudfront"
    version = 2
    format = LogFormat(kind="web", logs_host=True, needs_zone=False, needs_year=False, forwards=True)
    stateful = False
    directed = True
    moment = "the end of the answer"
    lacks = "logins; the client's port, unless `c-port` is among its fields"

    def reader(self, settings: Settings) -> w3c_lines.Reader:
        """Give a fresh reader."""
        return w3c_lines.Reader(settings, w3c_lines.CLOUDFRONT)

    def mask(self, line: bytes, log_format: str | None = None) -> bytes:  # noqa: ARG002 - its lines are known
        """Give the line with all masked that may be a name."""
        return w3c_lines.masked(line)

    def examples(self) -> tuple[Example, ...]:
        """Give examples, for a target `/board/` at `forum-a.example`."""
        return (
            Example(
                "the viewer's host, not the distribution's",
                b"#Version: 1.0\n"
                b"#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status "
                b"cs(Referer) cs(User-Agent) cs-uri-query x-host-header c-port\n"
                b"2001-10-02\t10:00:00\tLHR1\t512\t2001:db8::1\tGET\td1.cdn.example\t/board/\t200\t-\tReader%201\t-\t"
                b"forum-a.example\t40001\n"
                b"2001-10-02\t10:00:00\tLHR1\t512\t192.0.2.1\tGET\tforum-a.example\t/board/\t200\t-\tReader%201\t-\t"
                b"other.example\t40001\n"
                b"2001-10-02\t10:00:00\tLHR1\t512\tforum-a.example\n",
                (
                    *("directive",) * 2,
                    {"client_address": "2001:db8::1", "client_port": 40001, "bytes": 512},
                    "other_host",
                    "malformed",
                ),
            ),
        )


SOURCE = CloudFront()
