"""What changed between two plans: indicators, their targets, tasks; or between the plans of two runs."""
