"""The spaCy components say what the grammar says, and are found once the package is installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

spacy = pytest.importorskip("spacy")

from kehoach.extract.spacy_components import (  # noqa: E402 - only where spaCy can be imported
    agency_spans,
    blank_vietnamese,
    citation_spans,
    deadline_spans,
    quantity_spans,
)

COMPONENTS = {
    "kehoach_agencies": ("AGENCY", agency_spans),
    "kehoach_citations": ("CITATION", citation_spans),
    "kehoach_deadlines": ("DEADLINE", deadline_spans),
    "kehoach_quantities": ("QUANTITY", quantity_spans),
}
SENTENCES = [
    "Thực hiện Nghị quyết số 57-NQ/TW ngày 22/12/2024 của Bộ Chính trị, UBND phường Sao Mai ban hành kế hoạch.",
    "Phòng Văn hóa - Xã hội mở ít nhất 02 lớp tập huấn; hoàn thành trước ngày 30/11/2026.",
    "Tỷ lệ hồ sơ nộp qua mạng đạt từ 80% trở lên, trong đó 100% được số hóa.",
    "Công an xã phối hợp Trạm Y tế xã làm sạch dữ liệu (hoàn thành trong Quý II/2026).",
    "Trời xanh mây trắng, không có gì để tìm.",
    "",
]


@pytest.mark.parametrize("name", COMPONENTS)
def test_entry_point(name: str) -> None:
    (point,) = entry_points(group="spacy_factories", name=name)
    assert callable(point.load())


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("name", COMPONENTS)
def test_spans_are_those_of_the_grammar(name: str, sentence: str) -> None:
    label, find = COMPONENTS[name]
    nlp = blank_vietnamese()
    nlp.add_pipe(name)
    doc = nlp(sentence)  # the spans live as long as it does
    spans = doc.spans["kehoach"]
    assert {span.label_ for span in spans} <= {label}
    exact = find(sentence)
    assert len(spans) == len(exact)
    for span, (start, end) in zip(spans, exact, strict=True):
        assert span.start_char <= start < end <= span.end_char
        assert span.text.strip(" .,;:()") == sentence[start:end].strip(" .,;:()")


def test_all_four_in_one_pipeline() -> None:
    nlp = blank_vietnamese()
    for name in COMPONENTS:
        nlp.add_pipe(name, config={"entities": True})
    doc = nlp(SENTENCES[0] + " " + SENTENCES[1])
    assert {span.label_ for span in doc.spans["kehoach"]} == {"AGENCY", "CITATION", "DEADLINE", "QUANTITY"}
    assert [span.start for span in doc.spans["kehoach"]] == sorted(span.start for span in doc.spans["kehoach"])
    assert {entity.label_ for entity in doc.ents} >= {"CITATION", "DEADLINE"}


def test_another_key() -> None:
    nlp = blank_vietnamese()
    nlp.add_pipe("kehoach_citations", config={"spans_key": "sc"})
    doc = nlp(SENTENCES[0])
    assert [span.label_ for span in doc.spans["sc"]] == ["CITATION"]


def test_found_by_name_alone() -> None:
    """In a process that never imported the package: the entry point is enough."""
    code = (
        "import spacy; nlp = spacy.blank('vi', config={'nlp': {'tokenizer': {'use_pyvi': False}}});"
        "nlp.add_pipe('kehoach_citations'); doc = nlp('Nghị quyết số 57-NQ/TW'); print(len(doc.spans['kehoach']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.strip() == "1"


def test_tables_need_no_spacy() -> None:
    code = "import sys, kehoach.extract.plan, kehoach.extract.checks; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
