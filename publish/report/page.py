"""The pages: templates filled, scripts and styles put in, and a policy that lets the browser run no others."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kehoach.publish.report.charts import chart_specs, drawing_script, number_locale
from kehoach.publish.report.figures import target_text
from kehoach.publish.report.overview import Overview, period_text
from kehoach.publish.report.pieces import Piece
from kehoach.publish.report.run import Run, document_name, unit_label, unit_labels
from kehoach.publish.report.source import view_source
from kehoach.publish.report.work import leads_of
from kehoach.publish.wording import Language, Words
from kehoach.publish.wording.forms import date_text, number_text
from kehoach.schemas.records import Plan

__all__ = ["Pages"]

_HERE = Path(__file__).parent


class Pages(NamedTuple):
    """The pages of one run in one language."""

    run: Run
    words: Words
    language: Language

    def plan(self, plan: Plan) -> str:
        """A plan as a part of a page."""
        matches = {
            one.indicator_id: self.run.matches.get((plan.document.doc_id, one.indicator_id), ())
            for one in plan.indicators
        }
        leads = leads_of(plan, self.run)
        targets: dict[int, list[Any]] = {}
        for target in plan.targets:
            targets.setdefault(target.indicator_id, []).append(target)
        return self._render(
            "plan.html",
            plan=plan,
            document=plan.document,
            id=plan.document.doc_id,
            label=unit_label(plan.document),
            name=document_name(plan.document),
            period=period_text(plan.document.period_start, plan.document.period_end),
            source=view_source(plan),
            targets=targets,
            leads=leads,
            matches=matches,
            catalogue=self.run.catalogue,
            shown_target=lambda target: target_text(target, self.language),
        )

    def plan_page(self, plan: Plan, part: str, home: str) -> str:
        """A page for a plan alone."""
        title = f"{unit_label(plan.document)} – {document_name(plan.document)}"
        scripts = (_script("tables.js", "plan.js"),)
        return self._page("plan_page.html", scripts, title=title, part=Markup(part), home=quote(home))

    def report(self, overview: Overview, parts: list[str], folder: str) -> str:
        """The report with these plans in it; without them it leads to those in the folder."""
        data = {
            "tables": overview.tables,
            "charts": overview.charts,
            "specs": chart_specs(self.words),
            "locale": number_locale(self.language),
            "docs": [plan.document.doc_id for plan in self.run.plans],
            "names": [document_name(plan.document) for plan in self.run.plans],
            "units": unit_labels(self.run.plans),
            "folder": "" if parts else f"{quote(folder)}/",
        }
        scripts = (drawing_script(), _script("tables.js", "plan.js", "charts.js"))
        held = zip(data["docs"], map(Markup, parts), strict=False)  # none of the parts, or all
        return self._page("report.html", scripts, title=self.words("title"), overview=overview, data=data, parts=held)

    def _page(self, template: str, scripts: tuple[str, ...], **values: Any) -> str:
        style = (_HERE / "static" / "report.css").read_text(encoding="utf-8")
        return self._render(
            template,
            policy=_policy(style, scripts),
            style=Markup(style),
            scripts=[Markup(script) for script in scripts],
            page_words=self.words.group("page"),
            licences=Markup((_HERE / "static" / "licences.txt").read_text(encoding="utf-8")),
            **values,
        )

    def _render(self, template: str, **values: Any) -> str:
        shared: Mapping[str, Any] = {
            "w": self.words,
            "texts": self.words.texts,
            "lang": self.language,
            "pieces": _marked,
            "day": lambda value: date_text(value, self.language) if value else "",
            "number": lambda value: number_text(value, self.language),
        }
        return _environment().get_template(template).render(**shared, **values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True}
    return environment


@cache
def _script(*names: str) -> str:
    parts = [(_HERE / "static" / name).read_text(encoding="utf-8") for name in names]
    return "\n".join(['"use strict";', *parts])


def _marked(pieces: Sequence[Piece]) -> Markup:
    """The pieces with their facts; the one place where markup is made without a template, for there are many."""
    return Markup("".join(map(_element, pieces)))


def _element(piece: Piece) -> str:
    if not piece.keys:
        return str(escape(piece.text))
    name, look = ("mark", f' class="{piece.kind}"') if piece.kind else ("span", "")
    return f'<{name}{look} data-f="{escape(piece.keys)}">{escape(piece.text)}</{name}>'


def _policy(style: str, scripts: Sequence[str]) -> str:
    """Only these scripts and this style by their digests: nothing that a plan says can become one."""
    allowed = " ".join(_digest(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_digest(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
