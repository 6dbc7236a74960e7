"""The records of a plan, the Arrow schemas made from them, the codes of the diagnostics, the exceptions."""
