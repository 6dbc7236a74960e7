"""Questions in SQL over the tables of a run.

with open_run(Path("outputs")) as run:
    answer = ask(run, "SELECT unit_name, value FROM matrix")
    print(answer_csv(answer))
"""

from __future__ import annotations

from kehoach.publish.query.engine import Answer, QuestionRefused, ask, open_run
from kehoach.publish.query.examples import Example, examples_text, read_examples
from kehoach.publish.query.forms import answer_csv, answer_json, answer_table

__all__ = [
    "Answer",
    "Example",
    "QuestionRefused",
    "answer_csv",
    "answer_json",
    "answer_table",
    "ask",
    "examples_text",
    "open_run",
    "read_examples",
]
