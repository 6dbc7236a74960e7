"""A run, from files to tables.

from kehoach.pipeline import Limits, Settings, run
result = run(["plans"], "outputs", settings=Settings(jobs=2, limits=Limits(seconds=60)))
result.counts["tasks"]

The same input gives the same bytes: no clock and no order of arrival stands in a table.
"""

from __future__ import annotations

from kehoach.pipeline.inputs import Input, find_inputs, find_paths
from kehoach.pipeline.lines import PlanLine
from kehoach.pipeline.pool import read_files
from kehoach.pipeline.reading import Reading, read_file
from kehoach.pipeline.runs import RunOptions, RunResult, run
from kehoach.pipeline.settings import Limits, Settings
from kehoach.pipeline.tables import put_right

__all__ = [
    "Input", "Limits", "PlanLine", "Reading", "RunOptions", "RunResult", "Settings", "find_inputs", "find_paths",
    "put_right", "read_file", "read_files", "run",
]  # fmt: skip
