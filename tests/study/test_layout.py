from rsmi.study.layout import Study, control_name, control_value, seed_blocks, seeds_of

CONFIG = {
    "study": "s",
    "seed": 5,
    "models": {
        "cold": {"kind": "ising", "parameters": {"size": 8}, "control": [2, 0.5], "chains": 4, "samples": 10}
    },
    "scans": {
        "plane": {
            "model": "cold", "visible": 2, "buffers": [0, 2], "environment": 1, "components": [1, 2],
            "control": [], "shares": [], "seeds": 3, "seeds_per_job": 2, "split": {},
            "training": {"epochs": 2},
        }
    },
}  # fmt: skip


def test_control_names_are_python_s_numbers():
    for value in (2.269185314213022, 0.1, 2, 1e-7, float("inf")):
        assert control_value(control_name("T", value)) == value
    assert control_name("T", 2) == "T=2.0"
    assert control_name("w", float("inf")) == "w=inf"


def test_seed_blocks_are_aligned():
    assert seed_blocks(10, 4) == ["0-3", "4-7", "8-9"]
    assert seed_blocks(4, 4) == ["0-3"]
    assert seeds_of("8-9") == [8, 9]


def test_files():
    study = Study(CONFIG)
    assert study.sample_files("cold") == [
        "results/s/samples/cold/T=0.5.nc",
        "results/s/samples/cold/T=2.0.nc",
    ]
    files = study.training_files("plane")
    assert len(files) == len(set(files)) == 2 * 2 * 2 * 2
    assert files[0] == "results/s/training/plane/T=0.5_LB=0_n=1_seeds=0-1.nc"
    everything = study.files()
    assert set(everything) == {*files, *study.sample_files("cold"), "results/s/ensembles/plane.nc"}


def test_shares_of_the_data_are_trained_at_one_point():
    study = Study(CONFIG | {"scans": {"plane": CONFIG["scans"]["plane"] | {"shares": [0.5]}}})
    files = study.learning_files("plane", 0.5)
    assert files[0] == "results/s/learning/plane/T=0.5_LB=0_n=2_share=0.5_seeds=0-1.nc"
    assert len(files) == 2 * 2 and set(files) < set(study.files())
    assert set(study.learning_files("plane", 1)) < set(study.training_files("plane"))


def test_files_of_patterns():
    scan = CONFIG["scans"]["plane"]
    study = Study(CONFIG | {"scans": {"plane": scan, "few": scan | {"control": [2], "shares": [0.5]}}})
    (plane, few) = study.places("scan")
    assert plane == {"scan": "plane", "model": "cold"}
    assert study.expand("ensembles/{scan}.nc", plane) == ["results/s/ensembles/plane.nc"]
    assert study.expand("ensembles/{scan}.nc", {}) == [
        "results/s/ensembles/plane.nc",
        "results/s/ensembles/few.nc",
    ]
    # Of samples all control values of the model, of others those of the scan.
    assert study.expand("samples/{model}/{control}.nc", few) == study.sample_files("cold")
    assert study.expand("referee/{scan}/{control}.csv", few) == ["results/s/referee/few/T=2.0.csv"]
    assert study.expand("training/{scan}/{training}.nc", few) == study.training_files("few")
    point = few | {"control": "T=2.0"}
    assert study.expand("training/{scan}/{training}.nc", point) == study.training_files("few", ["T=2.0"])
    shares = study.learning_files("few", 0.5) + study.learning_files("few", 1)
    assert study.expand("{learning}", few) == shares
    assert study.places("scan with shares") == [few]
    # Where a model is given, scans of others are not meant.
    models = {**study.models, "warm": study.models["cold"]}
    scans = {"plane": scan, "other": scan | {"model": "warm"}}
    two = Study(CONFIG | {"models": models, "scans": scans})
    assert two.expand("ensembles/{scan}.nc", {"model": "warm"}) == ["results/s/ensembles/other.nc"]
    assert len(two.expand("tables/{scan}/{model}.csv", {})) == 2
    assert study.places("study") == [{}] and study.places("model") == [{"model": "cold"}]


def test_settings_by_name():
    study = Study(CONFIG)
    (place,) = study.places("scan")
    assert study.settings(["visible", "buffers"], place) == {"visible": 2, "buffers": [0, 2]}
    assert study.settings(["samples"], {"model": "cold"}) == {"samples": 10}
    assert study.settings(["benchmarks"], {}) == {"benchmarks": "results/s/benchmarks"}
    # Which figures and tables there are changes none of them.
    named = Study(CONFIG | {"scans": {"plane": CONFIG["scans"]["plane"] | {"tables": ["my/table.py"]}}})
    assert named.settings(["scans"], {}) == study.settings(["scans"], {})
    # As text they do not depend on the order of keys.
    turned = Study(CONFIG | {"scans": {"plane": dict(reversed(CONFIG["scans"]["plane"].items()))}})
    assert str(study.settings(["scans"], {})) == str(turned.settings(["scans"], {}))


def test_a_scan_of_some_control_values():
    scan = CONFIG["scans"]["plane"] | {"control": [2]}
    study = Study(CONFIG | {"scans": {"plane": scan}})
    assert study.scan_controls("plane") == ["T=2.0"]
    assert len(study.training_files("plane")) == len(Study(CONFIG).training_files("plane")) // 2


def test_slices_hold_no_list_of_points():
    study = Study(CONFIG)
    assert "control" not in study.sampling_settings("cold")
    assert not {"buffers", "components", "seeds", "seeds_per_job"} & set(study.training_settings("plane"))


def test_slices_do_not_depend_on_the_order_of_keys():
    turned = CONFIG | {"models": {"cold": dict(reversed(CONFIG["models"]["cold"].items()))}}
    assert str(Study(CONFIG).sampling_settings("cold")) == str(Study(turned).sampling_settings("cold"))


def test_what_is_refereed():
    scan = CONFIG["scans"]["plane"]
    kept = scan | {"training": {"responses": True}}
    study = Study(CONFIG | {"scans": {"plane": scan | {"training": {"responses": False}}, "kept": kept}})
    assert study.refereed() == [("kept", "T=0.5"), ("kept", "T=2.0")]
    assert study.training_files("kept", ["T=2.0"])[0].startswith("results/s/training/kept/T=2.0_LB=0")


def test_free_dimers_are_found_where_wide_windows_fit():
    def model(size, control):
        return {"kind": "dimers", "parameters": {"size": size}, "control": control}

    small, warm, free = model(8, [float("inf")]), model(32, [4.0]), model(16, [1.0, float("inf")])
    assert Study(CONFIG | {"models": {"small": small, "warm": warm}}).free_dimers() is None
    assert Study(CONFIG | {"models": {"small": small, "warm": warm, "free": free}}).free_dimers() == "free"
