"""What a training costs, on the reference machine of `rsmi.storage.needs`: seconds, memory and disk.

`visible` and `environment` are numbers of sites, `states` those of one component of h, and a member is one
of the seeds that a job trains together.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rsmi.storage.needs import MB

# Seconds for the start of the process, imports, and writing of a file.
TRAIN_START = 4.6
# Seconds per member: a step, a window that is trained on; a multiplication and addition of the critic, in
# training (forth and back) and on validation windows; a state of h of a window in the last evaluation.
STEP, WINDOW, TRAIN_FLOP, VALIDATE_FLOP, ANSWER = 4.0e-5, 1.6e-6, 1.45e-10, 0.8e-10, 1.3e-6
# A refinement takes about as long as this many epochs.
REFINE_EPOCHS = 30
# The critic reads K x K scores, or h is drawn, where sums over states are not exact.
INEXACT = 4.0
# MB of a process without configurations, copies that it holds of those, and MB per member, window and state
# of h in the last evaluation.
TRAIN_MEMORY, TRAIN_COPIES, ANSWER_MEMORY = 600.0, 1.6, 1.0e-4


class Windows(NamedTuple):
    """How many windows an epoch trains on, its validation and the test look at."""

    training: int
    validation: int
    test: int


def training_seconds(
    visible: int,
    environment: int,
    components: int,
    states: int,
    windows: Windows,
    *,
    batch_size: int,
    epochs: int,
    hidden: Sequence[int],
    embedding: int,
    refine: bool,
    inexact: bool,
    members: int,
    share: float = 1.0,
) -> float:
    """Return the seconds of the work of a training; its process takes `TRAIN_START` more.

    `hidden` and `embedding` are widths of the critic; `inexact` tells that the bound is no exact sum over the
    states of h; `share` is that of the training configurations. `windows` and `epochs` are those of a share
    of 1.
    """
    layers = [environment, *hidden, embedding]
    flops = visible * components + sum(a * b for a, b in pairwise(layers))
    passes = epochs + (REFINE_EPOCHS if refine else 0)
    steps = windows.training // batch_size
    seconds = passes * (STEP * steps + windows.training * (WINDOW + TRAIN_FLOP * flops))
    # Less data is seen in more epochs, each of which is validated.
    seconds += epochs / share * windows.validation * VALIDATE_FLOP * flops
    seconds += ANSWER * sum(windows) * states**components
    return members * (INEXACT if inexact else 1.0) * seconds


def training_memory(
    configurations: int, components: int, states: int, windows: Windows, *, members: int, responses: bool
) -> float:
    """Return the memory of a training in MB; `configurations` take so many bytes.

    `responses` tells that answers to all test windows are kept.
    """
    answers = ANSWER_MEMORY * members * (windows.training + windows.test) * states**components
    return TRAIN_MEMORY + TRAIN_COPIES * configurations / MB + (2 if responses else 1) * answers


def training_disk(
    visible: int, components: int, states: int, windows: Windows, *, epochs: int, seeds: int, responses: bool
) -> float:
    """Return what the file of a training takes in MB: a filter per epoch and seed, and the covariance of V.

    With `responses`, answers to all test windows are in it too.
    """
    disk = seeds * 4 * epochs * (visible * components + 4) + 8 * visible**2 + 40_000
    if responses:
        disk += seeds * windows.test * (components + 3 * states**components) * 4
    return disk / MB
