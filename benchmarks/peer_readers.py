"""Reads files by one tool and prints what it took, as JSON: run by `bench_peers.py` in the Python that has the tool.

It imports nothing of this project, but where that is the tool, so that it runs in an environment of the peers alone.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

Rows = list[list[str]]
Reader = Callable[[Path], Rows]  # the rows of the tables that the tool finds in a file


def kehoach() -> Reader:
    """This package: the whole plan, facts and diagnostics included; of these only the rows are compared."""
    from kehoach.extract.plan import extract_plan  # noqa: PLC0415

    def read(path: Path) -> Rows:
        plan = extract_plan(path.read_bytes(), path.name)
        return [*(table.header for table in plan.tables), *(row.cells for row in plan.rows)]

    return read


def markitdown() -> Reader:
    """Markdown text; its rows are the lines with pipes."""
    from markitdown import MarkItDown  # noqa: PLC0415

    converter = MarkItDown()

    def read(path: Path) -> Rows:
        return list(_piped(converter.convert(path).text_content))

    return read


def docling() -> Reader:
    """Its readers of Word and Markdown, which need no model; its document has tables."""
    from docling.datamodel.base_models import InputFormat  # noqa: PLC0415
    from docling.document_converter import DocumentConverter  # noqa: PLC0415

    converter = DocumentConverter(allowed_formats=[InputFormat.DOCX, InputFormat.MD])

    def read(path: Path) -> Rows:
        document = converter.convert(path).document
        return [[cell.text for cell in row] for table in document.tables for row in table.data.grid]

    return read


def pdfplumber() -> Reader:
    """The text of each page and its tables."""
    import pdfplumber as peer  # noqa: PLC0415

    def read(path: Path) -> Rows:
        rows: Rows = []
        with peer.open(path) as document:
            for page in document.pages:
                page.extract_text()
                rows += [[cell or "" for cell in row] for table in page.extract_tables() for row in table]
                page.close()
        return rows

    return read


def _piped(text: str) -> Iterator[list[str]]:
    for line in text.split("\n"):
        if line.lstrip().startswith("|"):
            yield [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


TOOLS: dict[str, Callable[[], Reader]] = {
    "kehoach": kehoach,
    "markitdown": markitdown,
    "docling": docling,
    "pdfplumber": pdfplumber,
}
PACKAGE = {"docling": "docling-slim"}


def main(tool: str, *files: str) -> None:
    """One file to warm up, then all of them; the most memory is taken before anything is printed."""
    read = TOOLS[tool]()
    paths = [Path(file) for file in files]
    read(paths[0])
    found: dict[str, Rows] = {}
    failed: dict[str, str] = {}
    started = time.process_time()
    for path in paths:
        try:
            found[path.name] = read(path)
        except Exception as error:  # a peer may fail on a file in any way; it is counted
            failed[path.name] = repr(error)
    processor = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"version": version(PACKAGE.get(tool, tool)), "processor": processor, "memory": memory}
    print(json.dumps({**said, "rows": found, "failed": failed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
