"""The charts as Vega-Lite, without their data, and the script that draws them; the page's own script fills them in.

`usermeta.band` is the height of a row of a chart that is as wide as its place: Vega-Lite has no step for these.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kehoach.publish.wording import Language, Words

if TYPE_CHECKING:
    import altair as alt

__all__ = ["ROWS", "chart_specs", "drawing_script", "number_locale"]

ROWS = "rows"
"""The name under which a chart expects its data."""
_INK, _FAINT, _BLUE, _ORANGE = "#1f2933", "#d5dbe3", "#1f5f99", "#b54708"
_SEVERITIES = ["#a4262c", "#b54708", "#1f5f99"]
_LEVELS = ["1", "2", "3", "4+"]
_BLUES = ["#a9cbe8", "#5d9fd3", "#2468a8", "#123f73"]
_STEP = 19  # pixels of a row or column of the heat map: a label fits


@cache
def drawing_script() -> str:
    """Vega, Vega-Lite and Vega-Embed in one script that needs no network."""
    import vl_convert  # noqa: PLC0415 - see kehoach --help

    bundle = vl_convert.javascript_bundle(None)  # type: ignore[arg-type] # its types know no default
    return f"(() => {{{bundle}}})();"


def number_locale(language: Language) -> dict[str, Any]:
    """How Vega writes numbers: `1.234,5` in Vietnamese."""
    decimal, thousands = (",", ".") if language == "vi" else (".", ",")
    return {"decimal": decimal, "thousands": thousands, "grouping": [3], "currency": ["", ""]}


def chart_specs(words: Words) -> dict[str, dict[str, Any]]:
    """Each chart by its name."""
    charts = {
        "heat": _heat(words),
        "strip": _strip(words),
        "months": _months(words),
        "leads": _bars(words, "lead", _BLUE),
        "codes": _codes(words),
    }
    return {name: _dressed(chart, words(f"chart.{name}")) for name, chart in charts.items()}


def _dressed(chart: Any, description: str) -> dict[str, Any]:
    text = {"labelColor": _INK, "titleColor": _INK, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": 600}
    dressed = chart.properties(description=description).configure(
        font="system-ui, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif",
        background="transparent",
        axis={**text, "gridColor": "#e6eaef", "domainColor": _FAINT, "tickColor": _FAINT},
        legend={**text, "orient": "top", "titleLimit": 300},
        view={"stroke": None},
    )
    found: dict[str, Any] = dressed.to_dict()
    return found


def _rows() -> alt.NamedData:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    return alt.NamedData(name=ROWS)


def _heat(w: Words) -> Any:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    return (
        alt.Chart(_rows(), width={"step": _STEP}, height={"step": _STEP}, view={"fill": "#f1f4f7"})
        .mark_rect(cursor="pointer", cornerRadius=2, stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("unit:N", title=None, sort=None).axis(orient="top", labelAngle=-50, labelLimit=150, ticks=False),
            y=alt.Y("entry:N", title=None, sort=None).axis(labelLimit=330, ticks=False),
            color=alt.Color("level:N", title=w("col.values")).scale(domain=_LEVELS, range=_BLUES),
            tooltip=[
                alt.Tooltip("unit:N", title=w("col.unit")),
                alt.Tooltip("entry:N", title=w("col.entry")),
                alt.Tooltip("text:N", title=w("col.values")),
            ],
        )
    )


def _strip(w: Words) -> Any:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    base = alt.Chart(_rows())
    year = alt.Y("year:N", title=w("col.year"), sort="ascending")
    value = (
        alt.X("value:Q", title=w("col.value"))
        .scale(zero=False, nice=False, padding=14)
        .axis(tickCount=10, labelOverlap=True)
    )
    box = base.mark_boxplot(
        extent="min-max",
        size=36,
        box={"fill": "#dce8f4", "stroke": "#8fb1d3"},
        rule={"stroke": "#8fb1d3"},
        median={"stroke": _BLUE, "strokeWidth": 3},
    ).encode(x=value, y=year, tooltip=alt.TooltipValue(None))
    points = base.mark_point(filled=True, size=70, opacity=0.65, cursor="pointer").encode(
        x=value,
        y=year,
        yOffset=alt.YOffset("jitter:Q").scale(domain=[-2.6, 2.6]),  # within the box
        color=_apart("color", w, [_BLUE, _ORANGE]),
        shape=_apart("shape", w, ["circle", "diamond"]),
        tooltip=[
            alt.Tooltip("unit:N", title=w("col.unit")),
            alt.Tooltip("text:N", title=w("col.value")),
            alt.Tooltip("year:N", title=w("col.year")),
            alt.Tooltip("scope:N", title=w("col.scope")),
            alt.Tooltip("plan:N", title=w("col.plan")),
        ],
    )
    return alt.layer(box, points).properties(width="container", usermeta={"band": 84})


def _apart(channel: str, w: Words, looks: list[str]) -> Any:
    """Colour and shape by whether a value stands out."""
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    kinds = [w("page.usual"), w("page.far")]
    scale = alt.Scale(domain=kinds, range=looks)
    return {"color": alt.Color, "shape": alt.Shape}[channel]("kind:N", title=None, scale=scale)


def _months(w: Words) -> Any:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    return (
        alt.Chart(_rows(), width="container", height=230)
        .mark_bar(color=_BLUE, cursor="pointer", cornerRadiusEnd=2)
        .encode(
            x=alt.X("month:N", title=w("col.month"), sort=None).axis(labelAngle=-50, labelOverlap=True),
            y=alt.Y("count:Q", title=w("col.tasks")).axis(tickMinStep=1, format=",d"),
            tooltip=[
                alt.Tooltip("month:N", title=w("col.month")),
                alt.Tooltip("count:Q", title=w("col.tasks"), format=",d"),
            ],
        )
    )


def _bars(w: Words, field: str, colour: str) -> Any:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    return (
        alt.Chart(_rows(), width="container", usermeta={"band": 22})
        .mark_bar(color=colour, cursor="pointer", cornerRadiusEnd=2)
        .encode(
            y=alt.Y(f"{field}:N", title=None, sort=None).axis(labelLimit=260, ticks=False),
            x=alt.X("count:Q", title=w("col.tasks")).axis(tickMinStep=1, format=",d"),
            tooltip=[
                alt.Tooltip(f"{field}:N", title=w("col.lead")),
                alt.Tooltip("count:Q", title=w("col.tasks"), format=",d"),
            ],
        )
    )


def _codes(w: Words) -> Any:
    import altair as alt  # noqa: PLC0415 - see kehoach --help

    kinds = [w(f"severity.{name}") for name in ("error", "warning", "info")]
    return (
        alt.Chart(_rows(), width="container", usermeta={"band": 22})
        .mark_bar(cornerRadiusEnd=2)
        .encode(
            y=alt.Y("code:N", title=None, sort=None).axis(labelLimit=330, ticks=False),
            x=alt.X("count:Q", title=w("col.times")).axis(tickMinStep=1, format=",d"),
            color=alt.Color("severity:N", title=None, scale=alt.Scale(domain=kinds, range=_SEVERITIES)),
            tooltip=[
                alt.Tooltip("severity:N", title=w("col.severity")),
                alt.Tooltip("code:N", title=w("col.code")),
                alt.Tooltip("count:Q", title=w("col.times"), format=",d"),
            ],
        )
    )
