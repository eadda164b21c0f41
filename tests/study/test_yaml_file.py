import pytest

from rsmi.study.yaml_file import ConfigError, load


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study: a\nmodels: [unclosed", "line 2: not valid YAML"),
        ("a sentence", "must begin with keys"),
        (
            "study: a\nmodels:\n  b: 1\n  b: 2\n",
            "line 3: not valid YAML (the key 'b' is given twice); keep one",
        ),
        ("", "must begin with keys"),
        ("study: a\nseed: 010\n", "line 2: not valid YAML (010 would be read as 8); write it in decimal"),
        ("study: a\nseed: 0x10\n", "(0x10 would be read as 16)"),
        ("study: a\nseed: -0_7\n", "(-0_7 would be read as -7)"),
        ("study: a\nseed: 1:30\n", "(1:30 would be read as 90)"),
        ("study: a\nseed: 1:30.5\n", "(1:30.5 would be read as 90.5)"),
        ("study: &a\n  b: *a\n", "a setting holds itself, by an alias"),
        (
            "# 300 °C\nstudy: a # °\n".encode("latin-1"),
            "line 1: is not UTF-8 (it holds 0xb0); save it as UTF-8",
        ),
        ("study: a\n".encode("utf-16"), "is written in UTF-16; save it as UTF-8"),
    ],
)
def test_files_that_are_no_configuration(tmp_path, text, message):
    path = tmp_path / "study.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert message in str(caught.value) and str(path) in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_ordinary_numbers_and_files_are_read(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_bytes("\ufeffa: [0, -0, 10, 0.5, 1.0e-3, 1_000, .inf, -.inf, 00.5]\r\n# °\r\n".encode())
    assert load(path) == {"a": [0, 0, 10, 0.5, 1e-3, 1000, float("inf"), float("-inf"), 0.5]}
