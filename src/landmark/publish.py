"""What `out/` holds besides tables: the funnel, the report, the communique, and each country's part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from landmark.referral.country import folder
from landmark.report.communique import communique
from landmark.report.heard import abroad
from landmark.report.page import report

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from landmark.case import Case


def texts(case: Case, funnel: dict[str, object], tables: Mapping[str, pa.Table]) -> dict[str, bytes]:
    """Give every text by its path in `out/`."""
    named = {
        "funnel.json": (json.dumps(funnel, indent=1, ensure_ascii=False) + "\n").encode(),
        "report.html": report(case, funnel, tables).encode(),
        "communique.md": communique(case, funnel, tables).encode(),
    }
    countries = {country for name in ("leads", "enquiries") for country in tables[name]["country"].to_pylist()}
    heed = abroad(funnel)
    for country in sorted(countries):
        for name, content in folder(case, country, tables, heed).items():
            named[f"countries/{country}/{name}"] = content
    return named
