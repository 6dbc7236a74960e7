"""Sets a plan in the pages that portals and Word make: invented, each with what such pages have around a document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from tests.rendering.model import Part
from tests.rendering.web import page_content

__all__ = ["LAYOUTS"]

_MENU = (
    '<ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/gt">Giới thiệu</a></li><li><a href="/tin">Tin tức'
    '</a><ul><li><a href="/a">Kinh tế</a></li><li><a href="/b">Văn hóa - Xã hội</a></li></ul></li></ul>'
)
_FOOT = (
    '<div class="foot"><p>Cơ quan chủ quản: UBND phường An Bình. Chịu trách nhiệm: Ông Trần Văn B</p><p>Địa chỉ: Số 1 '
    'đường Hòa Bình. Điện thoại: 0203.3822222</p></div><div id="cookie">Trang này dùng cookie. <b>Có</b></div>'
)
_DIVS = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>KH</title></head><body>
<div id="top"><div class="banner">CỔNG THÔNG TIN ĐIỆN TỬ<br>PHƯỜNG AN BÌNH</div>{menu}</div>
<div class="path"><a href="/">Trang chủ</a> &rsaquo; <a href="/vb">Văn bản</a> &rsaquo; <span>Kế hoạch</span></div>
<div class="wrap"><div class="left"><h3>Chuyên mục</h3><ul><li><a href="#">Cải cách hành chính</a></li></ul></div>
<div class="middle"><h1>Kế hoạch phát triển năm 2026 của phường</h1><div>Ngày đăng: 05/03/2026 | Lượt xem: 1.234</div>
<div class="detail">{content}</div>
<div class="share">Chia sẻ: <a>Facebook</a> <a>Zalo</a></div>
<div class="related"><h3>Tin liên quan</h3><ul><li><a href="#">Kế hoạch số 11/KH-UBND về dân số</a></li></ul></div>
</div></div>{foot}</body></html>"""
_TABLES = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>
<form id="aspnetForm"><table width="1000" align="center">
<tr><td colspan=3><table><tr><td><a href=/>Trang chủ</a></td><td><a href=/gt>Giới thiệu</a></td></tr></table></td></tr>
<tr><td width=200><table><tr><td><b>DANH MỤC</b></td></tr><tr><td><a href=1>Văn bản của tỉnh</a></td></tr></table></td>
<td valign=top>{content}</td>
<td><table><tr><td>Thống kê truy cập</td></tr><tr><td>Hôm nay: 12</td></tr></table></td></tr>
<tr><td colspan=3 align=center>Ghi rõ nguồn khi phát hành lại.</td></tr></table></form></body></html>"""
_ATTRIBUTES = """<!DOCTYPE html><html><body><div class="header">{menu}</div><div class="vb"><h2>Chi tiết văn bản</h2>
<table class="attr"><tr><th>Số ký hiệu</th><td>12/KH-UBND</td></tr><tr><th>Ngày ban hành</th><td>05/03/2026</td></tr>
<tr><th>Loại văn bản</th><td>Kế hoạch</td></tr><tr><th>Trích yếu</th><td>Kế hoạch phát triển năm 2026</td></tr>
<tr><th>Cơ quan ban hành</th><td>UBND phường An Bình</td></tr><tr><th>Người ký</th><td>Trần Văn B</td></tr></table>
<div class="text">{content}</div></div><div class="others"><h3>Văn bản liên quan</h3><table><tr><th>STT</th>
<th>Số ký hiệu</th><th>Trích yếu</th></tr><tr><td>1</td><td>11/KH-UBND</td><td>Công tác dân số</td></tr></table></div>
{foot}</body></html>"""
_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv=Content-Type content="text/html; charset=windows-1258">
<meta name=Generator content="Microsoft Word 11">
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>Admin</o:Author></o:DocumentProperties></xml><![endif]-->
<style><!-- p.MsoNormal {{mso-style-parent:""; margin:0in;}} --></style></head><body lang=EN-US><div class=Section1>
{content}</div></body></html>"""
_PARAGRAPH = (
    "<p class=MsoNormal style='margin-bottom:6.0pt;mso-pagination:none'><span lang=VI style='font-size:14.0pt;"
    "mso-bidi-font-size:12.0pt'>"
)
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_FIVE_WORDS = re.compile(r"((?:[^\s<>]+ ){4}[^\s<>]+) (?=[^\s<>])")


def _framed(frame: str) -> Callable[[Sequence[Part]], bytes]:
    return lambda parts: frame.format(menu=_MENU, foot=_FOOT, content=page_content(parts)).encode()


def _saved_from_word(parts: Sequence[Part]) -> bytes:
    """Lines that end anywhere, a style on everything, Windows-1258."""
    content = page_content(parts).replace("<p>", _PARAGRAPH).replace("</p>", "<o:p></o:p></span></p>")
    content = _FIVE_WORDS.sub("\\1\r\n", content)
    return b"".join(map(_windows_1258, _WORD.format(content=content)))


def _windows_1258(letter: str) -> bytes:
    """A letter and its tone as two characters, what the encoding has not as an entity."""
    parts = unicodedata.normalize("NFD", letter)
    base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    try:
        return (base + "".join(part for part in parts if part in _TONES)).encode("cp1258")
    except UnicodeEncodeError:
        return f"&#{ord(letter)};".encode()


LAYOUTS: dict[str, Callable[[Sequence[Part]], bytes]] = {
    "divisions": _framed(_DIVS),
    "layout-tables": _framed(_TABLES),
    "attributes": _framed(_ATTRIBUTES),
    "saved-from-word": _saved_from_word,
}
"""What makes the bytes of a page, by the name of its layout."""
