import numpy as np
import pytest
import torch
from scipy.special import xlogy

from rsmi.estimator.bounds import (
    DonskerVaradhan,
    OverStates,
    Paired,
    ascend_infonce,
    ascend_nwj,
    ascend_tuba,
    barber_agakov,
    entropy,
    pointwise,
)

# Of float32 at the large scores.
ROUNDING = float(np.spacing(np.float32(1e4)))
BASELINE = torch.tensor([[0.3, -0.2, 0.1, 0.0, 0.7]])


def naive(bound, scores, weights):
    """A bound from joint weights p(h_i|v_j) (M, J, I), by its definition, in torch's own operations."""
    size = scores.shape[1]
    joint = (weights * scores).sum(2).mean(1)
    total = weights.sum(1, keepdim=True)
    if bound == "infonce":
        mean = (total / size * scores.exp()).sum(2)
        return joint - mean.log().mean(1)
    mean = ((total - weights) / (size - 1) * scores.exp()).sum(2)
    if bound == "nwj":
        return joint - (mean / np.e).mean(1)
    if bound == "tuba":
        return joint - (mean / BASELINE.exp() + BASELINE - 1).mean(1)
    return joint - mean.mean(1).log()


def ours(bound, form):
    """The same through the package: value, and the gradients."""
    if bound == "infonce":
        subtracted, slope = ascend_infonce(form.log_mean)
    elif bound == "nwj":
        subtracted, slope = ascend_nwj(form.log_mean)
    elif bound == "tuba":
        subtracted, slope, _ = ascend_tuba(form.log_mean, BASELINE.expand_as(form.log_mean))
    else:
        subtracted, slope = DonskerVaradhan(len(form.joint)).ascend(form.log_mean)
    return form.joint.mean(1) - subtracted, form.backward(slope)


@pytest.mark.parametrize("bound", ["infonce", "nwj", "tuba", "donsker_varadhan"])
def test_bounds_of_paired_samples_and_their_gradients(bound):
    torch.manual_seed(0)
    scores = torch.randn(3, 5, 5, requires_grad=True)
    expected = naive(bound, scores, torch.eye(5).expand(3, 5, 5))
    (wanted,) = torch.autograd.grad(expected.sum(), scores)
    value, (gradient, _) = ours(bound, Paired(scores.detach().clone(), bound == "infonce"))
    assert torch.allclose(value, expected, atol=1e-5)
    assert torch.allclose(gradient, wanted, atol=1e-6)


@pytest.mark.parametrize("bound", ["infonce", "nwj", "tuba", "donsker_varadhan", "barber_agakov"])
def test_bounds_over_states_and_their_gradients(bound):
    torch.manual_seed(1)
    scores = torch.randn(3, 5, 4, requires_grad=True)
    logits = torch.randn(3, 5, 4, requires_grad=True)
    weights = logits.softmax(2)
    if bound == "barber_agakov":
        marginal = weights.mean(1)
        expected = -(marginal * marginal.log()).sum(1) + (weights * scores.log_softmax(2)).sum(2).mean(1)
        value, *gradients = barber_agakov(scores.detach(), weights.detach())
    else:
        expected = naive(bound, scores, weights)
        value, gradients = ours(bound, OverStates(scores.detach(), weights.detach(), bound == "infonce"))
    wanted = torch.autograd.grad(expected.sum(), [scores, logits], retain_graph=True)
    # Through the softmax, since only changes that keep the sum of probabilities matter.
    (to_logits,) = torch.autograd.grad(weights, logits, gradients[1])
    assert torch.allclose(value, expected, atol=1e-5)
    assert torch.allclose(gradients[0], wanted[0], atol=1e-6)
    assert torch.allclose(to_logits, wanted[1], atol=1e-6)


def test_the_baseline_of_tuba_has_its_gradient():
    log_mean = torch.randn(2, 5)
    baseline = torch.randn(2, 5, requires_grad=True)
    subtracted, _, gradient = ascend_tuba(log_mean, baseline)
    (wanted,) = torch.autograd.grad(subtracted.sum(), baseline)
    assert torch.allclose(gradient, wanted, atol=1e-6)


def test_the_running_mean_of_donsker_varadhan_replaces_that_of_the_batch():
    bound = DonskerVaradhan(1)
    for _ in range(3):
        bound.ascend(torch.zeros(1, 4))
    _, slope = bound.ascend(torch.full((1, 4), np.log(2.0)))
    # The running mean is 0.99 + 0.01 * 2, and the slope exp(l) / mean / size.
    assert slope[0, 0].item() == pytest.approx(2 / 1.01 / 4, rel=1e-5)


def test_one_h_per_sample_respects_the_ceiling_log_k_and_survives_large_scores():
    form = Paired(1e4 * torch.eye(50)[None], inclusive=True)
    assert (form.joint - form.log_mean).mean().item() == pytest.approx(np.log(50), abs=ROUNDING)
    form = Paired(-1e4 * torch.eye(50)[None], inclusive=True)
    assert torch.isfinite(form.log_mean).all()


def test_the_ceiling_over_states_is_the_entropy():
    probabilities = torch.eye(2)[torch.arange(50) % 2][None].contiguous()
    form = OverStates(1e4 * probabilities, probabilities, inclusive=True)
    assert (form.joint - form.log_mean).mean().item() == pytest.approx(np.log(2), abs=ROUNDING)


@pytest.fixture
def noisy_channel():
    """h = ±1 sent to e = ±1 through a channel that errs with probability 0.2: log p(h|e) and exact I."""
    rng = np.random.default_rng(0)
    h = rng.integers(0, 2, 200_000)
    e = np.where(rng.random(h.size) < 0.2, 1 - h, h)
    posterior = np.where(e[:, None] == np.arange(2), 0.8, 0.2)
    exact = np.log(2) + xlogy(0.2, 0.2) + xlogy(0.8, 0.8)
    return np.eye(2)[h], np.log(posterior), exact


@pytest.mark.parametrize("bound", ["infonce", "nwj", "tuba", "donsker_varadhan", "barber_agakov"])
def test_every_bound_of_its_best_critic_is_the_information(noisy_channel, bound):
    probabilities, log_posterior, exact = noisy_channel
    # log p(h|e) / p(h); equation (A8) adds 1 for NWJ, whose partition function is then e.
    scores = log_posterior + np.log(2) + (bound == "nwj")
    shares = pointwise(bound, probabilities, scores, np.zeros(len(scores)))
    assert abs(shares.mean() - exact) < 4 * shares.std() / np.sqrt(shares.size)


@pytest.mark.parametrize("bound", ["infonce", "nwj", "tuba", "donsker_varadhan", "barber_agakov"])
def test_a_wrong_critic_stays_below(noisy_channel, bound):
    probabilities, log_posterior, exact = noisy_channel
    scores = 1.7 * log_posterior + 0.4
    shares = pointwise(bound, probabilities, scores, np.zeros(len(scores)))
    assert shares.mean() < exact - 4 * shares.std() / np.sqrt(shares.size)


def test_pointwise_infonce_agrees_with_the_score_matrix(noisy_channel):
    probabilities, scores = (x[:300] for x in noisy_channel[:2])
    h = probabilities.argmax(axis=1)
    form = Paired(torch.tensor(scores[:, h])[None], inclusive=True)
    assert pointwise("infonce", probabilities, scores).mean() == pytest.approx(
        (form.joint - form.log_mean).mean().item()
    )


def test_pointwise_infonce_never_exceeds_the_entropy(noisy_channel):
    probabilities, scores, _ = noisy_channel
    assert pointwise("infonce", probabilities, 100 * scores).mean() <= entropy(probabilities)
    sure = np.eye(2)[np.array([0, 1, 1, 1])]
    assert pointwise("infonce", sure, 1e3 * sure).mean() == pytest.approx(entropy(sure))


def test_entropy():
    assert entropy(np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx(np.log(2))
    assert entropy(np.array([[1.0, 0.0], [1.0, 0.0]])) == 0.0
