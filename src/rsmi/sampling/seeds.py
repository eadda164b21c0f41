"""Random streams, one per purpose, that do not depend on the order or the place in which jobs run."""

import hashlib
import json

import numpy as np


def stream(*key: str | int | float) -> np.random.Generator:
    """Return the generator that belongs to `key`.

    The key, such as ``(study seed, "sample", model, control, chain)``, is hashed by SHA-256 into the
    entropy of a `numpy.random.SeedSequence`. Two different keys give independent streams, the same key
    always gives the same one, on any machine and for any number of cores.
    """
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest))))
