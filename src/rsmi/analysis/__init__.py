"""From trainings to an ensemble, and from an ensemble to what it says."""
