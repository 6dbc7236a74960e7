"""Scans a PDF: each page a grey picture of 200 dots an inch, a little skewed, soft and noisy, saved as JPEG.

With a seal, pages come in colour and a red stamp and a blue signature lie over their text.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter

__all__ = ["Scanner", "scan_pdf", "scanned_pages"]

Point = tuple[float, float]

_PAPER, _INK = 242, 18  # no paper is white and no ink black


class Scanner(NamedTuple):
    """How well it scans; `seals` are the centres of stamps as shares of width and height, `turn` quarters."""

    dpi: int = 200
    skew: float = 0.7
    """Degrees, at most."""
    noise: float = 10
    """Standard deviation of each pixel of 0 to 255."""
    blur: float = 0.6
    quality: int = 80
    seals: tuple[Point, ...] = ()
    turn: int = 0


def scan_pdf(pdf: Path, scanner: Scanner | None = None, pages: Iterable[int] | None = None) -> bytes:
    """The bytes of a PDF of pictures: these pages (indices from 0) of a PDF, or all."""
    scanner = scanner or Scanner()
    first, *others = scanned_pages(pdf, scanner, pages)
    stream = io.BytesIO()
    first.save(
        stream,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=scanner.dpi,
        quality=scanner.quality,
        creationDate=None,
        modDate=None,
    )
    return stream.getvalue()


def scanned_pages(pdf: Path, scanner: Scanner, pages: Iterable[int] | None = None) -> list[Image.Image]:
    """The pictures; the same for the same page and scanner on every machine that renders it alike."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_scanned(document[at], scanner, at) for at in (range(len(document)) if pages is None else pages)]
    finally:
        document.close()


def _scanned(page: Any, scanner: Scanner, seed: int) -> Image.Image:
    picture = page.render(scale=scanner.dpi / 72).to_pil().convert("RGB" if scanner.seals else "L")
    for across, down in scanner.seals:
        picture = _sealed(picture, (across * picture.width, down * picture.height), scanner.dpi)
    random = np.random.default_rng(seed)
    angle = random.uniform(-scanner.skew, scanner.skew)
    white = (255,) * 3 if scanner.seals else 255
    picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor=white)
    picture = picture.filter(ImageFilter.GaussianBlur(scanner.blur))
    values = np.asarray(picture).astype(np.float32) * (_PAPER - _INK) / 255 + _INK
    noise = random.normal(0, scanner.noise, values.shape[:2])
    values += noise[:, :, np.newaxis] if values.ndim == 3 else noise
    noisy = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return noisy.rotate(90 * scanner.turn, expand=True) if scanner.turn else noisy


def _sealed(picture: Image.Image, centre: Point, dpi: int) -> Image.Image:
    """A red stamp with a star and a blue stroke across it, as ink over ink: darker than both."""
    layer = Image.new("RGB", picture.size, (255, 255, 255))
    draw = ImageDraw.Draw(layer)
    radius, (x, y) = 0.55 * dpi, centre
    for share, width in ((1.0, 7), (0.72, 4)):
        box = (x - share * radius, y - share * radius, x + share * radius, y + share * radius)
        draw.ellipse(box, outline=(205, 30, 50), width=width)
    angles = [-math.pi / 2 + corner * 4 * math.pi / 5 for corner in range(5)]
    draw.polygon(
        [(x + math.cos(a) * 0.35 * radius, y + math.sin(a) * 0.35 * radius) for a in angles], fill=(205, 30, 50)
    )
    stroke = [(x - 40 + 2.6 * step, y + 40 * math.sin(step / 9) + 0.3 * step) for step in range(110)]
    draw.line(stroke, fill=(30, 50, 170), width=5)
    product = np.asarray(picture).astype(np.float32) * np.asarray(layer) / 255
    return Image.fromarray(product.astype(np.uint8))
