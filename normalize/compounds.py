"""Names that state two things at once: `được bồi dưỡng kỹ năng số, làm chủ kỹ năng số`."""

from __future__ import annotations

from kehoach.normalize.slots import act_spans
from kehoach.normalize.synonyms import unify_synonyms
from kehoach.normalize.wording import name_words

__all__ = ["split_compound"]

_JOINTS = frozenset({",", "và", ";"})
_PASSIVE = frozenset({"được", "đã"})


def split_compound(name: str) -> tuple[str, str] | None:
    """The two names that a name with two acts on one subject stands for; None where it has but one.

    >>> split_compound("Tỷ lệ công chức được bồi dưỡng kỹ năng số và làm chủ kỹ năng số")
    ('tỷ lệ công chức được bồi dưỡng kỹ năng số', 'tỷ lệ công chức được làm chủ kỹ năng số')
    """
    words = unify_synonyms(name_words(name))
    spans = act_spans(words)
    second = next((span for span in spans[1:] if span[2] != spans[0][2]), None)
    if second is None:
        return None
    begin = second[0]
    while begin and words[begin - 1] in _PASSIVE:
        begin -= 1
    first = spans[0][0]
    if words[begin - 1] not in _JOINTS or first == 0 or begin - 1 <= first:
        return None
    subject = " ".join(words[:first])
    return f"{subject} {' '.join(words[first : begin - 1])}", f"{subject} {' '.join(words[second[0] :])}"
