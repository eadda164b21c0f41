"""What a table costs, on the reference machine of `rsmi.storage.needs`."""

from collections.abc import Sequence

from rsmi.storage.needs import MB, Job

# Seconds of a table, which mostly imports, and for every sample set that it reads, and per byte of that.
TABLE, SET, BYTE = 1.3, 0.05, 3.5e-9
# MB of a process that holds an ensemble, of one that reads samples, and of the file.
MEMORY, SAMPLES_MEMORY, DISK = 260.0, 480.0, 0.01
# A sample set and the next one; ring models are also cut into windows.
COPIES = 2.5


def table_job(held: float) -> Job:
    """Return the needs of a table that holds `held` MB of data."""
    return Job(TABLE, MEMORY + held, DISK)


def samples_job(sets: Sequence[int]) -> Job:
    """Return the needs of a table that reads sample sets of so many bytes one after the other."""
    seconds = TABLE + sum(SET + BYTE * size for size in sets)
    return Job(seconds, SAMPLES_MEMORY + COPIES * max(sets) / MB, DISK)
