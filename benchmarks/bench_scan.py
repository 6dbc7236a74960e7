"""Accuracy and processor time of scanned pages: each plan printed, scanned, read, and compared: see README.md."""

from __future__ import annotations

import argparse
import resource
import tempfile
from pathlib import Path

import pypdfium2

from benchmarks.bench_extract import plans
from kehoach.pipeline import read_file
from tests.rendering.model import read_parts
from tests.rendering.office import convert
from tests.rendering.scan import Scanner, scan_pdf
from tests.rendering.scan_score import ScanScore, score_scan
from tests.rendering.word import Style, word_file


def printed(paths: list[Path], folder: Path) -> dict[Path, Path]:
    """Each plan as a PDF, set as an office would; appendices across."""
    files = []
    for path in paths:
        file = folder / f"{path.stem}.docx"
        file.write_bytes(word_file(read_parts(path), Style(landscape_appendices=True)))
        files.append(file)
    return dict(zip(paths, convert(files, "pdf", folder), strict=True))


def seconds() -> float:
    """Processor time of this process and of the programs that it ran."""
    return sum(resource.getrusage(who).ru_utime for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measure(path: Path, pdf: Path, scanner: Scanner) -> ScanScore:
    """Print a line for a plan; returns its score."""
    wanted = read_file(path).plan
    assert wanted is not None
    scan = pdf.with_suffix(".scan.pdf")
    scan.write_bytes(scan_pdf(pdf, scanner))
    before = seconds()
    found = read_file(scan).plan
    assert found is not None
    score = score_scan(wanted, found)
    pages = len(pypdfium2.PdfDocument(pdf))
    print(line(path.stem, pages, (seconds() - before) / pages, score), flush=True)
    return score


def line(name: str, pages: int, each: float, score: ScanScore) -> str:
    """Name, pages, seconds a page, cells, per cent exact and folded, targets and deadlines, wrong and doubted ones."""
    share = score.shares()
    return (
        f"{name[:24]:24} {pages:5} {each:6.1f} {score.cells:6} {share['exact']:6.1f} {share['folded']:6.1f} "
        f"{score.meant:6} {score.wrong:5} {score.unflagged:9} {share['unflagged']:6.2f} % "
        f"{share['doubted']:6.1f} %"
    )


def main() -> None:
    """Measure the plans given, or all samples and real plans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plans", nargs="*", type=Path)
    parser.add_argument("--dpi", type=int, default=200)
    parser.add_argument("--noise", type=float, default=10)
    options = parser.parse_args()
    total = ScanScore()
    print("plan                     pages   s/page  cells  exact folded  meant wrong unflagged          doubted")
    with tempfile.TemporaryDirectory() as folder:
        for path, pdf in printed(options.plans or plans(), Path(folder)).items():
            total = total.plus(measure(path, pdf, Scanner(dpi=options.dpi, noise=options.noise)))
    print(line("all", 0, 0.0, total))


if __name__ == "__main__":
    main()
