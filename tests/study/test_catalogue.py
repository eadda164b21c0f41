"""What modules say of themselves, and what a study makes of it."""

import copy

import pytest

from rsmi.study import project
from rsmi.study.catalogue import EACH, KINDS, AboutError, built_in, name_of, read
from rsmi.study.config import checked
from rsmi.study.items import CATEGORIES, Catalogue
from rsmi.study.layout import Study
from rsmi.study.yaml_file import load
from tests.workflow.conftest import MINIATURE, PROJECT

SCHEMA = load(project.SCHEMA)
ALL = [about for kind in KINDS for about in built_in(kind)]
GOOD = {"title": "New", "each": "scan", "inputs": {"ensemble": "ensembles/{scan}.nc"}}
DRAW = "def draw(ensemble):\n    return None\n"


def catalogue_of(config):
    return Catalogue(Study(checked(config, SCHEMA)))


@pytest.fixture
def config():
    return copy.deepcopy(MINIATURE)


@pytest.mark.parametrize("about", ALL, ids=lambda about: f"{about.kind} {about.name}")
def test_modules_of_the_package_say_what_the_report_needs(about):
    assert about.title and about.each in EACH
    assert about.kind == "check" or (about.caption and about.order < 99)


def test_numbers_in_the_report_are_those_of_one_thing_each():
    places = [
        (about.kind, CATEGORIES.get((about.kind, about.target), EACH[about.each]), about.order)
        for about in ALL
        if about.kind != "check"
    ]
    assert len(set(places)) == len(places)


def test_a_study_has_what_its_scans_and_models_ask_for(config):
    catalogue = catalogue_of(config)
    assert "plane/filters" in catalogue["figure"] and "plane/learning" not in catalogue["figure"]
    assert "ising/samples" in catalogue["table"] and "in_sample" in catalogue["figure"]
    assert set(catalogue["check"]) == {"closed_forms", "mutual_information", "samples/ising"}
    item = catalogue.item("figure", {"figure": "plane/filters"})
    assert item.inputs == {"ensemble": "results/miniature/ensembles/plane.nc"}
    assert (item.category, item.label) == ("plane", "03 Filters")
    assert catalogue.outputs("table", "plane/rsmi") == ["results/miniature/tables/plane/rsmi.csv"]
    config["scans"]["plane"]["shares"] = [0.5]
    learning = catalogue_of(config)["table"]["plane/learning"]
    # Trainings on half of the data, and on all of it, at the first buffer.
    assert len(learning.files()) == 4 and learning.made_by["visible"] == 3


def test_without_scans_there_is_nothing_of_all_of_them(config):
    config["scans"] = {}
    catalogue = catalogue_of(config)
    assert list(catalogue["figure"]) == ["validation_bounds", "validation_z_scores"]
    assert catalogue.files("all") == ["results/miniature/tables/ising/samples.csv"]


def test_what_a_target_needs_is_found_through_what_it_is_made_from():
    catalogue = catalogue_of(load(PROJECT / "studies/paper.yaml"))
    needed = {(item.about.kind, item.key) for item in catalogue.needed("paper")}
    assert ("table", "ising/referee") in needed and ("table", "chipping_64/mass_rule") in needed
    assert len(needed) == 11 + 11 and len(set(catalogue.files("paper"))) == 2 * 11 + 3


def test_names_of_items():
    assert name_of("figure", "plane/filters") == "filters" == name_of("figure", "filters")
    assert name_of("check", "trainings/plane/T=2.0") == "trainings"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ABOUT = {", "line 1 is not Python"),
        (f"ABOUT = dict({GOOD!r})\n{DRAW}", "ABOUT is computed; write it as a literal"),
        (f"ABOUT = [1]\n{DRAW}", "ABOUT is no dictionary"),
        (f"ABOUT = { ({**GOOD, 'titel': 'x'})!r}\n{DRAW}", "unknown key 'titel'; did you mean 'title'?"),
        (f"ABOUT = { ({'title': 'x', 'each': 'scan'})!r}\n{DRAW}", "ABOUT has no 'inputs'; add it"),
        (f"ABOUT = { ({**GOOD, 'title': 3})!r}\n{DRAW}", "'title': 3, which is of the wrong type"),
        (f"ABOUT = { ({**GOOD, 'each': 'scans'})!r}\n{DRAW}", "each 'scans'; did you mean 'scan'?"),
        (f"ABOUT = { ({**GOOD, 'target': 'papers'})!r}\n{DRAW}", "target 'papers'; did you mean 'paper'?"),
        (f"ABOUT = { ({**GOOD, 'cost': {'seconds': 1}})!r}\n{DRAW}", "give it seconds and memory"),
        (f"ABOUT = { ({**GOOD, 'inputs': {'ensemble': 3}})!r}\n{DRAW}", "give a file, or a list of files"),
        (
            f"ABOUT = { ({**GOOD, 'inputs': {'ensemble': 'ensembles/{scn}.nc'}})!r}\n{DRAW}",
            "unknown wildcard in 'ensembles/{scn}.nc'; did you mean 'scan'?",
        ),
        (
            f"ABOUT = { ({**GOOD, 'each': 'study'})!r}\n{DRAW}",
            "write ['ensembles/{scan}.nc'] for all of them",
        ),
        (f"ABOUT = {GOOD!r}\n", "has no function 'draw'; add draw(ensemble)"),
        (f"ABOUT = {GOOD!r}\ndef draw(data): pass\n", "draw(data) does not take what ABOUT asks for"),
        (f"ABOUT = {GOOD!r}\ndef draw(ensemble, b): pass\n", "its parameters are to be ensemble"),
        (f"ABOUT = {GOOD!r}\ndef draw(ensemble, /): pass\n", "its parameters are to be ensemble"),
    ],
)
def test_what_is_wrong_with_a_module_is_said(tmp_path, text, message):
    path = tmp_path / "new.py"
    path.write_text(text)
    with pytest.raises(AboutError) as error:
        read("figure", path, "new", "new")
    assert message in str(error.value)


def test_more_parameters_may_have_defaults(tmp_path):
    for number, parameters in enumerate(("ensemble, b=1", "ensemble, *, b=1", "**everything")):
        path = tmp_path / f"new_{number}.py"
        path.write_text(f"ABOUT: dict = {GOOD!r}\ndef draw({parameters}): pass\n")
        assert read("figure", path, "new", "new").title == "New"
    path.write_text("X = 1\n")
    assert read("figure", path, "other", "other") is None
