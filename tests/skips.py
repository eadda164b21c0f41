"""Skipped tests have not passed: a session fails if one is skipped for a reason that is not listed here."""

import os
import re

import pytest

# Reasons for which tests may be skipped: what they need is not part of the environment.
EXPECTED = (
    r"`make docs` makes what builds the site",
    r"needs Chromium \(Debian package chromium\)",
    # Without root no daemons of Slurm can be started.
    r"needs root and the Debian packages [\w ,-]+",
    # Root can write everywhere unless it gives that up by this command.
    r"needs setpriv \(Debian package util-linux\)",
)
# On the machines of people, which may have a Slurm of their own, or no network to install one; but not where
# CI=true, which has to install it.
EXPECTED_OF_PEOPLE = (
    r"\S+ is of another Slurm",
    r"needs the Debian packages [\w ,-]+, which apt-get did not install",
)
UNEXPECTED = pytest.StashKey[list[str]]()


def unexpected(reasons: list[str], ci: bool) -> list[str]:
    """Return those of the reasons that are not expected."""
    expected = EXPECTED if ci else EXPECTED + EXPECTED_OF_PEOPLE
    return [reason for reason in reasons if not any(re.fullmatch(known, reason) for known in expected)]


def pytest_sessionfinish(session):
    """Fail a session that went well but for tests that should not have been skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    # A worker reports to the session that started it.
    if hasattr(session.config, "workerinput") or reporter is None:
        return
    skipped = [report.longrepr[2].removeprefix("Skipped: ") for report in reporter.getreports("skipped")]
    found = unexpected(skipped, ci=os.environ.get("CI", "").lower() in ("true", "1"))
    session.config.stash[UNEXPECTED] = found
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    """Say which reasons were not expected."""
    found = config.stash.get(UNEXPECTED, [])
    if found:
        terminalreporter.section("tests were skipped that should not have been, see tests/skips.py", red=True)
        for reason in found:
            terminalreporter.line(reason)
