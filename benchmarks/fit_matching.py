"""Fits the weights of matching and says how right it is on what was held out: see README.md.

    python benchmarks/fit_matching.py [--write]

Pairs: `tests/cases/same_indicator.csv` to fit, `same_indicator_held_out.csv` to report on, never to tune on.
Plans: where the shared folder is there, each plan is linked to a catalogue made of the other plans' wordings alone.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from kehoach.normalize.candidates import Subject, rank_subjects
from kehoach.normalize.catalogue import load_catalogue
from kehoach.normalize.features import FEATURES, Pairs, compare_pairs, load_weights
from kehoach.normalize.knowledge import Knowledge, index_of, load_knowledge
from kehoach.normalize.labels import LabelIndex
from kehoach.normalize.matching import Named, match_named
from kehoach.normalize.wording import read_wordings
from kehoach.schemas.records import Canonical, Indicator, Match, Target

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "tests" / "cases"
WEIGHTS = ROOT / "normalize" / "data" / "match_weights.csv"
SHARED = Path(os.environ.get("KEHOACH_SHARED", ROOT.parent / "shared"))
PENALTY = 0.005  # of the squared weights: few pairs must not make large ones
SIGNS = {"common": 1, "extra": -1, "missing": -1, "both": -1, "letters": 1, "order": 1, "likeness": 1, "telling": 1,
         "doubts": -1, "heading": 1}  # fmt: skip

BY_HAND = frozenset({"short_form", "heading"})  # too few pairs have them

Floats = npt.NDArray[np.float64]


class Case(NamedTuple):
    """Two names, whether they are one, and the group that is held out together."""

    names: tuple[str, str]
    units: tuple[str | None, str | None]
    same: bool
    category: str
    group: str


class Data(NamedTuple):
    """Features of pairs that no veto parts, and whether each is one indicator."""

    values: Floats
    same: Floats
    groups: Sequence[str]


def read_cases(name: str) -> list[Case]:
    """The labelled pairs of a file of `tests/cases`; pairs with one first name are one group."""
    with (CASES / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        Case(
            (row["name1"], row["name2"]),
            (row["unit1"] or None, row["unit2"] or None),
            row["same"] == "yes",
            row["category"],
            row["name1"],
        )
        for row in rows
    ]


# --- the data ---------------------------------------------------------------------------------------------------


def pair_data(cases: Sequence[Case], index: LabelIndex) -> Data:
    """The features of labelled pairs, head clause against head clause."""
    heads = [[read_wordings(name, unit)[0] for name, unit in zip(c.names, c.units, strict=True)] for c in cases]
    left, right = [pair[0] for pair in heads], [pair[1] for pair in heads]
    numbers = np.arange(len(cases))
    one, other = index.space.batch(left).rows, index.space.batch(right).rows
    likeness = np.asarray(one.multiply(other).sum(axis=1), np.float64).ravel()
    compared = compare_pairs(Pairs(left, right, numbers, numbers, likeness), index.weights, index.unknown)
    free = ~compared.vetoed
    same = np.array([case.same for case in cases], np.float64)
    return Data(compared.values[free], same[free], [case.group for case, kept in zip(cases, free, strict=True) if kept])


class Stated(NamedTuple):
    """An indicator of a real plan with the class that a person gave it."""

    plan: str
    name: str
    unit: str | None
    klass: str
    table: str


def read_stated() -> list[Stated]:
    """The hand-made mapping of the shared plans; empty where it is not there."""
    path = SHARED / "gold" / "mapping.csv"
    if not path.exists():
        return []
    units = {
        row["class_id"]: row["unit"] for row in csv.DictReader((SHARED / "gold" / "classes.csv").open(encoding="utf-8"))
    }
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Stated(row["slug"], row["name"], units.get(row["class_id"]) or None, row["class_id"], row["appendix"])
            for row in csv.DictReader(file)
            if row["confident"] == "yes"
        ]


def catalogue_of(stated: Iterable[Stated]) -> tuple[Canonical, ...]:
    """A catalogue that knows these wordings alone."""
    labels: dict[str, list[Stated]] = {}
    for one in stated:
        if one.klass != "none":
            labels.setdefault(one.klass, []).append(one)
    return tuple(
        Canonical(
            canonical_id=klass,
            name=found[0].name,
            domain="khac",
            unit=found[0].unit,
            aliases=list(dict.fromkeys(one.name for one in found[1:])),
        )
        for klass, found in labels.items()
    )


def plan_data(stated: Sequence[Stated]) -> Data:
    """Each plan's names against the best candidates that the other plans' wordings give."""
    values, same, groups = [], [], []
    for plan in sorted({one.plan for one in stated}):
        index = LabelIndex(catalogue_of(one for one in stated if one.plan != plan))
        mine = list({one.name: one for one in stated if one.plan == plan and plan != "tran_bien"}.values())
        rankings = rank_subjects([Subject(one.name, one.unit, True) for one in mine], index, seek_always=True)
        for one, ranking in zip(mine, rankings, strict=True):
            for candidate in ranking.candidates:
                if not candidate.vetoes:
                    values.append(candidate.features)
                    same.append(float(candidate.label.canonical_id == one.klass))
                    groups.append(plan)
    return Data(np.array(values).reshape(-1, len(FEATURES)), np.array(same), groups)


# --- fitting ----------------------------------------------------------------------------------------------------


def fit(values: Floats, same: Floats) -> Floats:
    """Weights of a logistic model with a penalty on their squares; none may have the wrong sign."""
    bounds = [{1: (0, None), -1: (None, 0)}.get(SIGNS.get(name, 0), (None, None)) for name in FEATURES]

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        chances = 1 / (1 + np.exp(-scores))
        penalty = np.where(np.array(FEATURES) == "bias", 0, PENALTY)
        value = np.mean(np.logaddexp(0, scores) - same * scores) + float(penalty @ weights**2) / len(same) * 50
        return float(value), values.T @ (chances - same) / len(same) + 2 * penalty * weights / len(same) * 50

    start = np.array([SIGNS.get(name, 0) for name in FEATURES], np.float64)
    found: Floats = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return found


def held_out_scores(data: Data, fitted: Callable[[Floats, Floats], Floats], folds: int = 5) -> Floats:
    """The score of each pair by weights fitted without its group."""
    number = {group: at % folds for at, group in enumerate(dict.fromkeys(data.groups))}
    fold = np.array([number[group] for group in data.groups])
    scores = np.zeros(len(data.same))
    for one in range(folds):
        away = fold == one
        if away.any():
            scores[away] = data.values[away] @ fitted(data.values[~away], data.same[~away])
    return scores


def platt(scores: Floats, same: Floats) -> tuple[float, float]:
    """Slope and offset of the line from scores to calibrated log-odds."""
    positive, negative = same.sum(), len(same) - same.sum()
    wanted = np.where(same > 0, (positive + 1) / (positive + 2), 1 / (negative + 2))  # Platt's targets

    def loss(line: Floats) -> float:
        odds = line[0] * scores + line[1]
        return float(np.mean(np.logaddexp(0, odds) - wanted * odds))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


# --- reporting --------------------------------------------------------------------------------------------------


def print_calibration(title: str, chances: Floats, same: Floats) -> None:
    """The Brier score and how often pairs of each probability are one."""
    print(f"{title}: Brier {np.mean((chances - same) ** 2):.4f} on {len(same)} pairs, {int(same.sum())} the same")
    edges = [0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0001]
    for low, high in pairwise(edges):
        inside = (chances >= low) & (chances < high)
        if inside.any():
            print(f"   {low:.2f} to {min(high, 1):.2f}: {inside.sum():4d} pairs, said {chances[inside].mean():.3f},"
                  f" is {same[inside].mean():.3f}")  # fmt: skip


def named(doc_id: str, number: int, name: str, unit: str | None, table: int = 0) -> Named:
    """An indicator as a row of a table, with a number."""
    target = Target(indicator_id=number, target_no=0, raw="90", value=90.0, unit=unit)
    indicator = Indicator(indicator_id=number, table_id=table, ordinal=str(number), name=name, unit=unit)
    return Named(doc_id, indicator, [target], (doc_id, table, ()))


def print_cases(title: str, cases: Sequence[Case], knowledge: Knowledge) -> None:
    """How each pair ends, both names in one run and different plans, by category."""
    ends: Counter[tuple[str, bool, str]] = Counter()
    for case in cases:
        both = [named(f"plan{side}", 0, case.names[side], case.units[side]) for side in (0, 1)]
        found, _ = match_named(both, knowledge)
        one, other = (next(match for doc_id, match in found if doc_id == f"plan{side}") for side in (0, 1))
        ends[case.category, case.same, _end(one, other)] += 1
    print(f"{title}, {len(cases)} pairs")
    for same, ends_of in ((True, ("one", "review", "apart")), (False, ("apart", "review", "one"))):
        total = {end: sum(n for (_, s, e), n in ends.items() if s == same and e == end) for end in ends_of}
        print(f"   {'the same' if same else 'not the same'}: " + ", ".join(f"{n} {end}" for end, n in total.items()))
    wrong = {category: n for (category, same, end), n in sorted(ends.items()) if not same and end == "one"}
    print(f"   merged and must not be, by category: {wrong or 'none'}")


def _end(one: Match, other: Match) -> str:
    if one.canonical_id != other.canonical_id or one.canonical_id is None:
        return "apart"
    return "review" if "review" in (one.status, other.status) else "one"


def print_plans(stated: Sequence[Stated]) -> None:
    """Each plan linked to what the other plans' wordings alone make known."""
    right_new = new = accepted = right = linkable = 0
    clusters: list[tuple[str, str]] = []
    for plan in sorted({one.plan for one in stated}):
        catalogue = catalogue_of(one for one in stated if one.plan != plan)
        known = {entry.canonical_id for entry in catalogue}
        mine = [one for one in stated if one.plan == plan]
        rows = [named(plan, number, one.name, one.unit, hash_table(one)) for number, one in enumerate(mine)]
        matches, _ = match_named(rows, Knowledge(catalogue))
        first = {match.indicator_id: match for _, match in reversed(matches)}
        for number, one in enumerate(mine):
            match = first[number]
            linkable += one.klass in known
            new += match.status == "new"
            right_new += match.status == "new" and one.klass not in known
            accepted += match.status == "matched"
            right += match.status == "matched" and match.canonical_id == one.klass
            clusters.append(
                (
                    one.klass if one.klass != "none" else f"none{number}{plan}",
                    f"{match.canonical_id}"
                    if match.status != "new" or one.klass in known
                    else f"{plan}{match.canonical_id}",
                )
            )
        print(f"   {plan}: {len(mine)} indicators, {Counter(first[n].status for n in range(len(mine)))}")
    print(f"   precision of new {right_new}/{new}; accepted {accepted}, of these right {right}; linkable {linkable}")
    print_clusters(clusters)


def hash_table(one: Stated) -> int:
    """A number for the appendix."""
    return sum(map(ord, one.table))


def print_clusters(found: Sequence[tuple[str, str]]) -> None:
    """Pairwise and B³ precision, recall and F1 of the clusters; each item is (true class, found id)."""
    pairs = Counter((a[0] == b[0], a[1] == b[1]) for a, b in combinations(found, 2))
    precision = pairs[True, True] / max(pairs[True, True] + pairs[False, True], 1)
    recall = pairs[True, True] / max(pairs[True, True] + pairs[True, False], 1)
    both, true, ours = Counter(found), Counter(t for t, _ in found), Counter(o for _, o in found)
    b_precision = sum(both[item] / ours[item[1]] for item in found) / len(found)
    b_recall = sum(both[item] / true[item[0]] for item in found) / len(found)
    print(f"   pairwise P {precision:.3f} R {recall:.3f} F1 {_f1(precision, recall):.3f};"
          f" B³ P {b_precision:.3f} R {b_recall:.3f} F1 {_f1(b_precision, b_recall):.3f}")  # fmt: skip


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def write_weights(table: Floats, line: tuple[float, float]) -> None:
    """Put the fitted weights into the file that is shipped; those of prose stay as they are set by hand."""
    with WEIGHTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    new = dict(zip(FEATURES, table, strict=True)) | {"slope": line[0], "offset": line[1]}
    for row in rows:
        if row["feature"] not in BY_HAND:
            row["table"] = f"{new[row['feature']]:.3f}"
    with WEIGHTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Fit, compare with the weights shipped, print what was held out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the fitted weights into the data file")
    options = parser.parse_args()
    stated, index = read_stated(), index_of(load_knowledge())
    parts = [pair_data(read_cases("same_indicator.csv"), index), *([plan_data(stated)] if stated else [])]
    data = Data(np.vstack([p.values for p in parts]), np.concatenate([p.same for p in parts]),
                [group for part in parts for group in part.groups])  # fmt: skip
    shipped = np.array(load_weights().table)
    scores = held_out_scores(data, fit)
    line = platt(scores, data.same)
    by_hand = data.values @ shipped
    print_calibration("fitted, groups held out", 1 / (1 + np.exp(-(line[0] * scores + line[1]))), data.same)
    hand_line = platt(by_hand, data.same)
    print_calibration("weights shipped", 1 / (1 + np.exp(-(hand_line[0] * by_hand + hand_line[1]))), data.same)
    weights = fit(data.values, data.same)
    print("   " + ", ".join(f"{name} {weight:+.2f}" for name, weight in zip(FEATURES, weights, strict=True)), line)
    held = pair_data(read_cases("same_indicator_held_out.csv"), index)
    chances = 1 / (1 + np.exp(-(line[0] * (held.values @ weights) + line[1])))
    print_calibration("pairs never tuned on", chances, held.same)
    if options.write:
        write_weights(weights, line)
        load_weights.cache_clear()
    for name in ("same_indicator.csv", "same_indicator_held_out.csv"):
        print_cases(f"{name}, shipped catalogue", read_cases(name), load_knowledge())
        print_cases(f"{name}, no catalogue", read_cases(name), Knowledge(()))
    if stated:
        print("plans held out: each linked to the wordings of the others alone")
        print_plans(stated)
    assert load_catalogue()


if __name__ == "__main__":
    main()
