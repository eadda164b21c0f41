"""The report in a real browser, where one is installed."""

import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CAPTIONS = ("Maximal RSMI against the control parameter", "How much of the filter", "Every sample set")


@pytest.fixture(scope="module")
def report(finished):
    path = finished.directory / "report.html"
    finished.snakemake("--report", str(path))
    return path


def test_the_report_holds_all_figures_and_captions_in_one_file(report):
    text = report.read_text()
    for caption in CAPTIONS:
        assert caption in text
    for label in ("01 RSMI against the control parameter", "03 Filters", "02 laws of decay with the buffer"):
        assert f'"{label}"' in text
    assert text.count("data:image/png") >= 5


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (Debian package chromium)")
def test_the_report_opens_in_a_browser_without_a_network(report, tmp_path):
    result = subprocess.run(
        [
            CHROMIUM,
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
            *("--disable-background-networking", "--disable-quic", "--virtual-time-budget=10000"),
            # Every address but the file itself fails to resolve.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={tmp_path}",
            "--dump-dom",
            report.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0
    # The page is drawn by scripts: its menu is there only if they ran.
    drawn = result.stdout.split('<div id="app">', 1)[1].split("<script", 1)[0]
    for entry in ("Workflow", "Statistics", "Results"):
        assert entry in drawn
