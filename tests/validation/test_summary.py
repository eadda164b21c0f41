import math

import numpy as np
import pytest

from rsmi.validation import rows, summary


@pytest.fixture
def files(tmp_path):
    """Write stochastic rows whose errors are wrong by a factor, and one bound; return their files."""

    def written(factor, ours=0.4):
        rng = np.random.default_rng(0)
        found = []
        for _ in range(200):
            series = rng.normal(size=30)
            z = float(rows.independent(series[:, None])[0]) * factor
            error = series.std(ddof=1) / math.sqrt(series.size)
            found.append(rows.stochastic("s", "m", {"size": 1}, series.mean(), 0.0, error, 29, z))
        rows.write(found, tmp_path / "a.csv")
        rows.write(
            [rows.lower_bound("bound of all bounds", "m", {"T": 2}, ours, 0.5, 0.01)], tmp_path / "b.csv"
        )
        rows.write([], tmp_path / "c.csv")
        return [tmp_path / name for name in ("a.csv", "b.csv", "c.csv")]

    return written


def test_all_rows_and_chi_squared(files, tmp_path, capsys):
    table = summary.summarise(files(1.0))
    assert len(table) == 202
    last = table.iloc[-1]
    assert last["kind"] == "chi squared" and last["pass"] and last["exact"] == 200
    table.to_csv(tmp_path / "summary.csv", index=False)
    assert summary.main(str(tmp_path / "summary.csv")) == 0
    assert "FAILS" not in capsys.readouterr().out


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_errors_that_are_too_large_or_too_small_fail(files, factor):
    assert not summary.summarise(files(factor)).iloc[-1]["pass"]


def test_a_failing_row_is_named_and_fails_the_command(files, tmp_path, capsys):
    summary.summarise(files(1.0, ours=0.6)).to_csv(tmp_path / "summary.csv", index=False)
    assert summary.main(str(tmp_path / "summary.csv")) == 1
    said = capsys.readouterr().out
    assert "FAILS: bound of all bounds (m, T=2): ours 0.6 +- 0.01, exact 0.5, deviation 10" in said
    assert "0 of    1 pass" in said


def test_without_stochastic_rows_there_is_no_chi_squared(tmp_path):
    rows.write([rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0)], tmp_path / "a.csv")
    assert len(summary.summarise([tmp_path / "a.csv"])) == 1


def test_what_nothing_is_known_of_is_listed(tmp_path, capsys):
    rows.write([rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0)], tmp_path / "a.csv")
    without = [rows.unchecked("trainings without responses", "any", {"scan": "plane"})]
    summary.summarise([tmp_path / "a.csv"], without).to_csv(tmp_path / "summary.csv", index=False)
    assert summary.main(str(tmp_path / "summary.csv")) == 0
    assert "trainings without responses (any, scan=plane)" in capsys.readouterr().out


@pytest.mark.parametrize("damage", ["only unchecked", "no rows", "no verdict"])
def test_a_table_that_says_nothing_fails(tmp_path, damage):
    row = rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0)
    found = {
        "only unchecked": [rows.unchecked("a", "m", {})],
        "no rows": [],
        "no verdict": [row | {"pass": None}],
    }
    rows.write(found[damage], tmp_path / "summary.csv")
    assert summary.main(str(tmp_path / "summary.csv")) == 1


def test_chi_squared_of_normal_deviates_is_uniform():
    rng = np.random.default_rng(3)
    p = np.array([summary.chi_squared(rng.normal(size=50))[1] for _ in range(2000)])
    assert abs(np.mean(p < 0.1) - 0.1) < 4 * math.sqrt(0.09 / 2000)
