import torch

from rsmi.estimator.adam import Adam


def test_steps_are_those_of_torch():
    torch.manual_seed(0)
    ours, theirs = torch.nn.Linear(5, 3), torch.nn.Linear(5, 3)
    theirs.load_state_dict(ours.state_dict())
    optimiser = Adam(ours)
    reference = torch.optim.Adam(theirs.parameters(), lr=0.01, maximize=True)
    x = torch.randn(20, 5)
    for _ in range(30):
        for model in (ours, theirs):
            torch.tanh(model(x)).sum().backward()
        optimiser.step(0.01)
        reference.step()
        reference.zero_grad()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        # Rounding in float32 over 30 steps of 0.01 each.
        assert torch.allclose(a, b, rtol=0, atol=1e-5)
