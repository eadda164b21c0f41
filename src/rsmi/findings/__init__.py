"""What papers claim, beside what was found: a folder per paper, a row per claim."""
