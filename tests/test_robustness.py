"""Whatever the bytes are, a file ends as a plan or with a reason, never with an internal error."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kehoach.pipeline import read_file
from tests.corpus import SAMPLES, text_plans

INPUTS = {path.stem: path.read_bytes() for path in sorted(Path(__file__).with_name("inputs").glob("*.txt"))}
NO_PLANS = {
    "spaces": (b" \r\n\t\n \xc2\xa0", "no-plan"),
    "zeros": (bytes(2048), "unreadable"),
    "image": (b"\x89PNG\r\n\x1a\n" + random.Random(8).randbytes(2000), "unreadable"),
    "archive": (b"PK\x03\x04" + random.Random(9).randbytes(2000), "unreadable"),
    "code": (Path(__file__).read_bytes(), "no-plan"),
    "english": (b"The quick brown fox jumps over the lazy dog.\n" * 50, "no-plan"),
    "csv": (b"id,name,value\n" + b"".join(b"%d,x,%d\n" % (n, n * n) for n in range(200)), "no-plan"),
    "one long line": (("kế hoạch " * 20000).encode(), "no-plan"),
}


@pytest.mark.parametrize("content", INPUTS.values(), ids=INPUTS)
def test_file_that_is_no_plan(tmp_path: Path, content: bytes) -> None:
    """A new case is a file in `tests/inputs/`."""
    (tmp_path / "file.txt").write_bytes(content)
    file = read_file(tmp_path / "file.txt").file
    assert file.status in ("no-plan", "unreadable"), file.message
    assert file.message


@pytest.mark.parametrize(("content", "status"), NO_PLANS.values(), ids=NO_PLANS)
@pytest.mark.parametrize("extension", [".txt", ".md", ".html"])
def test_what_is_no_plan(tmp_path: Path, content: bytes, status: str, extension: str) -> None:
    path = tmp_path / f"file{extension}"
    path.write_bytes(content)
    file = read_file(path).file
    assert file.status == status or (extension == ".html" and file.status in ("no-plan", "unreadable")), file.message
    assert file.message


def lines_of(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


TEXTS = [path for path in text_plans().values() if path.parent == SAMPLES]

mangled = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.skipif(not TEXTS, reason="no samples yet")
@mangled
@given(data=st.data())
def test_mangled_plan_is_no_internal_error(tmp_path: Path, data: st.DataObject) -> None:
    """Lines lost, doubled, moved, cut: what page breaks and OCR do."""
    path = data.draw(st.sampled_from(TEXTS))
    lines = lines_of(path)
    for _ in range(data.draw(st.integers(1, 6))):
        at, length = data.draw(st.integers(0, max(0, len(lines) - 1))), data.draw(st.integers(1, 40))
        part = lines[at : at + length]
        kind = data.draw(st.sampled_from(["lose", "double", "reverse", "cut", "join", "blank"]))
        lines[at : at + length] = {
            "lose": [],
            "double": part + part,
            "reverse": part[::-1],
            "cut": [line[: len(line) // 2] + b"\n" for line in part],
            "join": [line.rstrip(b"\r\n") for line in part],
            "blank": [piece for line in part for piece in (line, b"\n")],
        }[kind]
    mangled_path = tmp_path / f"mangled{path.suffix}"
    mangled_path.write_bytes(b"".join(lines))
    reading = read_file(mangled_path)
    assert reading.file.status != "error", reading.file.message
    if reading.plan:
        document = reading.plan.document
        told = any(found.code == "text-lost" for found in reading.plan.diagnostics)
        assert told or document.chars == document.chars_kept + document.chars_dropped
