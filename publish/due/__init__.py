"""What is due: the tasks of a run by the day they are due and who leads them, and as a calendar."""
