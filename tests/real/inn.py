"""INN's reader daemon with a small spool."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.real.place import Clock, Place

SERVER, SIX = "198.51.100.119", "2001:db8::80"
PLAIN, SECURE = 1119, 1563  # ports; behind the second one STARTTLS can be had
PASSWORDS = {"mary jane": "one", "zoë": "two", "anna": "three"}
ARTICLES = {"test.watched.a": 9, "test.watched.b": 4, "test.other": 6, "test.empty": 0}
_BIN = "/usr/lib/news/bin"
# However busy the machine is, readers are let in (by itself: up to a load of 16) and not sent away for being slow.
_CONF = """
mta: "/bin/true %s"
hismethod: hisv6
ovmethod: tradindexed
pathhost: news.example
domain: example
pathnews: /usr/lib/news
pathdb: /mnt/news/db
pathetc: /mnt/news/etc
pathspool: /mnt/news/spool
pathrun: /mnt/news/run
pathlog: /mnt/news/run
enableoverview: true
nnrpdloadlimit: 0
initialtimeout: 86400
clienttimeout: 86400
tlscertfile: /mnt/news/etc/cert.pem
tlskeyfile: /mnt/news/etc/key.pem
tlscapath: /mnt/news/etc
"""
_READERS = """
auth "all" {
    hosts: "*"
    auth: "ckpasswd -f /mnt/news/etc/passwords"
    default: "<guest>"
}
access "all" {
    users: "*"
    newsgroups: "*"
    access: RPA
}
"""
_ARTICLE = """\
Path: news.example!not-for-mail
From: Someone <someone@news.example>
Newsgroups: {group}
Subject: number {number}
Date: 20 Oct 2001 10:00:00 +0000
Message-ID: <{group}.{number}@news.example>
Xref: news.example {group}:{number}
Lines: 1

Nothing.
"""


def start_inn(place: Place, clock: Clock) -> None:
    """Fill the spool and start the servers."""
    news = place.house / "news"
    for name in ("db", "etc", "run", "spool/overview", "spool/incoming/tmp"):
        (news / name).mkdir(parents=True)
    storage = "method tradspool {\n newsgroups: *\n class: 0\n}\n"
    secret = place.run("openssl", "passwd", "-6", "-stdin", given="\n".join(PASSWORDS.values()).encode()).decode()
    entries = zip(PASSWORDS, secret.split(), strict=True)
    active = (f"{group} {count:010} 0000000001 y\n" for group, count in {"control": 0, "junk": 0, **ARTICLES}.items())
    texts = {
        "etc/inn.conf": _CONF,
        "etc/readers.conf": _READERS,
        "etc/storage.conf": storage,
        "etc/inn-secrets.conf": "",
        "etc/passwords": "".join(f"{name}:{word}\n" for name, word in entries),
        "db/active": "".join(active),
        "db/newsgroups": "",
    }
    for name, text in texts.items():
        (news / name).write_text(text, encoding="utf-8")
    key = ("-newkey", "rsa:2048", "-keyout", "/mnt/news/etc/key.pem", "-out", "/mnt/news/etc/cert.pem")
    place.run("openssl", "req", "-x509", "-nodes", "-subj", "/CN=news.example", *key)
    place.run("chmod", "640", "/mnt/news/etc/key.pem")
    place.run("chown", "-R", "news:news", "/mnt/news")
    with_conf = ("env", "INNCONF=/mnt/news/etc/inn.conf")
    for group, count in ARTICLES.items():
        for number in range(1, count + 1):
            article = _ARTICLE.format(group=group, number=number).encode()
            place.run(*with_conf, f"{_BIN}/sm", "-s", user="news", given=article)
    place.run(*with_conf, f"{_BIN}/makehistory", "-O", "-s", "1000", "-T", "/mnt/news/run", user="news")
    daemons = (("nnrpd", "-4", SERVER, PLAIN), ("nnrpd", "-6", SIX, PLAIN), ("nnrpd-ssl", "-4", SERVER, SECURE))
    for program, family, address, port in daemons:
        options = ("-D", "-f", "-o", family, address, "-p", str(port), "-c", "readers.conf")
        place.start(f"{program}{family}", *with_conf, f"{_BIN}/{program}", *options, user="news", clock=clock)
        place.until(partial(place.listens, address, port), program)
