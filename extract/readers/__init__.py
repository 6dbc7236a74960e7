"""The readers: one module a format, each yields the same blocks.

content = read_content(data, "plan.docx")
content.source.text, content.blocks
"""

from __future__ import annotations

from kehoach.extract.readers.content import Content, ReadOptions
from kehoach.extract.readers.registry import FORMATS, format_of, is_bundle_name, read_content, refuse_unknown

__all__ = ["FORMATS", "Content", "ReadOptions", "format_of", "is_bundle_name", "read_content", "refuse_unknown"]
