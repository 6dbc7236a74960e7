"""A page of a PDF as a picture: as finely as it was scanned, turned as a person reads it."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from kehoach.extract.readers.scan.image import Grey, without_coloured_ink

__all__ = ["page_dpi", "render_page"]

_COARSEST, _FINEST = 200, 300  # Tesseract reads letters of 12 points best at these
_MOST_PIXELS = 40_000_000  # a page of an A1 map is read coarser, not refused


def page_dpi(page: Any) -> int:
    """The dots an inch at which to read a page: those of the largest picture on it, within what letters need."""
    finest = max((_picture_dpi(picture) for picture in page.get_objects(filter=[_IMAGE], max_depth=3)), default=0.0)
    dpi = min(_FINEST, max(_COARSEST, round(finest)))
    width, height = page.get_size()
    area = max(1.0, width * height / 72**2)
    return int(min(dpi, max(36, (_MOST_PIXELS / area) ** 0.5)))


_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE


def _picture_dpi(picture: Any) -> float:
    left, bottom, right, top = picture.get_bounds()
    if right - left < 100 or top - bottom < 100:  # a logo, a picture of a signature
        return 0.0
    wide, high = picture.get_px_size()
    return float(min(72 * max(wide, high) / max(right - left, top - bottom), _FINEST))


def render_page(page: Any, dpi: int) -> Grey:
    """The page in grey, without its coloured ink."""
    bitmap = page.render(scale=dpi / 72, rev_byteorder=True)
    rgb = np.asarray(bitmap.to_numpy())[:, :, :3]
    if _is_grey(rgb):
        return cast(Grey, np.ascontiguousarray(rgb[:, :, 1]))
    return without_coloured_ink(np.ascontiguousarray(rgb))


def _is_grey(rgb: NDArray[np.uint8]) -> bool:
    sample = rgb[::4, ::4].astype(np.int16)
    return bool((sample.max(axis=2) - sample.min(axis=2)).max() < 40)
