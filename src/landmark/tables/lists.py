"""The closed lists of words that stand in tables and in the funnel. `landmark.words` says each of them to people."""

from __future__ import annotations

DROPPED = ("not_watched", "outside_window", "mention_only", "other_host", "duplicate", "directive", "empty")
REJECTED = ("malformed", "bad_time", "too_long", "truncated", "orphan")
NOT_COUNTED = ("method", "failed", "embed", "connection", "only_opened", "cut")
ACTIONS = ("open", "fetch", "post", "search", "connect", "other")
ZONE_KNOWN = ("stated", "declared")
GRADES = ("none", "contradicted", "shared", "fragile", "sure")  # from worst to best
BASES = ("account", "login", "address", "host")
ENDS = ("stopped", "released", "timed_out", "last_seen", "replaced", "rebooted", "open", "stated")
REFERRED = ("none", "own", "other", "unknown")
MACHINES = ("automated", "unattended", "leaf", "known")
"""Why nobody may have sat there, in the order in which the first that fits is given."""
ATTRIBUTION_REASONS = (
    "nobody",  # none: nobody within the tolerance
    "no_account",  # none: a lease without account alone
    "two_accounts",  # contradicted: two holders at the written instant
    "two_lines",  # contradicted: one account on two lines at once
    "login_disagrees",  # contradicted: a verified login that the case maps to another account
    "no_port",  # shared: the record restricts ports and the row has none
    "several_accounts",  # shared: several accounts fit otherwise
    "other_within_tolerance",  # fragile
    "other_under_shift",  # fragile: another account under a shift that the data do not exclude
    "only_within_tolerance",  # fragile: nobody at the written instant, one within the tolerance
    "doubtful_row",  # fragile: a doubtful row bears on it
    "two_instants",  # fragile: the ends of a connection or the instants of a row differ
    "doubtful_stretch",  # fragile: an instant in a stretch that is doubtful outright
)
UNTOLD = ("too_few", "never_empty", "no_peak", "few_days", "no_line")
"""Why the shift that fits a clock best, or its drift, cannot be told."""
LEAD_LOSSES = ("at_most_threshold", *MACHINES, "embedded", *GRADES[:-1], "no_assignment", "single_lease", "no_country")
"""Why a visitor is no lead; a grade stands for the commonest grade of the events that kept it from an account."""
HINTS = ("narrowed", "contradicted")
"""What the candidates of several visits under one login come to; none of them makes a lead."""
AGAINST = (
    *MACHINES,
    "shared_address",
    "shared_login",
    "marginal",
    "one_burst",
    "foreign_page",
    "embedded",
    "declared_zone",
    "single_lease",
    "edge",
    "contradicted",
    "anonymiser",
    "some_automated",
    "host_unknown",
)
"""What speaks against a subject; `docs/against.md` explains each."""
STEPS = (
    "lines",
    "events",
    "counting",
    "visits",
    "visitors",
    "over_threshold",
    "attended",
    "attributed",
    "identified",
    "placed",
    "leads",
)
