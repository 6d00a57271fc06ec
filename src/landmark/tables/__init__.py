"""Every table's columns, types, units and meaning, and the closed lists of words that stand in them.

Words only: no I/O, no engine. Instants are int64 microseconds since 1970-01-01T00:00:00Z. A table's key is
unique, is checked when the table is written, and is the table's order.
"""

from __future__ import annotations

from landmark.tables.clocks import DOUBTS, DRIFTS, FIT_DAYS, FITS, SOURCE_TESTS, SPEAKING_DAYS
from landmark.tables.columns import DAY, HOUR, MINUTE, SECOND, Column, Table, Type
from landmark.tables.lists import (
    ACTIONS,
    AGAINST,
    ATTRIBUTION_REASONS,
    BASES,
    DROPPED,
    ENDS,
    GRADES,
    HINTS,
    LEAD_LOSSES,
    MACHINES,
    NOT_COUNTED,
    REFERRED,
    REJECTED,
    STEPS,
    UNTOLD,
    ZONE_KNOWN,
)
from landmark.tables.read import EVENTS, LEASES, REJECTS
from landmark.tables.referrals import COUNTRIES, ENQUIRIES, INSTANTS, LEADS, NARROWED
from landmark.tables.visitors import ATTRIBUTIONS, CONDUCT, SIGHTINGS, SUBJECTS, VISITORS, VISITS

__all__ = [
    "ACTIONS",
    "AGAINST",
    "ALL",
    "ATTRIBUTIONS",
    "ATTRIBUTION_REASONS",
    "BASES",
    "BY_NAME",
    "CONDUCT",
    "COUNTRIES",
    "DAY",
    "DOUBTS",
    "DRIFTS",
    "DROPPED",
    "ENDS",
    "ENQUIRIES",
    "EVENTS",
    "FITS",
    "FIT_DAYS",
    "GRADES",
    "HINTS",
    "HOUR",
    "INSTANTS",
    "LEADS",
    "LEAD_LOSSES",
    "LEASES",
    "MACHINES",
    "MINUTE",
    "NARROWED",
    "NOT_COUNTED",
    "REFERRED",
    "REJECTED",
    "REJECTS",
    "SECOND",
    "SIGHTINGS",
    "SOURCE_TESTS",
    "SPEAKING_DAYS",
    "STEPS",
    "SUBJECTS",
    "UNTOLD",
    "VISITORS",
    "VISITS",
    "ZONE_KNOWN",
    "Column",
    "Table",
    "Type",
]

ALL = (
    EVENTS,
    REJECTS,
    LEASES,
    SOURCE_TESTS,
    DOUBTS,
    SPEAKING_DAYS,
    FITS,
    FIT_DAYS,
    DRIFTS,
    ATTRIBUTIONS,
    SIGHTINGS,
    VISITS,
    VISITORS,
    CONDUCT,
    SUBJECTS,
    COUNTRIES,
    INSTANTS,
    LEADS,
    ENQUIRIES,
    NARROWED,
)
BY_NAME = {table.name: table for table in ALL}
