"""The tables of a run, for all that reads them: the workbook, the report, the questions."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kehoach.schemas.errors import InputMissing, OutputUnavailable
from kehoach.schemas.storage import Storage, is_uri

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["find_tables", "outputs_folder", "read_tables"]


def outputs_folder(outputs: str) -> Path:
    """The folder of these outputs; of a URI, one on this machine with a copy of the tables, as long as the process
    runs. Raises InputMissing where there are none, or they cannot be fetched.
    """
    if not is_uri(outputs):
        return Path(outputs)
    try:
        storage = Storage(outputs)
        names = [name for name in storage.names("") if name.endswith(".parquet")]
        if not names:
            raise InputMissing(f"{storage.location} holds no tables of a run; make them with: kehoach run")
        folder = Path(tempfile.mkdtemp(prefix="kehoach-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for name in names:
            (folder / name).write_bytes(storage.read(name) or b"")
    except OutputUnavailable as error:
        raise InputMissing(str(error)) from error
    return folder


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
