"""Administrative units: the list, mentions in text, codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kehoach.normalize.places import find_units, province_code, province_name, resolve, unit_of
from kehoach.normalize.vocabulary import rows


def test_the_list_is_whole() -> None:
    provinces, communes = rows("provinces"), rows("communes")
    assert (len(provinces), len(communes)) == (34, 3321)
    assert {row["province_code"] for row in communes} == {row["code"] for row in provinces}
    assert {row["type"] for row in communes} == {"phường", "xã", "đặc khu"}
    for table in (provinces, communes):
        codes = [int(row["code"]) for row in table]
        assert codes == sorted(set(codes))


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("trên địa bàn phường Trấn Biên năm 2026", [("phường", "Trấn Biên")]),
        ("ỦY BAN NHÂN DÂN\nPHƯỜNG PHÙ LIỄN\nSố: 9/KH-UBND", [("phường", "Phù Liễn")]),
        ("ĐẢNG BỘ TỈNH LÂM ĐỒNG ĐẢNG ỦY XÃ ĐẠ TẺH 2", [("tỉnh", "Lâm Đồng"), ("xã", "Đạ Tẻh 2")]),
        ("xã Ánh Dương, TP. Hồ Chí Minh", [("xã", "Ánh Dương"), ("thành phố", "Hồ Chí Minh")]),
        ("Phường Sao Mai NĂM 2026", [("phường", "Sao Mai")]),
        ("phường Cam Ly - Đà Lạt, tỉnh Lâm Đồng", [("phường", "Cam Ly - Đà Lạt"), ("tỉnh", "Lâm Đồng")]),
        ("ĐẶC KHU HÒN SẾN      Độc lập - Tự do", [("đặc khu", "Hòn Sến")]),
        ("XÃ ÁNH DƯƠNG Độc lập", [("xã", "Ánh Dương")]),
        ("phường 1 Bảo Lộc; đặc khu Cô Tô", [("phường", "1 Bảo Lộc"), ("đặc khu", "Cô Tô")]),
        ("PHÁT TRIỂN KINH TẾ - XÃ HỘI NĂM 2026", []),
        ("TỈNH ỦY BẮC NINH; Tỉnh Đoàn", []),
        ("Công an phường\nThường xuyên", []),
        ("UBND phường Các đơn vị; 100% xã, phường", []),
    ],
)
def test_mentions(text: str, units: list[tuple[str, str]]) -> None:
    assert [(unit.unit_type, unit.name) for unit in find_units(text)] == units


@pytest.mark.parametrize(
    ("unit_type", "unit_name", "province", "codes"),
    [
        ("phường", "Trấn Biên", "Đồng Nai", (26041, 75)),
        ("phường", "Trấn Biên", None, (26041, 75)),
        ("phường", "Tran Bien", "tỉnh Đồng Nai", (26041, 75)),
        ("xã", "Trấn Biên", "Đồng Nai", (26041, 75)),
        ("phường", "Phù Liên", "TP. Hải Phòng", (11446, 31)),
        ("phường", "Phù Liễm", None, (None, None)),
        ("xã", "Tân Hiệp", None, (None, None)),
        ("xã", "Ánh Dương", "Huế", (None, 46)),
        ("xã", "Ánh Dương", "Bắc Giang", (None, None)),
        (None, None, "Huế", (None, 46)),
        (None, None, None, (None, None)),
    ],
)
def test_codes(unit_type: str | None, unit_name: str | None, province: str | None, codes: tuple[int, int]) -> None:
    assert resolve(unit_type, unit_name, province) == codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Hải Phòng", 31),
        ("thành phố Hải Phòng", 31),
        ("TP. Huế", 46),
        ("TPHCM", 79),
        ("HAI PHONG", 31),
        ("Bắc Giang", None),
    ],
)
def test_province_code(name: str, code: int | None) -> None:
    assert province_code(name) == code


def test_every_commune_resolves_to_itself() -> None:
    for row in rows("communes"):
        province = province_name(int(row["province_code"]))
        assert resolve(row["type"], row["name"], province) == (int(row["code"]), int(row["province_code"]))


def test_unit_carries_its_codes() -> None:
    unit = unit_of("phường", "Trấn Biên", "Đồng Nai")
    assert (unit.unit_code, unit.province_code) == (26041, 75)


@given(st.text(alphabet="phườngxãtỉnh PXT-\nĐa1'", max_size=40))
def test_any_text_is_taken(text: str) -> None:
    assert all(text[unit.start : unit.end] for unit in find_units(text))
