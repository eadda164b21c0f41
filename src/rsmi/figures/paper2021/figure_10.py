"""The Gumbel-softmax distribution at different relaxations (figure 10 of the 2021 paper)."""

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import torch
from matplotlib.figure import Figure

from rsmi.estimator.discretisation import Gumbel
from rsmi.estimator.settings import TrainingSettings
from rsmi.figures import style
from rsmi.sampling.seeds import stream

ABOUT = {
    "title": "Figure 10: the Gumbel-softmax distribution",
    "order": 10,
    "each": "study",
    "target": "paper",
    "inputs": {},
    "caption": (
        "The Gumbel-softmax distribution of five categories at several temperatures: means of 20,000 draws "
        "beside the probabilities (diamonds), and one draw."
    ),
}

PROBABILITIES = np.array([0.10, 0.25, 0.35, 0.20, 0.10])
SETTINGS = TrainingSettings()
RELAXATIONS = (0.01, SETTINGS.relaxation_min, 0.6, 10.0)
DRAWS = 20_000


def draw() -> Figure:
    """Draw mean and one sample of five categories: one-hot, and relaxed with epsilon from 0.01 to 10.

    All columns share their Gumbel variables, so that the samples of the lower row are one and the same draw,
    smeared more and more. Equations (13), (14) and (B9) of the paper; the probabilities are our choice. The
    relaxed samples are those of the layer that training uses, `rsmi.estimator.discretisation.Gumbel`.
    """
    style.start()
    noise = gumbel_noise(DRAWS)
    columns = [("categorical", categorical_samples(noise))]
    columns += [(f"$\\epsilon = {epsilon:g}$", relaxed_samples(noise, epsilon)) for epsilon in RELAXATIONS]
    figure, grid = plt.subplots(2, len(columns), figsize=(6.8, 3.3), sharex=True, sharey="row",
                                layout="constrained")  # fmt: skip
    palette = sns.color_palette("colorblind")
    categories = np.arange(1, len(PROBABILITIES) + 1)
    for (title, samples), (upper, lower) in zip(columns, grid.T, strict=True):
        mean, error = samples.mean(axis=0), samples.std(axis=0, ddof=1) / np.sqrt(len(samples))
        bars = upper.bar(categories, mean, width=0.7, color=palette[0], alpha=0.75)
        errors = upper.errorbar(categories, mean, error, fmt="none", ecolor="k", elinewidth=0.8, capsize=2)
        (exact,) = upper.plot(categories, PROBABILITIES, "D", ms=4, mfc="none", mec=palette[1], mew=1.2)
        lower.bar(categories, samples[0], width=0.7, color=palette[2], alpha=0.9)
        upper.set_title(title, fontsize="medium")
        lower.set(xticks=categories, ylim=(0, 1.05))
    grid[0, 0].set(ylabel="mean of $h_i$", ylim=(0, 1.2 * PROBABILITIES.max()))
    grid[1, 0].set_ylabel("one sample $h_i$")
    figure.supxlabel("category $i$", fontsize="medium")
    figure.legend(
        [bars, errors, exact],
        [f"mean of {DRAWS:,} draws", "standard error", "exact categorical probability $\\pi_i$"],
        loc="outside upper center",
        ncols=3,
        title=f"Annealing (B9) lowers $\\epsilon$ from {SETTINGS.relaxation_max:g} to "
        f"{SETTINGS.relaxation_min:g} while a Gumbel-softmax training runs.",
        title_fontsize="small",
    )
    return figure


def gumbel_noise(draws: int) -> np.ndarray:
    """Return standard Gumbel variables, one per category, the same in every run; shape (draws, 5)."""
    return Gumbel(len(PROBABILITIES)).draw(stream("figure 10"), draws, len(PROBABILITIES))


def categorical_samples(noise: np.ndarray) -> np.ndarray:
    """Return exact one-hot samples of `PROBABILITIES` by the Gumbel-max rule, equation (13).

    `noise` holds standard Gumbel variables, shape (draws, 5), as the result does.
    """
    states = (noise + np.log(PROBABILITIES)).argmax(axis=1)
    return np.eye(len(PROBABILITIES))[states]


def relaxed_samples(noise: np.ndarray, epsilon: float) -> np.ndarray:
    """Return Gumbel-softmax samples of `PROBABILITIES` at relaxation `epsilon`, equation (14).

    `noise` holds standard Gumbel variables, shape (draws, 5), as the result does.
    """
    logits = torch.log(torch.tensor(PROBABILITIES, dtype=torch.float32))
    samples = Gumbel(len(PROBABILITIES)).forward(logits.expand(noise.shape), torch.from_numpy(noise), epsilon)
    return samples.double().numpy()
