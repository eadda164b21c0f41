import torch

from rsmi.estimator.adam import Adam
from rsmi.estimator.layers import Parameter


def make(shapes):
    torch.manual_seed(0)
    return [Parameter(torch.randn(shape).numpy()) for shape in shapes]


def ascend(parameters, optimiser, steps):
    for _ in range(steps):
        for p in parameters:
            p.gradient.copy_(torch.cos(p.value) - 0.3 * p.value)
        optimiser.step(0.01)


def test_steps_are_those_of_torch():
    ours = make([(5, 3), (3,)])
    theirs = [p.value.clone().requires_grad_() for p in ours]
    reference = torch.optim.Adam(theirs, lr=0.01, maximize=True)
    ascend(ours, Adam(ours), 30)
    for _ in range(30):
        reference.zero_grad()
        sum((torch.sin(p) - 0.15 * p * p).sum() for p in theirs).backward()
        reference.step()
    for a, b in zip(ours, theirs, strict=True):
        # Rounding in float32 over 30 steps of 0.01 each.
        assert torch.allclose(a.value, b, rtol=0, atol=1e-5)


def test_a_saved_state_goes_on_bit_by_bit():
    straight = make([(4, 2)])
    ascend(straight, Adam(straight), 20)
    first, second = make([(4, 2)]), make([(4, 2)])
    before, after = Adam(first), Adam(second)
    ascend(first, before, 12)
    saved = before.state()
    ascend(first, before, 3)
    after.resume(saved)
    ascend(second, after, 8)
    assert torch.equal(second[0].value, straight[0].value)
