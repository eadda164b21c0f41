"""What a job needs: time, memory and disk. Modules `cost` beside each stage estimate it before a job runs.

Their numbers are fits to the benchmark files of the default study and of the 2021 paper's, on two cores of a
cloud machine (98 GFLOP/s in float32 each), the reference: wall time, since `cpu_time` is not read to a job's
end. No stage imports these modules, and `rsmi.storage.digest` leaves models' estimates out: a better
estimate reruns nothing.
"""

from typing import NamedTuple

MB = 10**6


class Job(NamedTuple):
    """What one job needs: `seconds` of one core, `memory` and `disk` in MB of 10^6 bytes."""

    seconds: float
    memory: float
    disk: float
