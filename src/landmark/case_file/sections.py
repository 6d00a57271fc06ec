"""Every table and key of the case file.

Reading, the nearest key for a misspelt one and the reference in `docs/case-file.md` all follow from here.
"""

from __future__ import annotations

from landmark.case_file.court import AUTHORITY, CASE, TARGET, TARGETS
from landmark.case_file.inputs import ASSIGNMENT, LOG, SUBSCRIBERS
from landmark.case_file.judgement import ACCOUNT_MAP, COUNTRIES, KNOWN, LEAF, LOGIN_MAP, RULES

SECTIONS = (
    CASE,
    AUTHORITY,
    RULES,
    COUNTRIES,
    TARGET,
    LOG,
    ASSIGNMENT,
    SUBSCRIBERS,
    LOGIN_MAP,
    ACCOUNT_MAP,
    KNOWN,
    LEAF,
)
"""Every table, in the order in which the reference gives them."""

BY_NAME = {section.name: section for section in SECTIONS}
NAMES = (*BY_NAME, TARGETS.name)
"""Every word that may stand at the top of the case file."""
