"""Targets and assignments out of cells and phrases: the grammar's answers with their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kehoach.extract.blocks import Source, Text
from kehoach.extract.sections import place_fields
from kehoach.normalize.agencies import split_roles
from kehoach.normalize.quantities import Quantity
from kehoach.schemas.records import Assignment, AssignmentRole, Target


def target_record(quantity: Quantity, text: Text, indicator_id: int, number: int, source: Source) -> Target:
    """A target out of a quantity found in `text`; period, scope of the column and baseline are set by the caller."""
    line, page, places = place_fields(source.places(text.slice(quantity.start, quantity.end) or text))
    return Target(
        indicator_id=indicator_id,
        target_no=number,
        raw=" ".join(quantity.raw.split()),
        comparator=quantity.comparator,  # type: ignore[arg-type] # the vocabulary's values, checked by a test
        value=quantity.value,
        value_high=quantity.value_high,
        unit=quantity.unit,
        scope=quantity.scope,
        aspirational=quantity.aspirational,
        qualitative=" ".join(quantity.qualitative.split()) if quantity.qualitative else None,
        line=line,
        page=page,
        places=places,
    )


def assignment_records(
    subject: Literal["task", "indicator"], subject_id: int, roles: Sequence[tuple[AssignmentRole, Text]], source: Source
) -> list[Assignment]:
    """One record for each single body that the cells of a row name, in the order of the roles."""
    records = []
    for column_role, text in roles:
        for role, part in split_roles(text.value, column_role):
            line, page, places = place_fields(source.places(text.slice(part.start, part.end)))
            records.append(
                Assignment(
                    subject=subject,
                    subject_id=subject_id,
                    role=role,  # type: ignore[arg-type]
                    agency_raw=" ".join(part.text.split()),
                    line=line,
                    page=page,
                    places=places,
                )
            )
    return records
