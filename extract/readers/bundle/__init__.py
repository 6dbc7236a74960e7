"""Several files that are one plan."""
