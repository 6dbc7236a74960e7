"""LibreOffice as a printer: many files in one call."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

__all__ = ["convert", "needs_office"]

needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None,
    reason="needs LibreOffice (Debian: libreoffice-writer-nogui, libreoffice-calc-nogui)",
)


def convert(files: Sequence[Path], kind: str, folder: Path) -> list[Path]:
    """These files as `kind` (`pdf`, `doc`, `odt`, …) in a folder, under their own stems."""
    profile = folder / "profile"
    command = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--convert-to", kind, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=900)
    return [folder / f"{path.stem}.{kind.partition(':')[0]}" for path in files]
