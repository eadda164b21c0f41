"""Words that people mistype."""

import difflib
from typing import Any


def nearest(word: Any, words: Any) -> str:
    """Suggest the nearest of the allowed words, or list them."""
    words = [str(w) for w in words]
    near = difflib.get_close_matches(str(word), words, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"use one of: {', '.join(words) or 'none'}."
