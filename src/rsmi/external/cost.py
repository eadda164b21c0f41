"""What reading configurations from files costs, on the reference machine of `rsmi.storage.needs`."""

from rsmi.sampling.cost import SAMPLE_MEMORY, SAMPLE_START, Speeds
from rsmi.storage.needs import MB, Job

# Of states, binary ones too, and of numbers: there are no sweeps, and `keep` is reading, checks and writing.
READ_STATES = Speeds(spacing=None, sweep=0.0, keep=60e-9, bytes=1, compressed=0.16)
READ_NUMBERS = Speeds(spacing=None, sweep=0.0, keep=60e-9, bytes=4, compressed=3.0)
# Copies that the checks hold of all configurations.
CHECK_COPIES = 10.0
# Bytes per site in the file's own type, most often, which are held besides.
FILE_BYTES = 8


def reading_job(speeds: Speeds, sites: int, configurations: int) -> Job:
    """Return the needs of a job that reads and checks so many configurations of so many sites each.

    `speeds` are `READ_STATES` or `READ_NUMBERS`.
    """
    everything = sites * configurations
    return Job(
        SAMPLE_START + speeds.keep * everything,
        SAMPLE_MEMORY + (CHECK_COPIES * speeds.bytes + FILE_BYTES) * everything / MB,
        speeds.compressed * everything / MB,
    )
