"""Check that two commits compute the same numbers, bit for bit: both run the same small studies.

    .venv/bin/python benchmarks/identity.py BEFORE [AFTER] [--only STUDY] [--cores N] [--keep FOLDER] [--long]

Each commit is cloned and runs the studies by its own Snakefile, so that modules may have moved in between.
Compared are the SHA-256 of every array of every NetCDF file (name, axes, type, shape, values; not attributes,
which name the commit) and of every table, but for measured times. Prints a row per study and folder and names
what differs or is missing; the exit status is then 1. What is not committed is not seen.
"""

import argparse
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
import yaml

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from tests.workflow.conftest import MINIATURE, Workspace

STUDIES = "miniature", "published_recipe", "models", "own_files"
# What is asked for, beside an ensemble of every scan, below the folder of the study.
TARGETS = {
    "published_recipe": ("tables/fixed_windows/rsmi.csv",),
    "models": (
        *("tables/wolff/learning.csv", "tables/metropolis/decay.csv", "tables/metropolis/descent.csv"),
        *("tables/metropolis/referee.csv", "tables/dimers/referee.csv", "tables/dimers/samples.csv"),
        *("tables/dimers/rsmi.csv", "tables/chipping/masses.csv", "tables/chipping/mass_rule.csv"),
        *("tables/table_1.csv", "tables/table_2.csv"),
    ),
    "own_files": ("tables/real/rsmi.csv",),
}
# Five bounds on three pairs, four minutes of a core.
LONG = "validation/mutual_information.csv"

# Study, folder, file and name of an array or table.
Key = tuple[str, str, str, str]


class IdentityError(Exception):
    """Two commits could not be compared; the message says why."""


def configuration(study: str) -> dict:
    """Return the configuration of a study."""
    if study == "miniature":
        return MINIATURE
    if study != "published_recipe":
        return yaml.safe_load(Path(__file__).with_suffix("").joinpath(f"{study}.yaml").read_text())
    recipe = yaml.safe_load((PROJECT / "studies/published_recipe.yaml").read_text())
    for model in recipe["models"].values():
        model |= {"control": model["control"][-1:], "chains": 8, "samples": 50, "maximal_spacing": 5}
    for scan in recipe["scans"].values():
        scan["seeds"], scan["training"]["epochs"] = 2, 2
    return recipe


def asked_for(study: str, config: dict, long: bool) -> list[str]:
    """Return the arguments that tell Snakemake what to make: of the miniature all but the validation."""
    if study == "miniature":
        return []
    files = [*(f"ensembles/{scan}.nc" for scan in config["scans"]), *TARGETS[study]]
    arguments = ["--", *(f"results/{study}/{file}" for file in files)]
    if study != "models":
        return arguments
    return [*([] if long else ["--omit-from", f"results/{study}/{LONG}"]), *arguments, "validate"]


def write_own_files(folder: Path) -> None:
    """Write configurations of every kind of value, from a random field with some order, and a mask."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(8, 50, 12, 12))
    field = noise + np.roll(noise, 1, 2) + np.roll(noise, 1, 3) + rng.normal(size=(8, 50, 1, 1))
    arrays = {
        "binary_1": field > 0,
        "real_1": field,
        "states_1": np.digitize(field, [-1, 1]),
        "integer_1": np.floor(field[:, :, 0] ** 2).astype(int),
        "mask": np.indices(field.shape[2:]).sum(axis=0) > 2,
    }
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values)


def commit_of(name: str) -> str:
    """Return the hash of a commit of this repository; raise `IdentityError` if there is none by that name."""
    command = ["git", "-C", str(PROJECT), "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"]
    found = subprocess.run(command, capture_output=True, text=True)
    if found.returncode:
        raise IdentityError(f"{name} is no commit of this repository; see git log")
    return found.stdout.strip()


def workspace_of(commit: str, folder: Path) -> Workspace:
    """Check a commit out below a folder, and return a workspace there that runs its code."""
    code, studies = folder / "code", folder / "studies"
    studies.mkdir(parents=True)
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", str(PROJECT), str(code)], check=True)
    subprocess.run(["git", "-C", str(code), "checkout", "--quiet", "--detach", commit], check=True)
    write_own_files(studies)
    return Workspace(studies, source=code / "src", project=code)


def run(workspace: Workspace, config: dict, arguments: list[str]) -> None:
    """Run a study; raise `IdentityError` with the end of what Snakemake printed if it fails."""
    workspace.configure(config)
    with workspace.start(*arguments) as process:
        try:
            output, _ = process.communicate()
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode:
        side = workspace.directory.parent.name
        raise IdentityError(
            "\n".join([*output.splitlines()[-60:], f"{config['study']}, {side}: the run failed"])
        )


def digests(results: Path, study: str, commit: str) -> dict[Key, str]:
    """Return the SHA-256 of every array and table of a study; a table has no name.

    Raises `IdentityError` for a file that another commit made.
    """
    found = {}
    for path in sorted([*results.joinpath(study).rglob("*.nc"), *results.joinpath(study).rglob("*.csv")]):
        folder, *_ = path.relative_to(results / study).parts
        key = study, folder, str(path.relative_to(results / study))
        if path.suffix == ".nc":
            with xr.open_dataset(path) as dataset:
                if dataset.attrs.get("commit", commit) != commit:
                    raise IdentityError(f"{path}: was made by {dataset.attrs['commit']}, not by {commit}")
                found |= {(*key, str(name)): _sha256(_content(v)) for name, v in dataset.variables.items()}
        elif path.name != "costs.csv":
            found[*key, ""] = _sha256(_timeless(path))
    return found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(variable: xr.Variable) -> bytes:
    """Return axes, type, shape and values of an array."""
    values = variable.values.astype(str) if variable.dtype == object else variable.values
    return repr((variable.dims, str(variable.dtype), values.shape)).encode() + values.tobytes()


def _timeless(path: Path) -> bytes:
    """Return a table as it is, or, where it has columns of seconds, without them."""
    content = path.read_bytes()
    if b"seconds" not in content.partition(b"\n")[0]:
        return content
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table[[name for name in table if "seconds" not in name]].to_csv(index=False).encode()


def report(found: dict[str, dict[Key, str]]) -> bool:
    """Print how many arrays and tables are the same, and name the others; return whether all are."""
    table = pd.DataFrame({side: pd.Series(digests) for side, digests in found.items()})
    table.index.names = "study", "folder", "file", "name"
    table = table.reset_index()
    table["equal"] = table["before"] == table["after"]
    table["tables"] = table["name"] == ""
    table["arrays"] = ~table["tables"]
    kinds = ["arrays", "tables", "equal"]
    print(table.groupby(["study", "folder"], sort=False)[kinds].sum().reset_index().to_string(index=False))
    for row in table[~table["equal"]].itertuples():
        missing = [side for side in found if pd.isna(getattr(row, side))]
        what = f"is missing {missing[0]}" if missing else "differs"
        print(" ".join(filter(None, (f"{row.study}/{row.file}", row.name, what))))
    arrays, tables, equal = table[kinds].sum()
    verdict = "all equal" if equal == len(table) else f"{len(table) - equal:,} not equal"
    print(f"{arrays:,} arrays and {tables:,} tables: {verdict}")
    return equal == len(table)


def main() -> int:
    """Compare two commits; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", metavar="BEFORE", help="commit to compare with")
    parser.add_argument(
        "after", metavar="AFTER", nargs="?", default="HEAD", help="commit that should change no number (HEAD)"
    )
    parser.add_argument("--only", metavar="STUDY", choices=STUDIES, help=f"one of {', '.join(STUDIES)}")
    parser.add_argument("--cores", type=int, default=2, help="jobs at a time (2)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="new folder for clones and results")
    parser.add_argument(
        "--long", action="store_true", help="also check estimates of mutual information, minutes more"
    )
    options = parser.parse_args()
    always = ["--cores", str(options.cores), "--retries", "0"]
    commits = {side: commit_of(getattr(options, side)) for side in ("before", "after")}
    with tempfile.TemporaryDirectory() as temporary:
        root = (options.keep or Path(temporary, "identity")).resolve()
        if root.exists():
            raise IdentityError(f"{root} is there already; give a new folder")
        workspaces = {side: workspace_of(commit, root / side) for side, commit in commits.items()}
        found = {side: {} for side in commits}
        for study in [options.only] if options.only else STUDIES:
            config = configuration(study)
            for side, workspace in workspaces.items():
                start = time.monotonic()
                run(workspace, config, [*always, *asked_for(study, config, options.long)])
                found[side] |= digests(workspace.directory / "results", study, commits[side])
                print(f"{study}, {side}: {time.monotonic() - start:.0f} s", flush=True)
    return 0 if report(found) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except IdentityError as error:
        sys.exit(str(error))
