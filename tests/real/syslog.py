"""rsyslog, taking what a server says on the place's own /dev/log, in the form that files have had since BSD."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.real.place import Clock, Place

# What programs say of the time is not by the clock that was set (the C library's own call does not ask libfaketime),
# nor is the kernel's word: rsyslog must go by its own clock.
_CONF = """
global(workDirectory="/mnt" localHostname="news1")
module(load="imuxsock" SysSock.IgnoreTimestamp="on" SysSock.UseSysTimeStamp="off" {more})
module(load="builtin:omfile" Template="RSYSLOG_TraditionalFileFormat")
{first}
{selector} action(type="omfile" file="/mnt/logs/{name}")
"""


def start_syslog(place: Place, clock: Clock, selector: str, name: str, more: tuple[str, str] = ("", "")) -> None:
    """Start it: what is selected goes to `logs/NAME`; `more` are more words for it and for its socket."""
    (place.house / "logs").mkdir(exist_ok=True)
    conf = _CONF.format(selector=selector, name=name, first=more[0], more=more[1])
    (place.house / "rsyslog.conf").write_text(conf, encoding="ascii")
    place.start("rsyslogd", "rsyslogd", "-n", "-f", "/mnt/rsyslog.conf", "-i", "/mnt/rsyslogd.pid", clock=clock)
    place.until(lambda: b"log" in place.run("ls", "/dev").split(), "/dev/log")
