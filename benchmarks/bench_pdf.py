"""Pages a second of the PDF reader, beside pdfplumber on the same pages in the same run: see README.md."""

from __future__ import annotations

import argparse
import gc
import io
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pdfplumber
import pypdfium2
from pdfplumber.page import Page as PlumberPage

from kehoach.extract.readers import ReadOptions, read_content
from kehoach.extract.readers.pages.lattice import find_lattices
from kehoach.extract.readers.pdf.frame import frame_of
from kehoach.extract.readers.pdf.rules import read_rules

OPTIONS = ReadOptions(ocr=False)


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The least processor time of the rounds, after one that does not count."""
    work()
    times = []
    for _ in range(rounds):
        gc.collect()
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def split(data: bytes) -> tuple[bytes | None, bytes | None]:
    """The pages with drawn tables, and those without, each as a file of its own."""
    document = pypdfium2.PdfDocument(data)
    ruled = [at for at, page in enumerate(document) if find_lattices(read_rules(page, frame_of(page)))]
    plain = [at for at in range(len(document)) if at not in ruled]
    return pages(document, ruled), pages(document, plain)


def pages(document: pypdfium2.PdfDocument, numbers: Sequence[int]) -> bytes | None:
    """A file of these pages; None for none."""
    if not numbers:
        return None
    part, stream = pypdfium2.PdfDocument.new(), io.BytesIO()
    part.import_pages(document, list(numbers))
    part.save(stream)
    return stream.getvalue()


def plumbed(data: bytes, read: Callable[[PlumberPage], object]) -> int:
    """Takes out of each page what pdfplumber finds; how many pages there were."""
    with pdfplumber.open(io.BytesIO(data)) as document:
        for page in document.pages:
            read(page)
            page.close()
        return len(document.pages)


def compare(name: str, files: Sequence[bytes], peer: Callable[[PlumberPage], object], rounds: int) -> None:
    """Print pages a second of ours and of the peer."""
    count = sum(len(pypdfium2.PdfDocument(data)) for data in files)
    ours = seconds(lambda: [read_content(data, "pdf", OPTIONS) for data in files], rounds)
    theirs = seconds(lambda: [plumbed(data, peer) for data in files], 1)
    print(f"{name:<14}{count:6} pages {count / ours:8.0f} pages/s {count / theirs:8.1f} pages/s {theirs / ours:8.1f} x")


def memory(files: Sequence[bytes], times: int) -> None:
    """Print how far the memory of the process grows over many readings."""
    peaks = []
    for _ in range(times):
        for data in files:
            read_content(data, "pdf", OPTIONS)
        peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(f"memory after {len(files)} files {peaks[0]:.0f} MB, after {len(files) * times} files {peaks[-1]:.0f} MB")


def main() -> None:
    """Measure the given PDF files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PDF")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    parts = [split(path.read_bytes()) for path in options.paths]
    ruled, plain = [a for a, _ in parts if a], [b for _, b in parts if b]
    print(f"{'':<14}{'':>12} {'ours':>16} {'pdfplumber':>16}")
    if plain:
        compare("text", plain, lambda page: page.extract_text(), options.rounds)
    if ruled:
        compare("ruled tables", ruled, lambda page: page.extract_tables(), options.rounds)
    memory([*plain, *ruled], 5)


if __name__ == "__main__":
    main()
