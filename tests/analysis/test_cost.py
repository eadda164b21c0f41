"""What an ensemble is said to cost, from plain numbers."""

from rsmi.analysis.cost import aggregate_job, ensemble_disk


def test_an_ensemble_grows_with_its_trainings():
    few, many = aggregate_job(10, 5.0), aggregate_job(20, 10.0)
    assert many.seconds > few.seconds and many.memory > few.memory
    assert few.disk == ensemble_disk(5.0) < 5.0 and many.disk == 2 * few.disk
