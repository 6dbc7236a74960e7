"""Where text stands in a file without lines: boxes and paths of what was put together."""

from __future__ import annotations

from kehoach.extract.blocks import all_places, join
from kehoach.extract.places import Anchor, path_range
from kehoach.extract.readers.content import SourceBuilder


def test_cells_of_a_row_are_the_row() -> None:
    builder = SourceBuilder()
    cells = []
    for number, value in enumerate(["1", "Tỷ lệ hồ sơ số hóa", "80%"], start=1):
        cells.append(builder.add(value, Anchor(0, path=f"tbl[1]/tr[2]/tc[{number}]")))
        builder.separate("\t")
    source = builder.source()
    assert [place.path for place in source.places(all_places(cells))] == ["tbl[1]/tr[2]"]
    assert [place.path for place in source.places(cells[2].slice(0, 2))] == ["tbl[1]/tr[2]/tc[3]"]


def test_a_row_cut_by_a_page_has_two_places_with_their_boxes() -> None:
    builder = SourceBuilder()
    first = builder.add("Số hóa hồ sơ của", Anchor(0, page=1, box=(50, 700, 200, 712)))
    builder.separate()
    second = builder.add("các đơn vị", Anchor(0, page=2, box=(50, 40, 120, 52)))
    third = builder.add(" phường", Anchor(0, page=2, box=(120, 41, 160, 54)))
    places = builder.source().places(join([first, join([second, third], "")], " "))
    assert [(place.page, place.x0, place.top, place.x1, place.bottom) for place in places] == [
        (1, 50, 700, 200, 712),
        (2, 50, 40, 160, 54),
    ]


def test_a_heading_over_two_lines_is_bold_as_a_whole() -> None:
    builder = SourceBuilder()
    first = builder.add("MỤC TIÊU,", Anchor(0, path="p[1]"), bold=True)
    builder.separate()
    second = builder.add("CHỈ TIÊU", Anchor(0, path="p[2]"), bold=True)
    plain = builder.add(" năm 2026", Anchor(0, path="p[2]"))
    source = builder.source()
    assert source.is_bold(join([first, second], " "))
    assert not source.is_bold(join([second, plain], ""))


def test_ranges_in_a_workbook() -> None:
    assert path_range(["Phụ lục 1!B5", "Phụ lục 1!AA7"]) == "Phụ lục 1!B5:AA7"
    assert path_range(["Phu luc.xlsx#S!A1", "Phu luc.xlsx#S!A2"]) == "Phu luc.xlsx#S!A1:A2"
    assert path_range(["a.docx#p[1]", "a.docx#p[3]"]) == "a.docx#p[1]:p[3]"
