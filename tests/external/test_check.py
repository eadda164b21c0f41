from pathlib import Path

import numpy as np
import pytest
import yaml

from rsmi.__main__ import main
from rsmi.study.config import checked
from rsmi.study.guess import guessed
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import load


def test_what_can_be_told_from_numbers_is_guessed(parameters, spins):
    bare = {"path": "T={control}.npy", "symbol": "T", "name": "temperature"}
    np.save("T=1.npy", spins)
    assert guessed(bare).settings == {"values": "binary", "boundary": "periodic"}
    assert not guessed(bare).asked
    np.save("T=1.npy", spins[..., :11, :11] * 3 + 1.5)
    assert guessed(bare).settings == {"values": "binary", "boundary": "open"}
    # Grey values are a measured field, and one file of fractions tells of all.
    np.save("T=1.npy", np.random.default_rng(0).integers(0, 256, spins.shape))
    assert guessed(bare).settings["values"] == "real"
    np.save("T=1.npy", spins)
    np.save("T=2.npy", spins + 0.5 * (spins > 0))
    assert guessed(bare).settings["values"] == "real"
    Path("T=2.npy").unlink()
    np.save("T=1.npy", spins + 0.1 * np.random.default_rng(0).normal(size=spins.shape))
    assert guessed(bare).settings["values"] == "real"


def test_few_whole_numbers_are_asked_about(parameters, spins):
    """States or numbers: files alone cannot say."""
    bare = {"path": "T={control}.npy", "symbol": "T", "name": "temperature"}
    np.save("T=1.npy", spins[:, :, :15] + spins[:, :, 1:])
    np.save("T=2.npy", 2 * spins[:, :, 1:])
    np.save("T=3.npy", 2 * spins[:, :, 1:])
    np.save("T=4.npy", np.where(spins[:, :, 1:] > 0, 5, 0))
    guess = guessed(bare)
    # Of all files, not of those that are looked at first.
    assert guess.settings["values"] == "states" and guess.settings["levels"] == [-2, 0, 2, 5]
    assert "states or integer?" in guess.asked[0] and "integer, and leave levels out" in guess.asked[0]


def test_masked_sites_and_missing_values_have_no_say(parameters, spins):
    bare = {"path": "T={control}.npy", "symbol": "T", "name": "temperature"}
    holed = spins.copy()
    holed[..., 3:6, 3:6] = 0
    mask = np.ones((16, 16))
    mask[3:6, 3:6] = 0
    np.save("T=1.npy", holed)
    np.save("mask.npy", mask)
    assert guessed(bare | {"mask": "mask.npy"}).settings == {"values": "binary", "boundary": "periodic"}
    np.save("T=1.npy", np.where(holed == 0, -9999, holed.astype(np.int16)))
    assert guessed(bare | {"missing": [-9999]}).settings["values"] == "binary"


def test_check_prints_a_configuration_that_runs(saved, spins, capsys):
    np.save("T=3.0.npy", -spins)
    assert main(["check", "T={control}.npy", "--symbol", "T", "--name", "temperature"]) == 0
    printed = capsys.readouterr().out
    assert "2 files can be used" in printed and "Told by the numbers: values: binary" in printed
    config = yaml.safe_load(printed[printed.index("study:") :])
    complete = checked(config, load(SCHEMA))
    assert complete["models"]["mine"]["control"] == [2.6, 3.0]
    Path("study.yaml").write_text(yaml.safe_dump(config))
    assert main(["check", "study.yaml"]) == 0
    assert "models.mine" in capsys.readouterr().out


def test_check_takes_every_setting_as_an_option(parameters, spins, capsys):
    np.save("all.npy", np.moveaxis(spins, 0, -1))
    options = [
        "--axes",
        "sample,y,x,chain",
        "--values",
        "states",
        "--levels=-1,0,1",
        "--translations",
        "1,1",
    ]
    assert main(["check", "all.npy", *options, "--boundary", "periodic"]) == 0
    assert "The file can be used" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["T={control}.npz"], "there is no file like 'T={control}.npz'"),
        (["T={control}.npy", "--levels", "a:b:c"], "levels"),
        (["T={control}.npy", "--boundary", "open", "--translations", "1"], "a step per axis"),
        (["T={control}.npy", "--lattice", "12x12"], "lattice"),
        (["T={control}.npy", "--lattice", "a,b"], "lattice"),
        (["T={control}.npy", "--axes", "sample,yy"], "axes"),
        (["T={control}.npy", "--axes", "x,x"], "x stands twice"),
        (["T={control}.npy", "--boundary", "periodic", "--margin", "2"], "margin: 2 belongs to"),
        (["nothing.yaml"], "nothing.yaml: cannot be read"),
    ],
)
def test_check_says_what_is_wrong(arguments, message, saved, capsys):
    assert main(["check", *arguments]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(("chains", "samples", "side"), [(4, 5, 3), (16, 4, 6), (3, 40, 20)])
def test_what_is_suggested_fits_the_data(chains, samples, side, parameters, capsys):
    values = np.random.default_rng(0).normal(size=(chains, samples, side, side))
    np.save("a=1.npy", values)
    assert main(["check", "a={control}.npy", "--symbol", "a"]) == 0
    printed = capsys.readouterr().out
    checked(yaml.safe_load(printed[printed.index("study:") :]), load(SCHEMA))
    assert main(["check", "a=1.npy"]) == 0
    printed = capsys.readouterr().out
    checked(yaml.safe_load(printed[printed.index("study:") :]), load(SCHEMA))


def test_a_boundary_that_cannot_be_told_is_asked_about(parameters, spins):
    bare = {"path": "T={control}.npy", "symbol": "T", "name": "temperature"}
    np.save("T=1.npy", spins[:, :, :9])
    guess = guessed(bare)
    assert guess.settings["boundary"] == "open" and "differ between axes" in guess.asked[0]
    np.save("T=1.npy", np.random.default_rng(0).choice([-1, 1], spins.shape))
    guess = guessed(bare)
    assert guess.settings["boundary"] == "open" and "The numbers cannot tell" in guess.asked[0]
    np.save("T=2.npy", spins)
    assert guessed(bare).settings["boundary"] == "periodic" and not guessed(bare).asked


def test_one_file_under_two_names_is_no_second_control_value(saved, spins, capsys):
    np.save("T=3.0.npy", spins)
    assert main(["check", "T={control}.npy", "--symbol", "T"]) == 1
    assert "T = 2.6 and T = 3.0 have the very same samples" in capsys.readouterr().err


def test_what_is_suggested_for_states_cuts_no_site(parameters, capsys):
    np.save("a=1.npy", np.random.default_rng(0).choice([0, 1, 2], (16, 40, 16, 16)))
    assert main(["check", "a={control}.npy", "--values", "states", "--levels", "0,1,2", "--symbol", "a"]) == 0
    printed = capsys.readouterr().out
    scan = checked(yaml.safe_load(printed[printed.index("study:") :]), load(SCHEMA))["scans"]["mine"]
    assert (scan["visible"], scan["environment"]) == (8, 2)


def potts(rng, shape):
    return rng.choice([0, 1, 2], shape)


def heights(rng, shape):
    return np.cumsum(rng.choice([-1, 1], shape), axis=-1)


def field(rng, shape):
    return rng.normal(size=shape)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [potts, heights, field])
@pytest.mark.parametrize(
    ("axes", "shape", "options"),
    [
        ("sample,x", (300, 32), []),
        ("sample,y,x", (240, 16, 16), []),
        ("chain,sample,y,x", (12, 20, 12, 18), []),
        ("chain,sample,y,x", (12, 20, 16, 16), ["--boundary", "open", "--margin", "1"]),
        ("sample,y,x", (240, 16, 16), ["--groups", "groups.npy"]),
        ("sample,y,x", (240, 24, 24), ["--boundary", "open", "--mask", "mask.npy"]),
        ("sample,y,x", (240, 16, 16), ["--boundary", "open", "--translations", "0,0"]),
    ],
)
def test_what_is_printed_passes_and_has_three_buffers(make, axes, shape, options, parameters, capsys):
    """Whatever the data are, `rsmi check` takes the configuration that it printed."""
    np.save("a=1.npy", make(np.random.default_rng(0), shape))
    np.save("groups.npy", np.repeat(np.arange(12), 20))
    mask = np.ones((24, 24))
    mask[:3, :4] = 0
    np.save("mask.npy", mask)
    rough = ["--translations", "0" if shape[-1] == 32 else "0,0"] if make is heights else []
    given = [] if "--translations" in options else rough
    assert main(["check", "a={control}.npy", "--symbol", "a", "--axes", axes, *options, *given]) == 0
    printed = capsys.readouterr().out
    text = printed[printed.index("study:") :]
    Path("study.yaml").write_text(text)
    assert main(["check", "study.yaml"]) == 0
    buffers = yaml.safe_load(text)["scans"]["mine"]["buffers"]
    cells = 2 if make is potts and len(axes.split(",")) > 2 else 3 if make is potts else 1
    assert len([b for b in buffers if b]) >= 3 and all(b % cells == 0 for b in buffers)


def test_warnings_come_once_per_kind(parameters, spins, capsys):
    for value in (1, 2, 3):
        np.save(f"T={value}.npy", spins.reshape(-1, 16, 16)[value : value + 151])
    assert main(["check", "T={control}.npy", "--symbol", "T"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("samples are few") == 1 and "and 2 more files alike" in printed


def test_files_whose_names_hold_no_number_are_named(parameters, spins, capsys):
    for name in ("T=2", "T=3", "T=2,5", "T=1.5D+00", "T=2p5"):
        np.save(f"{name}.npy", spins)
    np.save("T=3.npy", -spins)
    assert main(["check", "T={control}.npy", "--symbol", "T"]) == 0
    printed = capsys.readouterr().out
    assert "3 files match 'T={control}.npy', but hold no number" in printed and "T=2,5.npy" in printed


def test_near_values_are_told_apart_in_the_table(parameters, spins, capsys):
    np.save("T=2.2691853.npy", spins)
    np.save("T=2.2691854.npy", -spins)
    assert main(["check", "T={control}.npy", "--symbol", "T"]) == 0
    printed = capsys.readouterr().out
    assert "2.2691853 " in printed and "2.2691854 " in printed
