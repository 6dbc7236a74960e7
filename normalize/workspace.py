"""The workspace: a folder of plain files with what people add. It is input to a run, like the plans."""

from __future__ import annotations

import csv
from pathlib import Path

__all__ = ["DEFAULT_WORKSPACE", "init_workspace", "workspace_faults"]

DEFAULT_WORKSPACE = Path("kehoach-workspace")

_SHIPPED = Path(__file__).with_name("data")
_README = """# A kehoach workspace

What people add stands here; a run reads it and never changes the installed package.

- `vocabulary/*.csv` extends the word list of the same name. Each file begins with the header row of the shipped list;
  add rows below it, in a spreadsheet (save as "CSV UTF-8") or an editor. Your rows come after the shipped ones and win.

Use it with `kehoach run PATH... -o OUT --workspace DIR`, or name it `kehoach-workspace` where you run the command.
"""


def init_workspace(folder: Path) -> list[Path]:
    """Make the files of a workspace that are missing and return them; nothing there is overwritten. Raises OSError."""
    vocabulary = folder / "vocabulary"
    vocabulary.mkdir(parents=True, exist_ok=True)
    wanted = {folder / "README.md": _README}
    for shipped in sorted(_SHIPPED.glob("*.csv")):
        wanted[vocabulary / shipped.name] = ",".join(_header(shipped)) + "\n"
    made = [path for path in wanted if not path.exists()]
    for path in made:
        path.write_text(wanted[path], encoding="utf-8", newline="\n")
    return made


def workspace_faults(folder: Path) -> list[str]:
    """What keeps a workspace from being used, each fault with its file; an empty list where all is well."""
    if not folder.is_dir():
        return [f"{folder}: no such workspace; make one with: kehoach workspace init {folder}"]
    return [fault for path in sorted((folder / "vocabulary").glob("*.csv")) if (fault := _fault(path))]


def _fault(path: Path) -> str | None:
    shipped = _SHIPPED / path.name
    if not shipped.exists():
        names = ", ".join(sorted(known.stem for known in _SHIPPED.glob("*.csv")))
        return f"{path}: no vocabulary of this name; there are: {names}"
    try:
        header = _header(path)
    except UnicodeDecodeError:
        return f"{path}: not UTF-8; save it as 'CSV UTF-8'"
    except OSError as error:
        return f"{path}: {error.strerror}"
    missing = [name for name in _header(shipped) if name not in header]
    return f"{path}: missing columns: {', '.join(missing)}" if missing else None


def _header(path: Path) -> list[str]:
    """The names in the first row; the whole file is read, so that a wrong encoding shows wherever it is."""
    text = path.read_text(encoding="utf-8-sig")
    return next(csv.reader(text.splitlines()), [])
