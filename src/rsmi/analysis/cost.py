"""What an ensemble and the exact information of its filters cost, on the machine of `rsmi.storage.needs`."""

from rsmi.storage.needs import MB, Job

# Seconds for the start of the process and imports, and per file of trainings.
AGGREGATE_START, AGGREGATE_FILE = 1.2, 0.05
# MB of a process that holds no ensemble.
AGGREGATE_MEMORY = 180.0
# An ensemble is held uncompressed, with work arrays beside it.
ENSEMBLE_COPIES = 6.0
# Of what the files of trainings take.
ENSEMBLE_SHARE = 0.65
# Exact information of filters at one control value: seconds; MB beside the samples, and their copies.
EXACT, EXACT_MEMORY, EXACT_COPIES, EXACT_DISK = 8.0, 480.0, 2.5, 0.005


def ensemble_disk(trainings: float) -> float:
    """Return what an ensemble takes on disk, in MB, if the files of its trainings take `trainings` MB."""
    return ENSEMBLE_SHARE * trainings


def aggregate_job(files: int, trainings: float) -> Job:
    """Return the needs of a job that collects so many files of trainings, of `trainings` MB together."""
    disk = ensemble_disk(trainings)
    return Job(AGGREGATE_START + AGGREGATE_FILE * files, AGGREGATE_MEMORY + ENSEMBLE_COPIES * disk, disk)


def exact_information_job(samples: int) -> Job:
    """Return the needs of the exact information of filters on a sample set of so many bytes."""
    return Job(EXACT, EXACT_MEMORY + EXACT_COPIES * samples / MB, EXACT_DISK)
