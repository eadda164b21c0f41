"""What a figure costs, on the reference machine of `rsmi.storage.needs`."""

from rsmi.storage.needs import Job

# Seconds of a figure of one scan, and of one of several, panel by panel; they mostly import.
FIGURE, SEVERAL = 3.8, 6.0
# Of the table and figure of what all jobs cost.
COSTS = 5.0
# MB of a process that holds no data, and of the files.
MEMORY, DISK = 520.0, 0.1


def figure_job(held: float, several: bool = False) -> Job:
    """Return the needs of a figure that holds `held` MB of data, of one scan or of several."""
    return Job(SEVERAL if several else FIGURE, MEMORY + held, DISK)


def costs_job() -> Job:
    """Return the needs of the table and figure of what all other jobs cost."""
    return Job(COSTS, MEMORY, DISK)
