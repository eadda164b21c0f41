"""Tables of a study, a module each: `ABOUT`, what the workflow must know of it, and `table` to make it."""
