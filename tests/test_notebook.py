import ast
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rsmi
from rsmi.estimator.training import TrainingSettings, train
from rsmi.sampling.driver import sample

# Few samples take little time; that they are warned of is tested elsewhere.
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*(exact copies of others|too few to tell|chains disagree|samples are few|sectors|edge)"
)
QUICK = {"epochs": 2, "batch_size": 50, "windows": 1, "restarts": 0}


@pytest.fixture(scope="module")
def samples():
    return sample("ising", 2.0, {"size": 12}, chains=6, samples=60, thermalisation=100, spacing=5)


def test_five_lines_from_files_to_filters(samples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save("T=2.0.npy", samples["configuration"])
    mine = rsmi.load("T={control}.npy", 2.0, values="binary", boundary="periodic", symbol="T")
    ensemble = rsmi.train_ensemble(mine, rsmi.Regions(3, 1, 1), seeds=2, split=(0.5, 0.25), **QUICK)
    assert ensemble["filter"].sizes["seed"] == 2 and ensemble["L_B"].values.tolist() == [1]
    for plot in (rsmi.plot_filters, rsmi.plot_rsmi):
        figure = plot(ensemble)
        assert len(figure.axes) >= 1


def test_arrays_in_memory_and_several_values_and_buffers(samples):
    values = samples["configuration"].values
    options = {"values": "binary", "boundary": "periodic", "symbol": "T", "name": "temperature"}
    two = [rsmi.from_array(sign * values, T, **options) for T, sign in ((2.0, 1), (2.5, -1))]
    widths = [rsmi.Regions(3, buffer, 1) for buffer in (0, 1)]
    ensemble = rsmi.train_ensemble(two, widths, seeds=2, split=(0.5, 0.25), **QUICK)
    assert dict(ensemble["rsmi"].sizes) == {"control": 2, "L_B": 2, "components": 1, "seed": 2}


@pytest.mark.parametrize("kind", ["ising", "dimers", "chipping"])
def test_training_on_files_is_training_on_samples_bit_by_bit(kind):
    control, size, regions = {
        "ising": (2.0, 12, rsmi.Regions(3, 1, 1)),
        "dimers": (1.0, 8, rsmi.Regions(4, 2, 2)),
        "chipping": (0.5, 24, rsmi.Regions(4, 2, 2, dimensions=1)),
    }[kind]
    ours = sample(kind, control, {"size": size}, chains=6, samples=60, thermalisation=100, spacing=5)
    elsewhere = rsmi.from_array(
        ours["configuration"].values.astype(float),
        control,
        axes=["chain", "sample", *ours["configuration"].dims[2:]],
        values="integer",
        boundary="periodic",
        translations=np.atleast_1d(ours.attrs["translation_period"]).tolist(),
        symbol="T",
        name="temperature",
    )
    settings = TrainingSettings(**QUICK)
    results = [train(s, regions, 1, [0, 1], settings, (0.5, 0.25)) for s in (ours, elsewhere)]
    for name, values in results[0].data_vars.items():
        assert np.array_equal(values, results[1][name], equal_nan=True), name


def test_all_from_one_import(samples):
    """From samples to numbers, exact ones beside, and pictures, by the names of the package alone."""
    samples = rsmi.sample("ising", 2.0, {"size": 12}, chains=6, samples=60, thermalisation=100, spacing=5)
    ensemble = rsmi.train_ensemble(samples, rsmi.Regions(3, 1, 1), seeds=2, split=(0.5, 0.25), **QUICK)
    assert rsmi.table(ensemble)["L_B"].tolist() == [1]
    assert rsmi.best(ensemble)["rsmi"].item() == rsmi.table(ensemble)["rsmi"].item()
    assert rsmi.curves.decays(ensemble)["control"].tolist() == [2.0]
    exact = rsmi.exact_information(samples, ensemble).set_index("rule")["information"]
    assert 0 < exact["chosen"] < np.log(2)
    assert len(rsmi.plot_convergence(ensemble).axes) > 1


def test_the_package_lists_what_notebooks_need():
    assert set(rsmi.__all__) <= set(dir(rsmi))
    with pytest.raises(AttributeError, match="plot_nothing"):
        _ = rsmi.plot_nothing


def test_names_and_their_types_agree():
    """What a type checker reads of the package is what it fetches."""
    stub = ast.parse(Path(rsmi.__file__).with_suffix(".pyi").read_text())
    typed = {
        alias.asname: (node.module, alias.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for name in rsmi.__all__:
        module, what = typed.pop(name)
        assert getattr(importlib.import_module(module), what) is getattr(rsmi, name)
    assert not typed


def test_the_import_loads_nothing_until_it_is_used():
    code = "import sys, rsmi; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
    assert "rsmi" in loaded and not {"numpy", "torch", "xarray", "numba", "matplotlib"} & {*loaded}


def test_sets_of_samples_of_different_models_make_no_ensemble(samples):
    """Unlike lattices, parameters, boundaries, or the same chains twice."""
    from rsmi.external.reading import from_array

    spins = samples["configuration"].values
    about = {"values": "binary", "boundary": "periodic"}
    one = from_array(spins, 1.0, **about)
    regions = rsmi.Regions(3, 1, 1)
    for other, message in (
        (from_array(-spins[..., :10, :10], 2.0, **about | {"boundary": "open"}), "differ in their lattice"),
        (from_array(-spins, 2.0, symbol="beta", **about), "differ in their control parameter: beta, c"),
        (from_array(-spins, 2.0, **about | {"boundary": "open"}), "differ in their boundary"),
        (samples, "differ in their"),
        (from_array(spins, 2.0, **about), "have a chain in common"),
        (spins, "samples of type ndarray are not possible"),
    ):
        with pytest.raises(ValueError, match=message):
            rsmi.train_ensemble([one, other], regions, seeds=1, epochs=1)
    with pytest.raises(ValueError, match="epoch: there is no such setting; did you mean 'epochs'"):
        rsmi.train_ensemble(one, regions, epoch=5)
    with pytest.raises(ValueError, match=r"seeds = \[1, 2\] is no whole number"):
        rsmi.train_ensemble(one, regions, seeds=[1, 2])
