"""Filter and critic of all members of a training, and one step of algorithm 1 for all of them at once."""

import numpy as np
import torch

from rsmi.estimator.bounds import (
    DonskerVaradhan,
    OverStates,
    Paired,
    ascend_infonce,
    ascend_nwj,
    ascend_tuba,
    barber_agakov,
)
from rsmi.estimator.coarse_graining import CoarseGraining, output_count
from rsmi.estimator.critics import ConcatenatedCritic, SeparableCritic
from rsmi.estimator.discretisation import Continuous, Exact, Gumbel, relaxation_temperature
from rsmi.estimator.layers import Parameter, Perceptron
from rsmi.estimator.settings import TrainingSettings


class Critic:
    """A critic, with TUBA's baseline where that is the bound, and the bound as a function of h and e."""

    def __init__(
        self,
        inputs: int,
        environment: int,
        settings: TrainingSettings,
        generators: list[np.random.Generator],
        centre: np.ndarray | None = None,
    ) -> None:
        """Set up the critic for h of `inputs` numbers and E of `environment` sites minus their `centre`."""
        hidden = list(settings.hidden)
        self.critic: SeparableCritic | ConcatenatedCritic
        if settings.critic == "separable":
            self.critic = SeparableCritic(inputs, environment, hidden, settings.embedding, generators, centre)
        else:
            self.critic = ConcatenatedCritic(inputs, environment, hidden, generators, centre)
        self.bound = settings.bound
        # It starts near zero, where the bound is that of a constant baseline.
        self.baseline = (
            Perceptron([environment, *hidden, 1], generators, 0.1, centre) if self.bound == "tuba" else None
        )
        self._running = DonskerVaradhan(len(generators)) if self.bound == "donsker_varadhan" else None

    def parameters(self) -> list[Parameter]:
        """Return all parameters."""
        return self.critic.parameters() + (self.baseline.parameters() if self.baseline else [])

    def state(self) -> torch.Tensor | None:
        """Return what a bound remembers from step to step."""
        return self._running.log_running if self._running else None

    def resume(self, state: torch.Tensor | None) -> None:
        """Go back to a state that `state` returned."""
        if self._running is not None:
            # Of the same bound, which remembers something.
            assert state is not None
            self._running.log_running = state

    def ascend(
        self, h: torch.Tensor, e: torch.Tensor, probabilities: torch.Tensor | None, to_h: bool
    ) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
        """Return the bound of each member on a batch; set the gradients of all parameters.

        `h` holds all states with their `probabilities` given v, or, without these, one h per sample. Returned
        with the bound, shape (member,), are its gradients in h (if asked) and in the probabilities.
        """
        scores = self.critic.forward(h, e)
        if probabilities is not None:
            scores = scores.cpu()
        to_probabilities: torch.Tensor | None
        if self.bound == "barber_agakov":
            # The settings refuse it without the states of h.
            assert probabilities is not None
            value, to_scores, to_probabilities = barber_agakov(scores, probabilities)
        else:
            form: Paired | OverStates
            inclusive = self.bound == "infonce"
            if probabilities is None:
                form = Paired(scores, inclusive)
            else:
                form = OverStates(scores, probabilities, inclusive)
            subtracted, slope = self._subtract(form.log_mean, e)
            value = form.joint.mean(dim=1) - subtracted
            to_scores, to_probabilities = form.backward(slope)
        return value, self.critic.backward(to_scores.to(e.device), to_h), to_probabilities

    def _subtract(self, log_mean: torch.Tensor, e: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        if self._running is not None:
            return self._running.ascend(log_mean)
        if self.baseline is not None:
            baseline = self.baseline.forward(e).squeeze(2).to(log_mean.device)
            subtracted, slope, to_baseline = ascend_tuba(log_mean, baseline)
            self.baseline.backward(-to_baseline[:, :, None].to(e.device))
            return subtracted, slope
        return ascend_infonce(log_mean) if self.bound == "infonce" else ascend_nwj(log_mean)


class Network:
    """Filters and critics of all members."""

    def __init__(
        self,
        visible: int,
        environment: int,
        components: int,
        settings: TrainingSettings,
        generators: list[np.random.Generator],
        centre: np.ndarray | None = None,
    ) -> None:
        """Set up a member per generator, for V of `visible` and E of `environment` sites.

        `centre`, shape (environment,), is subtracted from E.
        """
        self.settings, self.components = settings, components
        outputs = output_count(components, settings.states)
        self.coarse = CoarseGraining(visible, outputs, list(settings.filter_hidden), generators)
        self.critic = Critic(outputs, environment, settings, generators, centre)
        self.members = len(generators)
        self.discretisation: Exact | Gumbel | Continuous
        if settings.discretisation == "exact":
            self.discretisation = Exact(components, settings.states, self.members)
            self.discretisation.h = self.discretisation.h.to(settings.device)
        elif settings.discretisation == "gumbel":
            self.discretisation = Gumbel(settings.states)
        else:
            self.discretisation = Continuous()
        if settings.device != "cpu":
            for parameter in self.parameters():
                parameter.value = parameter.value.to(settings.device)
                parameter.gradient = parameter.gradient.to(settings.device)

    def parameters(self) -> list[Parameter]:
        """Return all parameters, those of the filter first."""
        return self.coarse.parameters() + self.critic.parameters()

    def ascend(
        self,
        visible: torch.Tensor,
        environment: torch.Tensor,
        step: int,
        generators: list[np.random.Generator],
    ) -> torch.Tensor:
        """Return the bound of each member on a batch of V and E, (member, B, sites); set all gradients."""
        z = self.coarse.forward(visible)
        form, settings = self.discretisation, self.settings
        probabilities = None
        if isinstance(form, Exact):
            probabilities = form.forward(z)
        elif isinstance(form, Gumbel):
            noise = np.stack([form.draw(rng, *z.shape[1:]) for rng in generators])
            temperature = relaxation_temperature(
                step, settings.relaxation_max, settings.relaxation_min, settings.relaxation_rate
            )
            form.forward(z, torch.from_numpy(noise).to(z.device), temperature)
        else:
            form.forward(z)
        paired = probabilities is None
        value, to_h, to_probabilities = self.critic.ascend(form.h, environment, probabilities, to_h=paired)
        upstream = to_h if paired else to_probabilities
        # Either was asked for.
        assert upstream is not None
        self.coarse.backward(form.backward(upstream).to(z.device))
        return value
