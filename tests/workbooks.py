"""A review workbook as people hand it back: filled in, and changed in whatever way spreadsheets allow."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from kehoach.publish.wording import meaning_of

Cell = str | float
Grid = list[list[Cell]]
Change = Callable[[dict[str, Grid]], object]
HIDDEN = "_kehoach"


def read_grids(path: Path) -> dict[str, Grid]:
    """Every sheet as a grid of cells, the hidden one too."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}  # type: ignore[misc]


def write_grids(path: Path, grids: Mapping[str, Grid], filtered: bool = False) -> None:
    """A workbook of these grids: text as text, numbers as numbers; `filtered` hides every second row."""
    book = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    for name, grid in grids.items():
        sheet = book.add_worksheet(name)
        sheet.autofilter(0, 0, len(grid), max(map(len, grid), default=1))
        for number, row in enumerate(grid):
            if filtered and number % 2:
                sheet.set_row(number, None, None, {"hidden": True})
            for at, cell in enumerate(row):
                if cell != "":
                    sheet.write(number, at, cell)
    book.close()


def sheet_of(grids: Mapping[str, Grid], letter: str) -> Grid:
    """The grid whose row ids begin with a letter: `n` names, `b` bodies, `v` values, `m` matches audited."""
    return next(
        grid
        for name, grid in grids.items()
        if name != HIDDEN and any(str(row[0]).startswith(f"{letter}-") for row in grid)
    )


def column_of(grid: Grid, key: str) -> int:
    """Where a column stands."""
    return [meaning_of("review", "col", str(head)) for head in grid[0]].index(key)


def fill(grids: dict[str, Grid], letter: str, number: int, **cells: Cell) -> list[Cell]:
    """Write into a row of a sheet (the first question is 1) and return the row."""
    grid = sheet_of(grids, letter)
    for key, cell in cells.items():
        grid[number][column_of(grid, key)] = cell
    return grid[number]


def changed(path: Path, to: Path, *changes: Change) -> Path:
    """A copy with these changes made to its grids."""
    grids = read_grids(path)
    for change in changes:
        change(grids)
    write_grids(to, grids)
    return to


def through_libreoffice(path: Path, folder: Path, forms: Sequence[str]) -> Path:
    """The workbook opened and saved by LibreOffice in one form after the other."""
    for form in forms:
        out = folder / f"to-{form}"
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", form]
        subprocess.run([*command, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=300)
        path = out / f"{path.stem}.{form}"
    return path


HAS_LIBREOFFICE = shutil.which("soffice") is not None
