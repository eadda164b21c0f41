"""Configurations from elsewhere, in files of other programs: found, opened, checked, and brought to our form.

`settings` says what must be known of them, `locate` finds the files of all control values, `arrays` opens
their formats, `axes` tells chains from samples from space, `outline` and `headers` say what can be told
before anything is read, `values` makes numbers of what the sites hold, `checks` looks for what would make a
training meaningless, and `reading` puts all together. `check` is the command.
"""


class DataError(ValueError):
    """Configurations that cannot be used; the message names the file or setting, the value and the remedy."""
