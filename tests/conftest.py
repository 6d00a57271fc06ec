"""What all tests share: where other people's data lies, and that CI takes no skip for an answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"

# What is tested is the project, not the terminal or the shell that the tests are started from.
for _name in ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
    os.environ.pop(_name, None)
os.environ["TERM"] = "xterm"

# Machines are noisy: no test is timed.
# Nor is one refused because chance drew large examples first: some do so twice in five, and twenty of those end a test.
_BY_CHANCE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("landmark", deadline=None, suppress_health_check=_BY_CHANCE, print_blob=True)
settings.load_profile("landmark")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's data beside the checkout; without it a test that reads it is skipped."""
    if not SHARED.is_dir():
        pytest.skip("the folder `shared` does not lie beside the checkout")
    return SHARED


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests that share what their module makes once, such as a case that was run, be run by one process.

    Of a fixture with parameters each is made once: the tests of different ones may be run by different processes.
    """
    for item in items:
        if not isinstance(item, pytest.Function) or item.get_closest_marker("xdist_group"):
            continue
        shared = [
            name
            for name, made in sorted(item._fixtureinfo.name2fixturedefs.items())
            if made[-1].scope != "function" and made[-1].baseid == item.parent.nodeid  # type: ignore[union-attr]
        ]
        if shared:
            indices = item.callspec.indices if hasattr(item, "callspec") else {}
            which = [str(indices[name]) for name in shared if name in indices]
            item.add_marker(pytest.mark.xdist_group(" ".join([*item.path.parts[-2:], *which])))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]  # noqa: ANN201, ARG001 - pytest's hook
    report = yield
    if report.skipped and os.environ.get("LANDMARK_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped, which counts as failed here: {call.excinfo.value if call.excinfo else ''}"
    return report
