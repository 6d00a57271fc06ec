"""`report.html`: one self-contained page, without network or script, that opens on the funnel as a picture."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from landmark import declared, figures
from landmark.pages import environment
from landmark.report import clocks, fit_frame, fit_picture, fits, strip, subjects
from landmark.report.picture import picture
from landmark.report.steps import File, by_address, dried_up, files, ranked, steps
from landmark.report.unread import unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from landmark.case import Case

READS = ("events", "subjects", "leads", "enquiries", "countries", "narrowed", *fits.READS)
"""The tables that the report reads."""
SIZE = {name: getattr(fit_frame, name) for name in ("WIDTH", "LEFT", "RIGHT", "HIGH", "ROW")}
"""Measures of the picture of a fit that its template needs."""
_UNKNOWN = "ZZ"


def report(case: Case, funnel: Mapping[str, Any], tables: Mapping[str, pa.Table]) -> str:
    """Give the report as HTML.

    Args:
        case: the case.
        funnel: the funnel as in `funnel.json`.
        tables: at least those that `READS` names, with the columns of `landmark.tables`.
    """
    went = steps(funnel)
    logs, records = files(funnel), files(funnel, "assignment_files")
    begin, end = case.authority.begin, case.authority.end
    drifts = _loud_drifts(tables)
    loud = (*clocks.loud(tables["source_tests"], drifts), *(fits.loud(row).replace("`", "") for row in drifts))
    pairs = clocks.pairs(tables["source_tests"], tables["doubts"], tables["drifts"], begin, end)
    return environment("landmark.report").get_template("report.html.j2").render(
        case=case,
        differ=declared.together(case),
        declared=declared.declared(case),
        usual=declared.usual(case),
        ranked=ranked,
        steps=went,
        picture=picture(went, funnel["enquiries"]),
        empty=dried_up(funnel),
        addresses=by_address(funnel),
        enquiries=funnel["enquiries"],
        loud=loud,
        tested=clocks.tested(pairs, quiet=not loud),
        heed=unread(funnel) + _heed(case, (*logs, *records), tables, funnel.get("clock_steps", ())),
        against=subjects.against(tables),
        logs=logs,
        records=records,
        shifts=clocks.shifts(tables["source_tests"]),
        pairs=pairs,
        drawn=[(one, fit_picture.fit_picture(one, begin, end)) for one in fits.fits(tables)],
        size=SIZE,
        standalone=False,
        countries=_countries(tables),
        datasets=_datasets(tables["countries"]),
        groups=subjects.groups(tables),
        grid=strip.grid(case.authority.begin, case.authority.end),
    )  # fmt: skip


def _heed(
    case: Case, inputs: tuple[File, ...], tables: Mapping[str, pa.Table], set_back: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Give what else a judge must know before any figure, as sentences; in the order in which it matters."""
    said = []
    if not case.assignments:
        said.append(
            "The case names no assignment records, so nobody's account is known: there can be no lead, and every "
            "subject that is neither a known machine nor a unit at work is an enquiry."
        )
    allowed = case.rules.reject_more_than
    for file in inputs:
        rejected = sum(number for _, number in file.rejected)
        if rejected > allowed * file.lines:
            said.append(
                f"Of “{file.path}”, {figures.count(rejected)} of {figures.many(file.lines, 'line')} could not be read: "
                "more than the case allows. What they said is missing from every figure."
            )
        if file.admitted_lost:
            said.append(
                f"“{file.path}” says itself that it lost {figures.many(file.admitted_lost, 'line')}: in no sum."
            )
    said += [
        f"None of the first lines of “{file.path}” reads as the format that the case gives it, and nothing of it was "
        "kept: the format may be wrong, and whoever stands in it is missing here."
        for file in inputs
        if file.unlike and file.expected is None
    ]
    said += [
        f"“{file.path}” does not say which host was asked, nor does the case: a picture that a foreign page shows "
        "cannot be told there from one that was asked for."
        for file in inputs
        if file.embeds_unknown
    ]
    said += [
        f"In the log “{step['log']}” the clock of “{step['series']}” was set back from "
        f"{figures.instant(step['until'])} to {figures.instant(step['from'])}: attributions in between are doubtful."
        for step in set_back
    ]
    if case.known and tables["subjects"].num_rows and not _has_known(tables["subjects"]):
        said.append(
            f"The case names {figures.many(len(case.known), 'unit or hotline', 'units or hotlines')} at work "
            "([[known]]), and nobody over the threshold is one. Either it came no more often than that, or its name is "
            "written otherwise in logs or records than in the case, and it may stand among the leads and enquiries."
        )
    placeless = Counter(tables["enquiries"]["country"].to_pylist())[_UNKNOWN]
    if placeless:
        said.append(
            f"{figures.many(placeless, 'enquiry stands', 'enquiries stand')} under {_UNKNOWN}: no data set "
            "of countries has their addresses, or the data set is too old for the window."
        )
    return tuple(said)


def _has_known(subjects: pa.Table) -> bool:
    """Tell whether any subject is, in whole or in part, what the case names as a unit or hotline at work."""
    rows = zip(subjects["machine"].to_pylist(), subjects["against"].to_pylist(), strict=True)
    return any(machine == "known" or "known" in against for machine, against in rows)


def _loud_drifts(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    drifts = tables["drifts"]
    rows: list[dict[str, Any]] = drifts.filter(drifts["loud"]).to_pylist()
    return rows


def _countries(tables: Mapping[str, pa.Table]) -> tuple[tuple[str, int, int], ...]:
    leads = Counter(tables["leads"]["country"].to_pylist())
    enquiries = Counter(tables["enquiries"]["country"].to_pylist())
    both = [(country, leads[country], enquiries[country]) for country in {*leads, *enquiries}]
    return tuple(sorted(both, key=lambda row: (-row[1] - row[2], row[0])))


def _datasets(countries: pa.Table) -> tuple[tuple[str, str], ...]:
    found = zip(countries["dataset"].to_pylist(), countries["dataset_date"].to_pylist(), strict=True)
    return tuple(sorted({(name, date or "without a date") for name, date in found}))
