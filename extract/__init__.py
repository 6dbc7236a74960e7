"""From a file's bytes to a plan: what is printed, and where.

from kehoach.extract import extract_plan
plan = extract_plan(path.read_bytes(), str(path))
"""

from kehoach.extract.plan import extract_plan

__all__ = ["extract_plan"]
