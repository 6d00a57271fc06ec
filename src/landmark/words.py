"""How things are said to people: for each word of the closed lists in `tables/`, a few plain words and a sentence.

A word can stand in two lists and mean two things (`open` is an action and an end of a lease), so a word is looked up
together with its list. What the words mean exactly is in the definitions; here a reader who is no expert is told.
"""

from __future__ import annotations

from typing import NamedTuple


class Word(NamedTuple):
    """A word of a closed list as a person reads it: a label of a few words, and one sentence."""

    label: str
    sentence: str


DROPPED = {
    "not_watched": Word("concerns no target", "The line is about nothing that the authority covers; it was not kept."),
    "outside_window": Word("outside the window", "The line's time lies outside the time that the authority covers."),
    "mention_only": Word(
        "only mentions a target", "A target's name stands in the line, but not where the request was sent to."
    ),
    "other_host": Word("another server", "The line's request was for a host that is no target."),
    "duplicate": Word("written twice", "The same connection was announced twice; it is counted once."),
    "directive": Word("a heading", "The line describes the file and records no request."),
    "empty": Word("blank line", "The line is empty."),
}
REJECTED = {
    "malformed": Word("not readable", "The line does not have the form of its log; nothing is guessed from it."),
    "bad_time": Word("impossible time", "The line's time does not exist or cannot be read."),
    "too_long": Word("too long", "The line is longer than 1 MiB."),
    "truncated": Word("cut off", "The file ends in the middle of the line."),
    "orphan": Word("without its beginning", "The line belongs to a connection whose begin is not in the logs."),
}
NOT_COUNTED = {
    "method": Word("not a reading or a sending", "The request was of a kind that fetches and sends nothing."),
    "failed": Word("refused or not found", "The server did not give what was asked for; nothing was reached."),
    "embed": Word(
        "shown by a foreign page", "A page elsewhere made the browser fetch a picture or the like; nobody came here."
    ),
    "connection": Word("connection line", "The line only says that a connection began, was named or ended."),
    "only_opened": Word("opened, nothing read", "A news group was opened and no article was fetched."),
    "cut": Word("cut by the window", "One end of the connection lies outside the time that the authority covers."),
}
ACTIONS = {
    "open": Word("opened", "A page or a group was opened."),
    "fetch": Word("fetched", "Something was fetched: articles, or a picture, film, sound, style or script."),
    "post": Word("posted", "Something was sent to the server."),
    "search": Word("searched", "Words were searched for."),
    "connect": Word("connected", "A connection was made; nothing is said of what was reached."),
    "other": Word("other", "None of the other actions."),
}
ZONE_KNOWN = {
    "stated": Word("stated", "The line itself says how its time relates to UTC."),
    "declared": Word("declared", "The line does not say its time zone; the case states it."),
}
UNTOLD = {
    "too_few": Word("too few readings", "Too few readings met these records to tell where the clock fits best."),
    "never_empty": Word(
        "never empty",
        "Where the clock fits best cannot be told: somebody has nearly every address at any time, whatever the clock.",
    ),
    "no_peak": Word(
        "no peak", "Where the clock fits best cannot be told: no shift stands out against all that are far from it."
    ),
    "few_days": Word(
        "too few days", "Drift cannot be told: the shift that fits best is known of fewer than five days."
    ),
    "no_line": Word(
        "no straight line", "Drift cannot be told: the shifts that fit the days best lie on no straight line."
    ),
}
GRADES = {
    "none": Word("no account", "The records name nobody who had the address then."),
    "contradicted": Word("records contradict", "The records name two accounts where there can be one only."),
    "shared": Word("several accounts fit", "Several accounts had the address then, and nothing tells them apart."),
    "fragile": Word(
        "depends on the clocks", "One account fits, but another could if a clock was off or a record is doubtful."
    ),
    "sure": Word("one account", "One account fits, and no other within what the clocks allow."),
}
HINTS = {
    "narrowed": Word(
        "narrowed", "Few accounts are candidates of all visits under one login; a hint, and never a lead."
    ),
    "contradicted": Word(
        "candidates contradict",
        "No account is a candidate of all visits: several people used the login, or a clock is wrong.",
    ),
}
BASES = {
    "account": Word("account", "An account with the provider, which its records name surely, as graded here."),
    "login": Word("login", "A name that the server had checked with a password or the like."),
    "address": Word("address", "An address only; several people may have used it."),
    "host": Word("host name", "A host name only; the log has no address."),
}
ENDS = {
    "stopped": Word("stopped", "The record says when the session ended."),
    "released": Word("released", "The customer's device gave the address back."),
    "timed_out": Word("timed out", "The time for which the address was given ran out."),
    "last_seen": Word("last seen", "The end is lost; the address was certainly held up to the last record."),
    "replaced": Word("replaced", "The address was given to another."),
    "rebooted": Word("restarted", "The access server was restarted; all its sessions had ended."),
    "open": Word("open", "The records show no end."),
    "stated": Word("stated", "The provider states the interval."),
}
REFERRED = {
    "none": Word("no link", "The browser named no page that led here."),
    "own": Word("own link", "A page of the same host led here."),
    "other": Word("foreign link", "A page of another host led here."),
    "unknown": Word("unknown", "The log does not say which host was asked, so own and foreign cannot be told apart."),
}
MACHINES = {
    "automated": Word(
        "a crawler or the like", "The agent or its network is that of a crawler, feed reader or the like."
    ),
    "unattended": Word(
        "runs by itself", "The visits are so even, in what they ask for or in their timing, that a program made them."
    ),
    "leaf": Word("serves several people", "Behind this account, login or address are several people."),
    "known": Word("a unit or hotline at work", "The case names these visits as those of an authority or hotline."),
}
ATTRIBUTION_REASONS = {
    "nobody": Word("nobody recorded", "No record says that anybody had the address then."),
    "no_account": Word("no account recorded", "The address was held then; by whom is not recorded."),
    "two_accounts": Word("two accounts at once", "Two accounts are recorded on one address at the same instant."),
    "two_lines": Word("two lines at once", "One account is recorded on two lines at the same instant."),
    "login_disagrees": Word("login disagrees", "The login belongs to another account than the records name."),
    "no_port": Word("port not logged", "Accounts share the address by ports, and the log has no port."),
    "several_accounts": Word(
        "several accounts",
        "Nobody had the address at that instant as written, and several accounts had it within the clocks' tolerance.",
    ),
    "other_within_tolerance": Word(
        "another account seconds away", "Another account had the address within what the clocks may differ."
    ),
    "other_under_shift": Word(
        "another account if the clock was off",
        "Were the clock wrong by a step that the data do not exclude, another account had the address.",
    ),
    "only_within_tolerance": Word(
        "only if the clocks differ", "Nobody had the address at the instant itself, one account within the tolerance."
    ),
    "doubtful_row": Word("doubtful record", "A record that may no longer have held bears on the instant."),
    "two_instants": Word("two instants differ", "The two instants of the line or connection do not give one account."),
    "doubtful_stretch": Word("doubtful time", "The clock or the records are in doubt for this time as a whole."),
}
LEAD_LOSSES = {
    "at_most_threshold": Word(
        "too few visits", "Not more visits than the threshold; such visitors are looked at no more."
    ),
    **MACHINES,
    "embedded": Word(
        "picture shown elsewhere",
        "Too few of the visits show that somebody came to the target itself and not to a page that shows its picture.",
    ),
    **{grade: GRADES[grade] for grade in ("none", "contradicted", "shared", "fragile")},
    "no_assignment": Word("no records for the address", "No assignment records of this provider cover the address."),
    "single_lease": Word(
        "one assignment or day",
        "The account is sure on one assignment or one day only; one mistake there could explain it.",
    ),
    "no_country": Word("no country", "It is not known which country is to be told."),
}
AGAINST = {
    **MACHINES,
    "shared_address": Word("shared address", "Several accounts, logins or people used this address."),
    "shared_login": Word("shared login", "The login was used from two accounts, or from two addresses at once."),
    "marginal": Word("barely over the threshold", "With pauses counted twice as long, the visits would not be enough."),
    "one_burst": Word("one burst only", "The visits lie close together and do not come back."),
    "foreign_page": Word("came by foreign pages", "Much was reached by following a link on another site."),
    "embedded": Word(
        "picture shown elsewhere", "Requests may come from a page elsewhere that shows something of the target."
    ),
    "declared_zone": Word(
        "time zone declared", "The logs do not state their time zone; the instants rest on the case."
    ),
    "single_lease": Word("one assignment or day", "The account is sure on one assignment or one day only."),
    "edge": Word(
        "at the window's edge",
        "Without the visits at the window's begin or end, which may be parts of others, it is not over the threshold.",
    ),
    "contradicted": Word("records contradict", "For some events the records name two accounts or a login disagrees."),
    "anonymiser": Word(
        "anonymiser", "An address belongs to an exit, VPN or hosting network: whoever used it is elsewhere."
    ),
    "some_automated": Word("partly a machine", "Some of the events were made by a known machine."),
    "host_unknown": Word(
        "host not logged", "The log does not say which host was asked; pictures shown elsewhere cannot be told apart."
    ),
}
STEPS = {
    "lines": Word("Lines of logs", "Every line of every log file that was given."),
    "events": Word(
        "About a target", "Lines about a target of the authority, within its time. All others were not kept."
    ),
    "counting": Word("Something was reached", "Events by which a page, file or article was really reached or sent."),
    "visits": Word("Visits", "Events of one visitor without a long pause are one visit, over all targets together."),
    "visitors": Word("Visitors", "Accounts, logins or addresses with at least one visit."),
    "over_threshold": Word("Over the threshold", "Visitors with strictly more visits than the threshold: subjects."),
    "attended": Word(
        "No sign of a machine",
        "Subjects behind whose visits nothing shows a machine, a unit at work, several people, or a page elsewhere.",
    ),
    "attributed": Word(
        "One account, surely", "Subjects whose address belonged to one account whatever the clocks allow."
    ),
    "identified": Word(
        "On several days",
        "Subjects whose account is sure on two days or more, by several assignments or by one, counted once a day.",
    ),
    "placed": Word("Country known", "Subjects for whom it is known which country is to be told."),
    "leads": Word("Leads", "What is handed to a country as a lead. A lead is a reason to look closer, not proof."),
}
GLOSSARY = {
    "steps": STEPS,
    "dropped": DROPPED,
    "rejected": REJECTED,
    "not counted": NOT_COUNTED,
    "no lead": LEAD_LOSSES,
    "speaks against": AGAINST,
    "grades": GRADES,
    "why not sure": ATTRIBUTION_REASONS,
    "a clock cannot be told": UNTOLD,
    "hints": HINTS,
    "machines": MACHINES,
    "bases": BASES,
    "actions": ACTIONS,
    "time zone known": ZONE_KNOWN,
    "links": REFERRED,
    "ends of an assignment": ENDS,
}
"""Every list by its name for people, in the order of a glossary."""
LOSSES = {**DROPPED, **REJECTED, **NOT_COUNTED, **LEAD_LOSSES}
"""Every reason for which the funnel loses something; no word stands in two of these lists."""


def loss(reason: str) -> Word:
    """Give the words for a reason of the funnel; a reason of no list stands for itself."""
    return LOSSES.get(reason) or _itself(reason)


def step(name: str) -> Word:
    """Give the words for a step of the funnel; a step of no list stands for itself."""
    return STEPS.get(name) or _itself(name)


def against(word: str) -> Word:
    """Give the words for what speaks against a subject; a word of no list stands for itself."""
    return AGAINST.get(word) or _itself(word)


def _itself(word: str) -> Word:
    plain = word.replace("_", " ")
    return Word(plain, plain)
