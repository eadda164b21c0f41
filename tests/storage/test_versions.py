import shutil
from pathlib import Path

import netCDF4
import numpy as np
import pytest
import torch

import rsmi
from rsmi.analysis.ensemble import assemble
from rsmi.estimator.checkpoint import Checkpoint
from rsmi.storage import files, netcdf
from rsmi.storage.versions import SCHEMA_VERSIONS, VersionError
from tests import miniature

OLD = Path(__file__).parent / "old"
KEPT = sorted(path.name for path in OLD.glob("*.nc"))
# NAME-VERSION.nc is read, NAME-VERSION-COMMIT.nc is of an earlier form that had the same version.
READ = [name for name in KEPT if name.count("-") == 1]
REFUSED = [name for name in KEPT if name.count("-") == 2]
FEW = pytest.mark.filterwarnings("ignore:.*(samples are few|exact copies of others)")


def kind_of(name):
    return name.partition("-")[0].partition("_")[0]


def present(name):
    """Return the kept file of the present version, of the name of another."""
    return f"{name.partition('-')[0]}-{SCHEMA_VERSIONS[kind_of(name)]}.nc"


def form(dataset):
    """Return names, dimensions and types of variables, and names of attributes; texts are of any length."""
    found = {
        f"{'coordinate' if name in dataset.coords else 'variable'} {name}": (
            variable.dims,
            "text" if variable.dtype.kind in "OUST" else str(variable.dtype),
            sorted(variable.attrs),
        )
        for name, variable in dataset.variables.items()
    }
    return found | {f"attribute {name}": True for name in dataset.attrs}


def sealed_copy(name, path, **attributes):
    with files.replacing(path, sealed=True) as temporary:
        shutil.copy(OLD / name, temporary)
        if attributes:
            with netCDF4.Dataset(temporary, "a") as file:
                file.setncatts(attributes)
    return path


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return miniature.write(tmp_path_factory.mktemp("written"))


@pytest.mark.parametrize("kind", SCHEMA_VERSIONS)
def test_a_file_of_every_version_is_kept(kind):
    for version in range(1, SCHEMA_VERSIONS[kind] + 1):
        kept = [name for name in KEPT if name.startswith((f"{kind}-{version}.", f"{kind}-{version}-"))]
        assert kept, f"keep a {kind} file of version {version} in {OLD}"


def test_what_is_written_today_has_the_form_of_its_version(written):
    assert sorted(path.name for path in written.values()) == sorted(set(map(present, KEPT)))
    for name, path in written.items():
        kind = kind_of(name)
        today = form(netcdf.read(path, kind))
        kept = form(netcdf.read(OLD / path.name, kind))
        changed = {
            key: (kept.get(key), today.get(key)) for key in kept | today if kept.get(key) != today.get(key)
        }
        assert not changed, (
            f"the form of {kind} files changed: raise its version, keep a file of it: {changed}"
        )


@pytest.mark.parametrize("name", READ)
def test_files_of_this_version_and_of_those_that_are_converted(name):
    dataset = netcdf.read(OLD / name, kind_of(name))
    assert dataset.attrs["schema_version"] == SCHEMA_VERSIONS[kind_of(name)]
    assert form(dataset) == form(netcdf.read(OLD / present(name), kind_of(name)))
    match kind_of(name):
        case "training":
            assert rsmi.table(assemble([dataset]))["T"].tolist() == [2.3]
        case "ensemble":
            assert rsmi.table(dataset)["T"].tolist() == [2.3]
            assert rsmi.plot_rsmi(dataset).axes and rsmi.plot_filters(dataset).axes


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_of_an_older_version_says_what_to_do(name):
    with pytest.raises(VersionError) as caught:
        netcdf.read(OLD / name, kind_of(name))
    text, commit = str(caught.value), name.removesuffix(".nc").rpartition("-")[2]
    version = int(name.split("-")[1])
    assert text.startswith(
        f"{OLD / name}: is of kind '{kind_of(name)}', version {version}, written by rsmi 0.1.0 "
        f"(commit {commit}"
    )
    assert (
        f"which lacks what version {SCHEMA_VERSIONS[kind_of(name)]} has, and cannot be converted. "
        "Move it away and run the study again, "
        "which makes it anew; or read it with the rsmi that wrote it."
    ) in text
    # Samples that came from somebody's own files are there.
    assert ("a model of kind 'file' reads them" in text) == name.startswith("samples-")


@FEW
@pytest.mark.parametrize("name", [n for n in KEPT if n.startswith("samples-")])
def test_samples_of_any_version_can_be_read_as_files_of_ones_own(name):
    with netCDF4.Dataset(OLD / name) as file:
        expected = file["configuration"][:]
    found = rsmi.load(
        str(OLD / name), 2.3, variable="configuration", values="binary", boundary="periodic", symbol="T"
    )
    assert np.array_equal(found["configuration"], expected)


@pytest.mark.parametrize("kind", SCHEMA_VERSIONS)
def test_a_file_of_a_newer_version_asks_for_a_newer_rsmi(tmp_path, kind):
    newer = SCHEMA_VERSIONS[kind] + 1
    path = sealed_copy(
        present(kind), tmp_path / "a.nc", schema_version=newer, rsmi_version="9.8", commit="abc"
    )
    with pytest.raises(VersionError) as caught:
        netcdf.read(path, kind)
    assert str(caught.value) == (
        f"{path}: is of kind '{kind}', version {newer}, written by rsmi 9.8 (commit abc), which is newer "
        f"than the version {newer - 1} that this rsmi knows. Update rsmi; or move it away and run the study "
        "again, which makes it anew in the older form."
    )


@pytest.mark.parametrize("version", ["1", 1.5, "new"])
def test_what_is_no_version_is_of_another_kind(tmp_path, version):
    path = sealed_copy(present("training"), tmp_path / "a.nc", schema_version=version)
    with pytest.raises(files.FileError, match="expected kind and version"):
        netcdf.read(path, "training")


@pytest.mark.parametrize("version", [1, 4])
def test_samples_that_cannot_be_extended_for_their_version_are_kept_aside(tmp_path, capsys, version):
    path = sealed_copy("samples-1-a85878c.nc", tmp_path / "T=2.3.nc", schema_version=version)
    before = path.read_bytes()
    assert netcdf.read_to_extend(path, "samples", {}, ()) is None
    aside = tmp_path / f"T=2.3.nc.version{version}"
    assert not path.exists() and aside.read_bytes() == before and files.check(aside)
    assert (
        f"version {version} cannot be gone on with; kept as {aside}, and made anew" in capsys.readouterr().out
    )


def test_a_damaged_file_is_made_anew_and_the_log_says_why(tmp_path, capsys):
    path = sealed_copy(present("samples"), tmp_path / "T=2.3.nc")
    path.write_bytes(b"damaged")
    assert netcdf.read_to_extend(path, "samples", {}, ()) is None
    assert path.exists() and "its checksum differs" in capsys.readouterr().out


@pytest.mark.parametrize(
    "content",
    [
        [1, 2],
        {"epoch": 3},
        {"identity": "of other code", "stages": {"training": {"epoch": 3}}},
        {"identity": "of other code", "stages": None, "version": 7},
    ],
)
def test_a_checkpoint_of_another_form_is_ignored_and_the_log_says_so(tmp_path, capsys, content):
    path, data = tmp_path / "training.pt", np.zeros(3)
    torch.save(content, path)
    checkpoint = Checkpoint(path, "this training", data)
    assert checkpoint.stage("training") is None
    assert "begins anew" in capsys.readouterr().out
    checkpoint.keep("training", {"epoch": 1})
    assert Checkpoint(path, "this training", data).stage("training") == {"epoch": 1}
