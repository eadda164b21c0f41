"""Tables in and out, as CSV: whole or not there, and checked when they are read."""

from pathlib import Path

import pandas as pd

from rsmi.storage import files


def write(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table to six digits, but its first column, the control value, exactly."""
    with files.replacing(path, sealed=True) as temporary:
        table.astype({table.columns[0]: str}).to_csv(temporary, index=False, float_format="%.6g")


def write_in_full(table: pd.DataFrame, path: str | Path) -> None:
    """Write a table with all digits."""
    with files.replacing(path, sealed=True) as temporary:
        table.to_csv(temporary, index=False)


def read(path: str | Path) -> pd.DataFrame:
    """Read a table of a study; raise `FileError` if it is not what was written, or is none."""
    files.check(path)
    try:
        return pd.read_csv(path)
    except ValueError as error:
        raise files.FileError(f"{path}: cannot be read as a table ({error}). {files.REMEDY}") from error
