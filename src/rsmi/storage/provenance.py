"""What made a file: written into NetCDF files and figures, and read back by ``rsmi inspect FILE``."""

import json
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rsmi.storage.files import FileError, check
from rsmi.storage.version import __version__

LIBRARIES = ("numpy", "numba", "scipy", "torch", "xarray", "netCDF4", "matplotlib")


@cache
def provenance() -> dict[str, str]:
    """Return what made a file: versions of package and libraries, commit, and whether it was dirty."""
    package = Path(__file__).parent.parent

    def git(*arguments: str) -> str:
        try:
            result = subprocess.run(
                ["git", *arguments], cwd=package, capture_output=True, text=True, timeout=10
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return result.stdout.strip() if result.returncode == 0 else ""

    # An installed copy may lie inside somebody else's repository, which says nothing about it.
    commit = git("rev-parse", "HEAD") if git("ls-files", str(Path(__file__).relative_to(package))) else ""
    return {
        "rsmi_version": __version__,
        "commit": commit or "unknown",
        "commit_dirty": str(bool(commit and git("status", "--porcelain", "--", "."))).lower(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def figure_provenance(inputs: Iterable[str | Path] = (), code: dict[str, str] | None = None) -> str:
    """Return as JSON what made a figure: `provenance()`, `code`, and the settings of all it was drawn from.

    A table has no settings of its own: it is made from files that have.
    """
    sources = {str(path): _netcdf(path).get("settings") for path in inputs}
    return json.dumps(provenance() | (code or {}) | {"inputs": sources}, sort_keys=True)


def inspect(path: str | Path) -> dict[str, Any]:
    """Return what a NetCDF file, or a figure as PNG or PDF, says of its making.

    Keys: `file`, `checksum` (``"intact"``, or ``"none"`` for a file that did not come from here), then those
    of `provenance()`, and `seed`, `settings`, or `inputs` with settings of each. Raises `FileError` if the
    file is not what was written, or says nothing.
    """
    path = Path(path)
    intact = check(path)
    match path.suffix:
        case ".nc":
            found = _netcdf(path)
        case ".png":
            found = _png(path)
        case ".pdf":
            found = _pdf(path)
        case _:
            raise FileError(f"{path}: does not say what made it; give a NetCDF, PNG or PDF file of a study.")
    if "rsmi_version" not in found:
        raise FileError(f"{path}: was not made by rsmi; give a NetCDF, PNG or PDF file of a study.")
    key = found.get("settings", {}).get("key")
    seed = {"seed": key[0]} if key else {}
    return {"file": str(path), "checksum": "intact" if intact else "none"} | seed | found


def _netcdf(path: str | Path) -> dict[str, Any]:
    """Return the attributes of a NetCDF file, its settings parsed; nothing of any other file."""
    import netCDF4

    if Path(path).suffix != ".nc":
        return {}
    try:
        with netCDF4.Dataset(path) as file:
            names = (*provenance(), "kind", "schema_version", "settings")
            found = {name: getattr(file, name) for name in names if name in file.ncattrs()}
    except OSError as error:
        raise FileError(f"{path}: cannot be read as NetCDF ({error}).") from None
    if "settings" in found:
        found["settings"] = json.loads(found["settings"])
    if "schema_version" in found:
        found["schema_version"] = int(found["schema_version"])
    return found


def _png(path: Path) -> dict[str, Any]:
    """Return what the metadata of a PNG say."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            return json.loads(image.info.get("Description", "{}"))
    except (UnidentifiedImageError, OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read as PNG ({error}).") from None


def _pdf(path: Path) -> dict[str, Any]:
    """Return what the subject of a PDF says: a string in parentheses, its own escaped by a backslash."""
    found = re.search(rb"/Subject \(((?:[^\\()]|\\.)*)\)", path.read_bytes(), re.DOTALL)
    if not found:
        return {}
    try:
        return json.loads(re.sub(rb"\\([\\()])", rb"\1", found[1]))
    except ValueError:
        return {}


def main(arguments: list[str]) -> str | None:
    """Print what made each of the files; return what is wrong, if anything is."""
    if not arguments:
        return "usage: rsmi inspect FILE..."
    for path in arguments:
        try:
            print(json.dumps(inspect(path), indent=2))
        except FileError as error:
            return str(error)
    return None
