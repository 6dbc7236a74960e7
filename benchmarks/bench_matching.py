"""Matching at scale, and beside what others offer, in one run on the same names: see README.md."""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from kehoach.normalize.knowledge import Knowledge
from kehoach.normalize.matching import match_names
from kehoach.schemas.records import Canonical

WHO = [
    "cán bộ, công chức",
    "người dân",
    "người dân trưởng thành",
    "đảng viên",
    "doanh nghiệp",
    "hộ kinh doanh",
    "hợp tác xã",
    "học sinh",
    "giáo viên",
    "người cao tuổi",
    "phụ nữ",
    "hộ nghèo",
    "hộ gia đình",
    "trường học",
    "trạm y tế",
    "thôn, tổ dân phố",
]
DOES = [
    "được bồi dưỡng về",
    "có tài khoản trên",
    "sử dụng",
    "được hỗ trợ tiếp cận",
    "được tuyên truyền về",
    "tham gia",
    "được kiểm tra về",
    "hài lòng với",
    "đăng ký",
    "được kết nối với",
]
WHAT = [
    "kỹ năng số căn bản",
    "dịch vụ công trực tuyến",
    "chữ ký số cá nhân",
    "thương mại điện tử",
    "bảo hiểm y tế",
    "nền tảng số",
    "an toàn thông tin",
    "trí tuệ nhân tạo",
    "thanh toán không dùng tiền mặt",
    "hồ sơ sức khỏe điện tử",
    "nước sạch nông thôn",
    "phòng cháy, chữa cháy",
    "truy xuất nguồn gốc",
    "hợp đồng điện tử",
    "môi trường nông thôn",
    "phân loại rác tại nguồn",
    "mã số vùng trồng",
    "vốn vay ưu đãi",
    "nhà văn hóa",
    "giáo dục STEM",
]
SHORT = {
    "cán bộ, công chức": "CBCC", "doanh nghiệp": "DN", "hợp tác xã": "HTX", "dịch vụ công trực tuyến": "DVCTT",
    "an toàn thông tin": "ATTT", "bảo hiểm y tế": "BHYT", "trạm y tế": "TYT",
}  # fmt: skip
PLACES = ["", " trên địa bàn phường", " của phường An Khê", " trên địa bàn xã Tân Lập", " đến năm 2030", " hằng năm"]
SLIPS = {"ệ": "ê", "ử": "ừ", "ụ": "u", "ố": "ổ", "ạ": "a", "ữ": "ử"}


class Made(NamedTuple):
    """A catalogue and names of which is known what they are."""

    catalogue: tuple[Canonical, ...]
    names: list[tuple[str, str]]
    truth: list[str | None]


def make(number_of_names: int, number_of_labels: int, known: float = 0.9) -> Made:
    """Entries out of who does what, two labels each; names by short forms, slips, places and order, each distinct.

    `known`: the share of the entries that the catalogue has; the names of the others are new.
    """
    dice = random.Random(57)
    all_three = list(product(WHO, DOES, WHAT))
    dice.shuffle(all_three)
    entries = all_three[: max(2, int(number_of_labels / 2 / known))]
    split = int(len(entries) * known)
    catalogue = tuple(
        Canonical(
            canonical_id=f"e{number}",
            name=f"Tỷ lệ {who} {does} {what}",
            domain="khac",
            unit="%",
            aliases=[f"{who} {does} {what} (%)"],
        )
        for number, (who, does, what) in enumerate(entries[:split])
    )
    names: dict[str, str | None] = {}
    while len(names) < number_of_names:
        number = dice.randrange(len(entries))
        names.setdefault(_vary(" ".join(entries[number]), dice), f"e{number}" if number < split else None)
    return Made(catalogue, [(name, "%") for name in names], list(names.values()))


def _vary(text: str, dice: random.Random) -> str:
    for whole, short in SHORT.items():
        if dice.random() < 0.3:
            text = text.replace(whole, short)
    letters = list(text)
    if dice.random() < 0.3:
        at = [number for number, letter in enumerate(letters) if letter in SLIPS]
        if at:
            number = dice.choice(at)
            letters[number] = SLIPS[letters[number]]
    head = dice.choice(["Tỷ lệ ", "Tỉ lệ ", "Tỷ lệ các ", "Phấn đấu tỷ lệ ", "TỶ LỆ "])
    return head + "".join(letters) + dice.choice(PLACES) + dice.choice(["", ".", f" (nhóm {dice.randrange(40)})"])


# --- the peers --------------------------------------------------------------------------------------------------


def ours(made: Made) -> list[str | None]:
    """What this package links, without a person."""
    found = match_names(made.names, Knowledge(made.catalogue))
    return [one.canonical_id if one.status == "matched" else None for one in found]


def token_set(made: Made, least: float = 90) -> list[str | None]:
    """rapidfuzz: every name against every label, the best above a threshold."""
    import numpy as np  # noqa: PLC0415
    from rapidfuzz import fuzz, process, utils  # noqa: PLC0415

    labels = [(label, entry.canonical_id) for entry in made.catalogue for label in (entry.name, *entry.aliases)]
    names = [utils.default_process(name) for name, _ in made.names]
    texts = [utils.default_process(label) for label, _ in labels]
    scores = process.cdist(names, texts, scorer=fuzz.token_set_ratio, workers=-1, dtype=np.uint8)
    best = scores.argmax(axis=1)
    return [labels[at][1] if row[at] >= least else None for row, at in zip(scores, best.tolist(), strict=True)]


def splink(made: Made, least: float = 0.5) -> list[str | None]:
    """Splink on DuckDB: words as arrays, blocked on shared words' rarest, weights by expectation-maximisation."""
    import pandas as pd  # noqa: PLC0415
    import splink.comparison_library as cl  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    labels = [(label, entry.canonical_id) for entry in made.catalogue for label in (entry.name, *entry.aliases)]
    frames = [_frame([name for name, _ in made.names]), _frame([label for label, _ in labels])]
    settings = SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=2 / len(labels),  # two labels an entry: the default says far less
        comparisons=[
            cl.JaccardAtThresholds("name", [0.9, 0.7]),
            cl.ArrayIntersectAtSizes("words", [8, 6, 4]),
            cl.ExactMatch("who"),
        ],
        blocking_rules_to_generate_predictions=[block_on("who"), block_on("last")],
    )
    database = DuckDBAPI()
    tables = [database.register(pd.DataFrame(frame)) for frame in frames]
    linker = Linker(tables, settings)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("last"))
    pairs = linker.inference.predict(threshold_match_probability=least).as_pandas_dataframe()
    best = pairs.sort_values("match_weight", ascending=False).drop_duplicates("unique_id_l")
    found = dict(zip(best["unique_id_l"], best["unique_id_r"], strict=True))
    return [labels[found[number]][1] if number in found else None for number in range(len(made.names))]


def _frame(names: Sequence[str]) -> dict[str, list[object]]:
    words = [name.lower().replace(",", " ").split() for name in names]
    return {
        "unique_id": list(range(len(names))),
        "name": [name.lower() for name in names],
        "words": list(words),
        "who": [" ".join(one[2:5]) for one in words],
        "last": [" ".join(one[-2:]) for one in words],
    }


# --- the table --------------------------------------------------------------------------------------------------


def rows(made: Made, methods: Sequence[Callable[[Made], list[str | None]]]) -> Iterator[str]:
    """A line a method: seconds, precision and recall of its links."""
    for method in methods:
        started = time.perf_counter()
        try:
            found = method(made)
        except ImportError as error:
            yield f"{method.__name__:>10}  not installed: {error.name}"
            continue
        seconds = time.perf_counter() - started
        linked = [(one, true) for one, true in zip(found, made.truth, strict=True) if one is not None]
        right = sum(one == true for one, true in linked)
        there = sum(true is not None for true in made.truth)
        yield (
            f"{method.__name__:>10}  {seconds:8.1f} s  precision {right / max(len(linked), 1):.3f}"
            f"  recall {right / max(there, 1):.3f}  linked {len(linked)}"
        )


def main() -> None:
    """Print the comparison, then the run at scale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=5000, help="of the comparison")
    parser.add_argument("--labels", type=int, default=600, help="of the comparison")
    parser.add_argument("--scale", type=int, default=200_000, help="names of the run at scale; 0: none")
    options = parser.parse_args()
    made = make(options.names, options.labels)
    print(f"{len(made.names)} names x {2 * len(made.catalogue)} labels, a tenth of the names new")
    for line in rows(made, [ours, token_set, splink]):
        print(line, flush=True)
    if options.scale:
        made = make(options.scale, 3000)
        print(f"{len(made.names)} names x {2 * len(made.catalogue)} labels")
        for line in rows(made, [ours]):
            print(line)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
