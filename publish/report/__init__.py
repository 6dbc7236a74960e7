"""The report of a run: one page that opens anywhere, with every value beside the words it was read from."""

from kehoach.publish.report.write import MOST_BYTES, Written, write_report

__all__ = ["MOST_BYTES", "Written", "write_report"]
