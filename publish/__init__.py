"""What people read: `summary` of a run, `lint` (its diagnostics), `show` (one plan as a tree)."""
