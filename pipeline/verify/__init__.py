"""Whether the output folder of a run is whole: each table against the contract and `run.json`, the keys of the tables
against each other, every plan against its file.

from kehoach.pipeline.verify import verify
for fault in verify("outputs"):
    print(fault.table, fault.code, fault.message)
"""

from __future__ import annotations

from kehoach.pipeline.verify.checking import verify
from kehoach.pipeline.verify.faults import Fault

__all__ = ["Fault", "verify"]
