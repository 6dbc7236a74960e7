"""Makes the pictures in docs/pictures/ out of the invented plans in samples/, by the commands that they show.

Needs Chromium, LibreOffice and a pseudo-terminal (no Windows); one is made in some two minutes: `make pictures`. The
pictures show what the commands print and write, nothing is retouched; look at them before they are committed.
"""

from __future__ import annotations

import html
import io
import os
import pty
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MOST_BYTES = 200_000

# Few plans for the terminal and the workbook, so that their lines and columns can be read.
FEW = ("tabs_one_page.txt", "u1_binh_quoi_dong.md", "u2_ia_kluh.txt", "u2_son_tram.txt", "u2_tan_my_thuan.txt",
       "u2_thuong_bac.md", "u3_huong_so_thuong.txt", "u5_tay_hoa_lu_thuong.md", "word_numbered.docx")  # fmt: skip

RUN = ("kehoach", "run", "plans", "-o", "outputs")
DUE = ("kehoach", "due", "outputs", "--as-of", "15/06/2026", "--agency", "cong an")

_TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; background: #fff }}
pre {{ display: inline-block; margin: 0; padding: 14px 18px; border-radius: 8px; background: #16202c; color: #dfe6ee;
  font: 15px/1.4 "Liberation Mono", monospace }}
b {{ color: #8fd18f }}
</style><pre>{}</pre>"""


def main() -> int:
    """Make all of them, or say what is missing."""
    if CHROMIUM is None or shutil.which("soffice") is None:
        print("needs chromium and soffice", file=sys.stderr)
        return 2
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, chromium() as browser:
        folder = Path(name)
        shutil.copytree(ROOT / "samples", folder / "samples")
        (folder / "plans").mkdir()
        for plan in FEW:
            shutil.copy(ROOT / "samples" / plan, folder / "plans")
        terminal_pictures(folder, browser)
        workbook_pictures(folder)
        report_pictures(folder, browser)
    return 0


# --- the terminal


def terminal_pictures(folder: Path, browser: Browser) -> None:
    """A run with its progress and summary; what is due."""
    for name, command in (("terminal_run", RUN), ("terminal_due", DUE)):
        typed = " ".join(f'"{word}"' if " " in word else word for word in command)
        shown = screen_of(printed_by(command, folder))
        page = browser.new_page(device_scale_factor=1.5, viewport={"width": 1500, "height": 900})
        page.set_content(_TERMINAL.format(f"<b>$</b> {html.escape(typed)}\n{html.escape(shown)}"))
        save(name, page.locator("pre").screenshot())
        page.close()


def printed_by(command: tuple[str, ...], folder: Path) -> str:
    """What a command writes to a terminal, both of its streams."""
    ours, theirs = pty.openpty()
    started = subprocess.Popen(
        [sys.executable, "-m", "kehoach.cli", *command[1:]], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    written = io.BytesIO()
    try:
        while part := os.read(ours, 65536):
            written.write(part)
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    if started.wait():
        raise SystemExit(f"{' '.join(command)}: status {started.returncode}")
    return written.getvalue().decode().replace("\r\n", "\n")


def screen_of(written: str) -> str:
    """As on the screen, but that of a line which is drawn again and again the last state stays."""
    lines = []
    for line in written.rstrip().split("\n"):
        states = [state for state in line.split("\r\x1b[K") if state]
        lines += states[-2:] if len(states) > 1 else states or [""]
    return "\n".join(lines)


# --- the workbook


def workbook_pictures(folder: Path) -> None:
    """The matrix and the tasks as LibreOffice prints them."""
    kehoach(folder, "export", "outputs", "workbook.xlsx", "--as-of", "30/06/2026")
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "workbook.xlsx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    for name, heads, part in (
        ("workbook_matrix", ("Chỉ tiêu trong danh mục", "Năm"), (1, 0.52)),
        ("workbook_tasks", ("Hạn cuối", "Chủ trì"), (0.57, 0.4)),
    ):
        save(name, printed_page(folder / "workbook.pdf", heads, part))


def printed_page(path: Path, heads: tuple[str, ...], part: tuple[float, float]) -> bytes:
    """The first page behind the guide that has these heads; of it that part of the width and height."""
    import pypdfium2  # noqa: PLC0415
    from PIL import Image, ImageChops  # noqa: PLC0415

    with pypdfium2.PdfDocument(path) as document:
        for number in range(1, len(document)):
            text = " ".join(document[number].get_textpage().get_text_range().split())
            if all(head in text for head in heads):
                picture = document[number].render(scale=2.1 / part[0]).to_pil().convert("RGB")
                white = Image.new("RGB", picture.size, "white")
                left, top, right, bottom = ImageChops.difference(picture, white).getbbox() or (0, 0, *picture.size)
                width, height = (right - left) * part[0], (bottom - top) * part[1]
                return png(picture.crop((left, top, left + int(width), top + int(height))))
    raise SystemExit(f"no page with {heads}")


# --- the report


def report_pictures(folder: Path, browser: Browser) -> None:
    """The overview; a plan beside its source with a value marked."""
    kehoach(folder, "run", "samples", "-o", "all", "-q")
    kehoach(folder, "report", "all", "-o", "report.html")
    page = browser.new_page(device_scale_factor=1.15, viewport={"width": 1400, "height": 860})
    page.goto((folder / "report.html").as_uri())
    page.locator("#cover .chart.drawn svg").first.wait_for()
    save("report", page.screenshot())
    page.evaluate("location.hash = 'plans'")
    page.locator("#plans tbody tr").first.wait_for()
    page.get_by_role("link", name="Xã Đồng Nâu").first.click()
    page.locator(".plan.open td:nth-child(3) a.at").nth(1).click()
    page.evaluate("scrollTo(0, 0)")
    save("plan", page.screenshot())
    page.close()


# --- what they share


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window; closed at the end."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield browser
        finally:
            browser.close()


def kehoach(folder: Path, *args: str) -> None:
    """Carry out a command in the folder."""
    subprocess.run([sys.executable, "-m", "kehoach.cli", *args], cwd=folder, check=True, capture_output=True)


def png(picture: Any) -> bytes:
    """With few colours, which is enough for text and half the size."""
    file = io.BytesIO()
    picture.convert("RGB").quantize(48).save(file, "PNG", optimize=True)
    return file.getvalue()


def save(name: str, data: bytes) -> None:
    """Write a picture, if it is small enough for a repository."""
    from PIL import Image  # noqa: PLC0415

    data = min(data, png(Image.open(io.BytesIO(data))), key=len)
    if len(data) > MOST_BYTES:
        raise SystemExit(f"{name}.png has {len(data)} bytes")
    (PICTURES / f"{name}.png").write_bytes(data)
    print(f"docs/pictures/{name}.png {len(data)}")


if __name__ == "__main__":
    sys.exit(main())
