"""Lower bounds on mutual information I(h:e), in nats: as training ascends them, and as tests judge them.

Every bound compares the scores f(h, e) of joint pairs with those of independent ones. Write j for a sample,
J_j for the score of its joint pair, and l_j = log <exp f(h, e_j)> for the mean over independent h. Then

    InfoNCE            <J_j - l_j>                           equation (10)
    NWJ                <J_j> - <exp(l_j - 1)>                equation (6)
    TUBA               <J_j> - <exp(l_j - a_j) + a_j - 1>    (A5), a the logarithm of a learned baseline
    Donsker–Varadhan   <J_j> - log <exp l_j>                 MINE; M. I. Belghazi et al. (2018)

and Barber–Agakov, equation (3), is H(h) + <log q(h|e)> with q = softmax f. (The last sign in the paper's (A5)
is a misprint: (A4) gives + 1.) InfoNCE alone has the h of the joint pair among the independent ones, which
makes it a bound for any batch; in the others it would bias the mean, and is left out.
"""

import math

import numba
import numpy as np
import torch
from scipy.special import logsumexp, xlogy


class Paired:
    """Scores of one h per sample: the joint pairs stand on the diagonal of F[m, j, i] = f(h_i, e_j)."""

    def __init__(self, scores: torch.Tensor, inclusive: bool) -> None:
        """Take J_j and l_j of scores (M, K, K), which are overwritten."""
        size = scores.shape[1]
        self.joint = scores.diagonal(dim1=1, dim2=2).clone()
        self._others = size if inclusive else size - 1
        if not inclusive:
            scores.diagonal(dim1=1, dim2=2).fill_(-math.inf)
        highest = scores.amax(dim=2, keepdim=True)
        self._weights = scores.sub_(highest).exp_()
        self._total = self._weights.sum(dim=2, keepdim=True)
        self.log_mean = (highest + self._total.log()).squeeze(2) - math.log(self._others)

    def backward(self, slope: torch.Tensor) -> tuple[torch.Tensor, None]:
        """Return the gradient of the scores for <J_j> - sum_j slope_j l_j; once only."""
        gradient = self._weights.mul_(-slope[:, :, None] / self._total)
        gradient.diagonal(dim1=1, dim2=2).add_(1.0 / gradient.shape[1])
        return gradient, None


@numba.njit(cache=True, error_model="numpy")
def _states_forward(scores, probabilities, inclusive, marginal, ratio, joint, log_mean):
    """Fill the marginal of h, and ratio_js = exp f(s, e_j) / <exp f(h, e_j)> beside J_j and l_j."""
    members, rows, states = scores.shape
    for m in range(members):
        marginal[m] = 0
        for j in range(rows):
            for s in range(states):
                marginal[m, s] += probabilities[m, j, s]
        for j in range(rows):
            highest = scores[m, j, 0]
            for s in range(1, states):
                highest = max(highest, scores[m, j, s])
            together, mean = np.float32(0), np.float32(0)
            for s in range(states):
                ratio[m, j, s] = np.exp(scores[m, j, s] - highest)
                p = probabilities[m, j, s]
                together += p * scores[m, j, s]
                mean += (marginal[m, s] if inclusive else marginal[m, s] - p) * ratio[m, j, s]
            mean /= rows if inclusive else rows - 1
            joint[m, j] = together
            log_mean[m, j] = highest + np.log(mean)
            for s in range(states):
                ratio[m, j, s] /= mean


@numba.njit(cache=True, error_model="numpy")
def _states_backward(scores, probabilities, inclusive, marginal, ratio, slope, to_scores, to_probabilities):
    """Fill the gradients of scores and probabilities for <J_j> - sum_j slope_j l_j."""
    members, rows, states = scores.shape
    others = np.float32(rows if inclusive else rows - 1)
    share = np.float32(1) / np.float32(rows)
    total = np.empty(states, np.float32)
    for m in range(members):
        total[:] = 0
        for j in range(rows):
            for s in range(states):
                total[s] += slope[m, j] * ratio[m, j, s]
        for j in range(rows):
            for s in range(states):
                p, pull = probabilities[m, j, s], slope[m, j] * ratio[m, j, s]
                rest = marginal[m, s] if inclusive else marginal[m, s] - p
                to_scores[m, j, s] = share * p - pull * rest / others
                felt = total[s] if inclusive else total[s] - pull
                to_probabilities[m, j, s] = share * scores[m, j, s] - felt / others


class OverStates:
    """Scores of all states of h, F[m, j, s] = f(s, e_j), with p(s|v_j): means over h are exact."""

    def __init__(self, scores: torch.Tensor, probabilities: torch.Tensor, inclusive: bool) -> None:
        """Take J_j and l_j of scores and probabilities (M, B, S)."""
        self._arguments = scores.numpy(), probabilities.numpy(), inclusive
        members, _, states = scores.shape
        self._marginal = np.empty((members, states), np.float32)
        self._ratio = np.empty(scores.shape, np.float32)
        self.joint, self.log_mean = torch.empty(scores.shape[:2]), torch.empty(scores.shape[:2])
        outputs = self._marginal, self._ratio, self.joint.numpy(), self.log_mean.numpy()
        _states_forward(*self._arguments, *outputs)

    def backward(self, slope: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the gradients of scores and probabilities for <J_j> - sum_j slope_j l_j."""
        to_scores, to_probabilities = (torch.empty(self._ratio.shape) for _ in range(2))
        arrays = slope.contiguous().numpy(), to_scores.numpy(), to_probabilities.numpy()
        _states_backward(*self._arguments, self._marginal, self._ratio, *arrays)
        return to_scores, to_probabilities


def ascend_infonce(log_mean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what InfoNCE subtracts from <J_j>, shape (member,), and its slope in l_j, shape (member, B).

    With one h per sample it cannot exceed log K of the batch; over states, its ceiling is the entropy of h.
    """
    return log_mean.mean(dim=1), torch.full_like(log_mean, 1.0 / log_mean.shape[1])


def ascend_nwj(log_mean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what NWJ subtracts from <J_j>, shape (member,), and its slope in l_j, shape (member, B)."""
    weight = (log_mean - 1.0).exp()
    return weight.mean(dim=1), weight / weight.shape[1]


def ascend_tuba(
    log_mean: torch.Tensor, baseline: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return what TUBA subtracts from <J_j>, its slope in l_j, and its slope in the baseline a_j."""
    weight = (log_mean - baseline).exp()
    return (weight + baseline - 1.0).mean(dim=1), weight / weight.shape[1], (1.0 - weight) / weight.shape[1]


class DonskerVaradhan:
    """Donsker–Varadhan, with MINE's running mean in the gradient: the log of a batch mean is biased."""

    DECAY = 0.99

    def __init__(self, members: int) -> None:
        """Start a running mean of exp f per member, kept as a logarithm."""
        self.log_running = torch.full((members,), -math.inf)

    def ascend(self, log_mean: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what the bound subtracts from <J_j>, shape (member,), and its slope in l_j, (member, B)."""
        size = log_mean.shape[1]
        now = torch.logsumexp(log_mean, dim=1) - math.log(size)
        self.log_running = self.log_running.to(log_mean.device)
        first = torch.isneginf(self.log_running)
        older = torch.logaddexp(self.log_running + math.log(self.DECAY), now + math.log(1.0 - self.DECAY))
        self.log_running = torch.where(first, now, older)
        return now, (log_mean - self.log_running[:, None]).exp() / size


def barber_agakov(
    scores: torch.Tensor, probabilities: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the Barber–Agakov bound, equation (3), of q(h|e) = softmax_h f(h, e), and its two gradients.

    scores and probabilities: (M, B, S). The bound has shape (member,); no log K limits it.
    """
    size = scores.shape[1]
    log_q = torch.log_softmax(scores, dim=2)
    marginal = probabilities.mean(dim=1, keepdim=True)
    log_marginal = marginal.clamp_min(torch.finfo(marginal.dtype).tiny).log()
    value = (probabilities * (log_q - log_marginal)).sum(dim=2).mean(dim=1)
    # The slope of -p log p has a further -1 for every state, to which probabilities that sum to 1 are blind.
    return value, (probabilities - log_q.exp()) / size, (log_q - log_marginal) / size


def pointwise(
    bound: str, probabilities: np.ndarray, scores: np.ndarray, baseline: np.ndarray | None = None
) -> np.ndarray:
    """Return each sample's share of a bound with all N samples as replicas; shape (..., N).

    `probabilities` p(h|v_j) and `scores` f(h, e_j) hold all states of h on their last axis, shape (..., N,
    states); `baseline` a(e_j), shape (..., N), is TUBA's. Since h has few states, the mean over independent h
    is a sum over states weighted by their frequency, and the expectation over h given v is exact, not
    sampled. The mean over samples is the bound; of Donsker–Varadhan, to first order in its fluctuations. None
    has a log K ceiling here, and InfoNCE never exceeds the entropy of h.
    """
    if bound == "barber_agakov":
        frequency = probabilities.mean(axis=-2, keepdims=True)
        log_frequency = np.log(np.where(frequency > 0, frequency, 1.0))
        log_q = scores - logsumexp(scores, axis=-1, keepdims=True)
        return np.sum(probabilities * (log_q - log_frequency), axis=-1)
    frequency = probabilities.mean(axis=-2, keepdims=True)
    joint = np.sum(probabilities * scores, axis=-1)
    log_mean = logsumexp(scores, b=frequency, axis=-1)
    return joint - penalty(bound, log_mean, baseline)


def penalty(bound: str, log_mean: np.ndarray, baseline: np.ndarray | None = None) -> np.ndarray:
    """Return what a bound subtracts from J_j, from l_j of shape (..., N): see the head of this module."""
    if bound == "infonce":
        return log_mean
    if bound == "nwj":
        return np.exp(log_mean - 1.0)
    if bound == "tuba":
        return np.exp(log_mean - baseline) + baseline - 1.0
    overall = logsumexp(log_mean, axis=-1, keepdims=True) - math.log(log_mean.shape[-1])
    return overall + np.exp(log_mean - overall) - 1.0


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Return H(h) from p(h|v_j) of shape (..., N, states); shape (...)."""
    frequency = probabilities.mean(axis=-2)
    return -xlogy(frequency, frequency).sum(axis=-1)
