"""How long `kehoach export` takes for a run of a whole country, and how much memory: 3,321 plans made of a few.

python benchmarks/bench_export.py [OUTPUTS] [--plans N]

multiplies the tables of a run (default: of samples/), each copy with other doc_ids, names of units and agencies, writes
them aside, exports them as a workbook and as CSV in a process of its own, and prints seconds, memory and bytes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_ROOT = Path(__file__).parents[1]
_SUFFIXED = ("doc_id", "unit_name", "agency_id", "source", "replaces")
_ALONE = ("catalogue",)  # the same for all


def multiplied(name: str, table: pa.Table, copies: int) -> pa.Table:
    """The rows of a table so many times; what names a plan, a unit or a body is another name in each copy."""
    if name in _ALONE:
        return table
    return pa.concat_tables(_copy(name, table, number) for number in range(copies))


def _copy(name: str, table: pa.Table, number: int) -> pa.Table:
    suffixed = [*_SUFFIXED, *(["name"] if name == "agencies" else [])]
    for at, field in enumerate(table.schema):
        if field.name in suffixed:
            column = pc.binary_join_element_wise(table.column(at), str(number), " ")
            table = table.set_column(at, field, column.cast(field.type))
    return table


def make_run(outputs: Path, folder: Path, plans: int) -> None:
    """Write the tables of a run of at least so many plans."""
    copies = -(-plans // pq.read_metadata(outputs / "documents.parquet").num_rows)
    for path in sorted(outputs.glob("*.parquet")):
        made = multiplied(path.stem, pq.read_table(path), copies)
        pq.write_table(made, folder / path.name, compression="zstd")


def make_sources(folder: Path) -> None:
    """An empty file for each plan, for the links to lead to; none outside the folder."""
    for source in pq.read_table(folder / "documents.parquet", columns=["source"])["source"].to_pylist():
        path = folder / source
        if not path.is_relative_to(folder):
            continue  # named from the root: `folder / source` is the sample itself
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


class Measured(NamedTuple):
    """What a command took: seconds on the clock and of a processor, the most bytes of memory."""

    seconds: float
    processor: float
    memory: int


def measure(arguments: list[str]) -> Measured:
    """Run a command from the project's folder, so that sources are named from there, and measure it."""
    begun = time.perf_counter()
    process = psutil.Popen([sys.executable, "-m", "kehoach.cli", *arguments], stdout=subprocess.DEVNULL, cwd=_ROOT)
    most, processor = 0, 0.0
    while process.poll() is None:
        try:
            most = max(most, process.memory_info().rss)
            processor = sum(process.cpu_times()[:2])
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    if process.wait() != 0:
        raise SystemExit(f"kehoach {' '.join(arguments)} failed")
    return Measured(time.perf_counter() - begun, processor, most)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("outputs", nargs="?", type=Path)
    parser.add_argument("--plans", type=int, default=3321)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outputs = options.outputs or folder / "outputs"
        if options.outputs is None:
            measure(["run", "samples", "-o", str(outputs), "-q"])
        (folder / "many").mkdir()
        make_run(outputs, folder / "many", options.plans)
        make_sources(folder / "many")
        for target in ("workbook.xlsx", "tables.csv"):
            seconds, processor, memory = measure(
                ["export", str(folder / "many"), str(folder / target), "--sources", str(folder / "many")]
            )
            files = [folder / target] if target.endswith("xlsx") else sorted((folder / target).iterdir())
            size = sum(path.stat().st_size for path in files)
            print(
                f"{target}: {seconds:.1f} s ({processor:.1f} s of a processor), {memory / 2**20:.0f} MiB of memory, "
                f"{size / 2**20:.1f} MiB written"
            )


if __name__ == "__main__":
    main()
