"""Plain Python values from what people hand over: numpy's numbers, arrays and tuples."""

import operator
from typing import Any

import numpy as np


def whole(name: str, value: Any, least: int) -> int:
    """Return a whole number of any type as an int.

    Raises `ValueError`, with its name, for what is no whole number or less than `least`.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} = {value!r} is no whole number; give an integer") from None
    if isinstance(value, bool | np.bool_) or number < least:
        raise ValueError(f"{name} = {value!r} is not possible; use {least} or more")
    return number


def plain(value: Any) -> Any:
    """Return a value with lists in the place of tuples and arrays, and Python's numbers for numpy's."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value
