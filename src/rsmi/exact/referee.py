"""What exact referees share that know how a block depends on the ring of sites around its buffer."""

from abc import ABC, abstractmethod

import numpy as np
from scipy.special import rel_entr
from tqdm import tqdm

# Rings whose p(v | ring) are held at a time.
CHUNK = 256


class RingReferee(ABC):
    """Exact conditional distributions of a block V given the ring through which all of E acts on it.

    The information of any channel p(h|v) is then I(H:E) = H(h) - <H(h | ring)>, with the average taken over
    rings of sampled configurations: `information` of what `channel_given_ring` returns.
    """

    @abstractmethod
    def conditional(self, rings: np.ndarray) -> np.ndarray:
        """Return the distribution of V, or of the part of it that the ring acts on, (ring, state)."""

    @abstractmethod
    def check_channels(self, states: int) -> None:
        """Raise `ValueError`, with the remedy, unless channels have the states of `conditional`."""

    def channel_given_ring(
        self, rings: np.ndarray, channels: np.ndarray, *, progress: bool = False
    ) -> np.ndarray:
        """Return p(h | ring), shape (ring, channel, outcome), by chunks of rings to spare memory.

        rings: as for `conditional`. channels: p(h|v) in the order of the states of `conditional`, shape
        (channel, state, outcome).

        Raises `ValueError` for channels on other states.
        """
        count, states, outcomes = channels.shape
        self.check_channels(states)
        flat = channels.transpose(1, 0, 2).reshape(states, -1)
        parts = []
        with tqdm(total=len(rings), desc="rings", disable=not progress) as bar:
            for start in range(0, len(rings), CHUNK):
                parts.append(self.conditional(rings[start : start + CHUNK]) @ flat)
                bar.update(len(parts[-1]))
        return np.concatenate(parts).reshape(-1, count, outcomes)


def information(given_ring: np.ndarray) -> np.ndarray:
    """Return every ring's share of I(H:E) in nats, shape (channel, ring); its mean is the information.

    given_ring: p(h | ring), shape (ring, channel, outcome).
    """
    return rel_entr(given_ring, given_ring.mean(axis=0)).sum(axis=-1).T
