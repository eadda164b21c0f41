"""The state of a long training on disk, so that a killed one goes on where it was."""

import hashlib
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from rsmi.storage import files


class Checkpoint:
    """A file that holds the states of the stages of one training, renewed every `interval` seconds.

    `identity` says what is trained, and by which code, and `data` on what; a file of another training, or of
    other code, is ignored, which the log says, and overwritten. So a checkpoint needs no version.
    """

    def __init__(self, path: str | Path, identity: str, data: np.ndarray, interval: float = 120.0) -> None:
        """Read what is there. A file that cannot be read counts as none."""
        self._path, self._interval = Path(path), interval
        digest = hashlib.sha256(identity.encode())
        digest.update(np.ascontiguousarray(data).data)
        self._identity = digest.hexdigest()
        self._stages: dict[str, Any] = {}
        self._written = time.monotonic()
        if self._path.exists():
            try:
                files.check(self._path)
                content = torch.load(self._path, weights_only=False)
                found, stages = content["identity"], content["stages"]
            except Exception as error:
                print(f"checkpoint {self._path} cannot be read ({error}); training begins anew")
                return
            if found == self._identity:
                self._stages = stages
            else:
                print(
                    f"checkpoint {self._path} is of another training or of other code; training begins anew"
                )

    def stage(self, name: str) -> Any:
        """Return the state that a stage had when it was last kept, or None."""
        return self._stages.get(name)

    def due(self) -> bool:
        """Tell whether the file is older than the interval."""
        return time.monotonic() - self._written >= self._interval

    def keep(self, name: str, state: Any) -> None:
        """Write the state of a stage, with those of all others, whole or not at all."""
        self._stages[name] = state
        with files.replacing(self._path, sealed=True) as temporary:
            torch.save({"identity": self._identity, "stages": self._stages}, temporary)
        self._written = time.monotonic()
