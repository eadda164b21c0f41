"""Configurations from elsewhere, in files of other programs: found, opened, checked, and brought to our form.

`settings` says what must be known of them, `locate` finds the files of all control values, `arrays` opens
their formats (`hdf5` and `conventions` for what is particular to these), `in_memory` takes what a notebook
hands over. `axes` tells chains from samples from space, `companions` reads labels and masks, `outline` and
`headers` say what can be told before anything is read. `missing` finds missing values, `values` makes numbers
of what the sites hold. `checks`, `unwritten`, `flattened` and `order` look for what would make a training
meaningless, `sectors` for chains that are stuck. `reading` puts all together.
"""

import warnings


class DataError(ValueError):
    """Configurations that cannot be used; the message names the file or setting, the value and the remedy."""


class DataWarning(UserWarning):
    """What should be known of configurations that can be used; `kind` is the same for all that say so."""

    def __init__(self, kind: str, message: str) -> None:
        """Keep the kind."""
        super().__init__(message)
        self.kind = kind


def warn(kind: str, message: str) -> None:
    """Warn of what should be known; a list of warnings needs to show only one of each kind in full."""
    warnings.warn(DataWarning(kind, message), stacklevel=3)
