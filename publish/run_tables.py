"""The tables of a run, for all that reads them: the workbook, the report, the questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kehoach.schemas.errors import InputMissing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["find_tables", "read_tables"]


def find_tables(folder: Path, names: Sequence[str]) -> dict[str, Path]:
    """The Parquet file of each table. Raises InputMissing, with what to do, where the folder is no run's."""
    found = {name: folder / f"{name}.parquet" for name in names}
    missing = [path.name for path in found.values() if not path.is_file()]
    if missing:
        raise InputMissing(f"{folder} holds no tables of a run: no {missing[0]}; make them with: kehoach run")
    return found


def read_tables(folder: Path, columns: Mapping[str, Sequence[str] | None]) -> dict[str, pa.Table]:
    """The tables of a run with these columns (None: all). Raises InputMissing as find_tables does, and where a
    table is damaged or of another version.

        read_tables(Path("outputs"), {"documents": None, "targets": ["doc_id", "value"]})
    """
    import pyarrow as pa  # noqa: PLC0415 - see kehoach --help
    import pyarrow.parquet as pq  # noqa: PLC0415

    paths = find_tables(folder, list(columns))
    try:
        return {name: pq.read_table(paths[name], columns=wanted) for name, wanted in columns.items()}
    except (pa.ArrowException, OSError) as error:
        raise InputMissing(f"{folder} holds tables that cannot be read ({error}); run again") from error
