"""What a run over the plans of all communes takes: time, memory, room; again, and with one plan more: see README.md."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.generate import write_plans

ALL_COMMUNES = 3321
EVERY = 0.2  # seconds between two looks at the memory
MB = 1e6


class Memory(NamedTuple):
    """The most resident memory seen, in MB: of the command itself, of its largest worker, of all at one moment."""

    command: float
    worker: float
    together: float


class Run(NamedTuple):
    """What one run took."""

    seconds: float
    processor: float
    memory: Memory


def machine() -> str:
    """Cores, processor and memory of this machine, in a line."""
    name = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        lines = cpus.read_text(encoding="utf-8").splitlines()
        name = next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), name)
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {name}, {memory:.0f} GiB, Python {platform.python_version()}"


def watch(command: Sequence[str]) -> Run:
    """Run a command to its end and look at its processes all the while; stops where it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        memory = _most_memory(process)
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode not in (0, 1):  # 1: some file gave no plan
        raise SystemExit(f"{' '.join(command)}\nended with status {process.returncode}")
    processor = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(seconds, processor, memory)


def _most_memory(process: subprocess.Popen[bytes]) -> Memory:
    most = Memory(0, 0, 0)
    while process.poll() is None:
        own, workers = _resident(process.pid)
        most = Memory(max(most[0], own), max(most[1], *workers, 0), max(most[2], own + sum(workers)))
        time.sleep(EVERY)
    return most


def _resident(pid: int) -> tuple[float, list[float]]:
    """MB of a process and of each process under it; one that has just ended has none."""
    try:
        parent = psutil.Process(pid)
        return _megabytes(parent), [_megabytes(child) for child in parent.children(recursive=True)]
    except psutil.Error:
        return 0, []


def _megabytes(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / MB
    except psutil.Error:
        return 0


def measure(count: int, folder: Path, jobs: int, seed: int) -> list[str]:
    """Three lines of the table for so many plans: the first run, the same again, one plan more."""
    plans, outputs = folder / "plans", folder / "outputs"
    size = write_plans(count, plans, seed)
    command = [
        sys.executable,
        "-m",
        "kehoach.cli",
        "run",
        str(plans),
        "-o",
        str(outputs),
        "--jobs",
        str(jobs),
        "--quiet",
    ]
    lines = []
    for step, new in (("first", count), ("again", 0), ("one more", 1)):
        if step == "one more":
            size += write_plans(1, plans, seed, first=count)
        print(f"{count} plans, {step} …", file=sys.stderr)
        run = watch(command)
        files = [path for path in outputs.rglob("*") if path.is_file()]
        speed = f"{new / run.seconds:.1f}" if new > 1 else ""
        cells = [
            f"{count:,}", step, f"{size / MB:.1f}", f"{run.seconds:.1f}", f"{run.processor:.1f}", speed,
            *(f"{memory:.0f}" for memory in run.memory),
            f"{sum(path.stat().st_size for path in files) / MB:.1f}", f"{len(files):,}",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return lines


HEAD = [
    "plans", "run", "input MB", "seconds", "processor s", "plans/s", "command MB", "largest worker MB", "together MB",
    "output MB", "files",
]  # fmt: skip


def main() -> None:
    """Print the table for each number of plans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("counts", nargs="*", type=int, metavar="N", help=f"how many plans [{ALL_COMMUNES}]")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{machine()}; --jobs {options.jobs}\n")
    print("| " + " | ".join(HEAD) + " |")
    print("|" + "---|" * len(HEAD))
    for count in options.counts or [ALL_COMMUNES]:
        with tempfile.TemporaryDirectory() as folder:
            print(*measure(count, Path(folder), options.jobs, options.seed), sep="\n", flush=True)


if __name__ == "__main__":
    main()
