"""What sampling costs, on the reference machine of `rsmi.storage.needs`: a job's seconds, memory and disk.

A model's own speeds stand in its file, as the dictionary `COST` of plain values.
"""

from typing import Any, NamedTuple

from rsmi.storage.needs import MB, Job

# Chains and samples per chain of a pilot run of `rsmi.sampling.driver`, which takes a second to import.
PILOT_CHAINS, PILOT_SAMPLES = 8, 1000
# Seconds for the start of the process, imports, and writing of a file.
SAMPLE_START = 2.1
# Seconds, of what a site takes that is kept, for compression and writing alone.
WRITE_SITE = 6e-9
# MB of a process that holds no samples, and copies that it holds of all samples.
SAMPLE_MEMORY, SAMPLE_COPIES = 270.0, 2.5


class Speeds(NamedTuple):
    """What `COST` in a model's file says, by the same names.

    `spacing`: the usual automatic spacing in sweeps, None if it is as wide as it may be; `sweep`: seconds per
    site and sweep; `keep`: seconds per site of a sample that is kept, for its observables, compression and
    writing; `bytes`: of such a site in memory; `compressed`: its bytes on disk.
    """

    spacing: int | None
    sweep: float
    keep: float
    bytes: int
    compressed: float


# A model without `COST`.
UNKNOWN = Speeds(spacing=10, sweep=10e-9, keep=30e-9, bytes=2, compressed=0.5)


def speeds_of(cost: dict[str, Any] | None, model: str = "a model") -> Speeds:
    """Return what the dictionary `COST` of a model's file says, or `UNKNOWN` for None.

    Raises `ValueError`, with the name of the model, if it has not these keys, with positive numbers.
    """
    if cost is None:
        return UNKNOWN
    if not isinstance(cost, dict):
        raise ValueError(f"COST of {model} is {cost!r}; make it a dictionary, or leave it out")
    wrong = sorted(map(str, cost.keys() ^ set(Speeds._fields)))
    if wrong:
        found = ", ".join(f"{key!r} is {'unknown' if key in cost else 'missing'}" for key in wrong)
        raise ValueError(f"COST of {model}: {found}; give {', '.join(Speeds._fields)}, or no COST at all")
    for key, value in cost.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and value > 0
        if not number and not (key == "spacing" and value is None):
            raise ValueError(f"COST of {model}: {key!r} is {value!r}; give a number above 0")
    return Speeds(**cost)


def sampling_job(
    speeds: Speeds,
    sites: int,
    *,
    chains: int,
    samples: int,
    thermalisation: int,
    spacing: int | str,
    maximal_spacing: int,
) -> Job:
    """Return the needs of a job that samples one control value of a model on a lattice of so many sites.

    The settings are those of `rsmi.sampling.driver.sample`; `thermalisation` and spacings are in sweeps, and
    with the spacing ``"auto"`` there is a pilot run.
    """
    kept, pilot = chains * samples, 0
    sweeps: float = thermalisation * chains
    if spacing == "auto":
        spacing = min(maximal_spacing, speeds.spacing or maximal_spacing)
        pilot = PILOT_CHAINS * PILOT_SAMPLES
        # Strides of 1, 4, 16, ... up to about a quarter of the spacing.
        sweeps += thermalisation * PILOT_CHAINS + 4 / 3 * max(4, spacing / 4) * pilot
    sweeps += kept * int(spacing)
    held = max(kept, pilot) * sites * speeds.bytes
    return Job(
        SAMPLE_START + sites * (sweeps * speeds.sweep + (kept + pilot) * speeds.keep),
        SAMPLE_MEMORY + SAMPLE_COPIES * held / MB,
        kept * sites * speeds.compressed / MB,
    )
