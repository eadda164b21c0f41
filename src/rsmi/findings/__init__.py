"""What the 2021 paper claims, held to what was found: a row per claim, a module per model."""
