"""Processor time of the extraction, a plan a row, beside simple peers: see README.md."""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kehoach.extract.plan import extract_plan
from kehoach.extract.readers import FORMATS

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("KEHOACH_SHARED", ROOT.parent / "shared"))


_TEXTS = ("txt", "md", "html")


def plans() -> list[Path]:
    """The texts among the samples, then the real plans where they are there."""
    folders = [folder for folder in (ROOT / "samples", SHARED / "plans") if folder.is_dir()]
    return [
        path for folder in folders for path in sorted(folder.iterdir()) if FORMATS.get(path.suffix.lower()) in _TEXTS
    ]


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median processor time of the rounds, after two that do not count."""
    for _ in range(2):
        work()
    times = []
    for _ in range(rounds):
        gc.collect()
        started = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - started) / 1e6)
    return statistics.median(times)


def peers() -> dict[str, Callable[[str], object]]:
    """Name and work of each peer; the real work is done by them, only less of it."""
    import spacy  # noqa: PLC0415 - slow to import, and only this needs it
    from markdown_it import MarkdownIt  # noqa: PLC0415

    markdown = MarkdownIt("commonmark").enable("table")
    nlp = spacy.blank("vi", config={"nlp": {"tokenizer": {"use_pyvi": False}}})
    nlp.max_length = 10**8
    return {"markdown-it": markdown.parse, "spacy": nlp}


def measure(path: Path, rounds: int, others: dict[str, Callable[[str], object]]) -> dict[str, Any]:
    """One row: name, size in KB, milliseconds, and the ratio to each peer."""
    data, source = path.read_bytes(), path.name
    text = data.decode("utf-8", "replace")
    ours = milliseconds(lambda: extract_plan(data, source), rounds)
    row: dict[str, Any] = {"plan": path.name, "KB": len(data) / 1024, "ms": ours, "ms/100KB": ours / len(data) * 102400}
    for name, parse in others.items():
        row[f"x {name}"] = ours / milliseconds(lambda: parse(text), max(2, rounds // 2))  # noqa: B023 - called at once
    return row


def main() -> None:
    """Measure all plans and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PLAN", help="default: the samples and the real plans")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    others = peers()
    rows = [measure(path, options.rounds, others) for path in options.paths or plans()]
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    width = max(len(row["plan"]) for row in rows)
    print(" " * width, *(f"{name:>13}" for name in list(rows[0])[1:]))
    for row in rows:
        print(f"{row['plan']:<{width}}", *(f"{value:13.1f}" for value in list(row.values())[1:]))


if __name__ == "__main__":
    main()
