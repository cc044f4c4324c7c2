"""The matcher's own exam on records whose truth is known; nothing of the truth is shown to it."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from leads.services.entry import normalise
from leads.services.identity import comparing, evaluating, parameters
from leads.services.identity.clusters import clusters
from leads.services.identity.evaluating import Quality, Record, evaluate, quality
from leads.services.identity.fields import Field

FEBRL = ("identity/febrl_dataset3.csv", "5,000 made-up persons (FEBRL 3)")
FAKE = ("identity/fake_1000.csv", "1,000 made-up persons with noise in names and addresses")
CONTACTS = (
    "leads/x_education_demo_contacts_synthetic.csv",
    "6,668 made-up contacts, 200 of them twice",
)
FEBRL_FIELDS = tuple(
    Field(name, kind, name.replace("_", " "))
    for name, kind in (
        ("given_name", "name"), ("surname", "name"), ("street_number", "exact"), ("address_1", "name"),
        ("address_2", "name"), ("suburb", "name"), ("postcode", "digits"), ("state", "exact"),
        ("date_of_birth", "digits"), ("soc_sec_id", "digits"),
    )
)  # fmt: skip
FAKE_FIELDS = tuple(
    Field(name, kind, name)
    for name, kind in (("first_name", "name"), ("surname", "name"), ("dob", "digits"), ("city", "name"),
                       ("email", "name"))
)  # fmt: skip


def figures(folder: str | Path) -> list[dict[str, Any]]:
    """Return every figure with its goal; data sets that are not in the folder are left out."""
    base, found = Path(folder), []
    exams: tuple[tuple[tuple[str, str], Callable[[Path], list[dict[str, Any]]]], ...] = (
        (FEBRL, _febrl), (FAKE, _fake), (CONTACTS, _contacts),
    )  # fmt: skip
    for (path, words), exam in exams:
        if (base / path).exists():
            found += [{**figure, "data": words} for figure in exam(base / path)]
    return found


def _febrl(path: Path) -> list[dict[str, Any]]:
    records = list(_rows(path))
    truth = [record["rec_id"].split("-")[1] for record in records]
    fewer = [one for one in FEBRL_FIELDS if one.name != "soc_sec_id"]

    def run(fields: Sequence[Field], is_clustered: bool) -> Quality:
        return evaluate(records, truth, fields=fields, keys=_febrl_keys, is_clustered=is_clustered)

    pairs, whole = run(FEBRL_FIELDS, False), run(FEBRL_FIELDS, True)
    return [
        _figure("identity F1, pairs", pairs.f1, 0.99),
        _figure("identity F1, clustered", whole.f1, 0.995),
        _figure("identity F1, clustered, without the number", run(fewer, True).f1, 0.99),
        _figure("identity block recall", pairs.blocked, 0.98),
    ]


def _febrl_keys(record: Record) -> Iterator[tuple[str, ...]]:
    first, last, post = record["given_name"], record["surname"], record["postcode"]
    yield from _alone(record, "soc_sec_id", "date_of_birth", "address_1")
    if first and last:
        yield "name", last, first[0]
        yield "swapped", *sorted((last[:4], first[:4]))
    if post and last:
        yield "place", post, last[:4]
    if post and first:
        yield "first", post, first[:4]


def _fake(path: Path) -> list[dict[str, Any]]:
    records = list(_rows(path))
    truth = [record["cluster"] for record in records]

    def run(is_clustered: bool) -> Quality:
        return evaluate(records, truth, fields=FAKE_FIELDS, keys=_fake_keys, is_clustered=is_clustered)

    pairs, whole = run(False), run(True)
    return [
        _figure("identity F1, pairs", pairs.f1, 0.83),
        _figure("identity F1, clustered", whole.f1, 0.92),
        _figure("identity block recall", pairs.blocked, 0.85),
    ]


def _fake_keys(record: Record) -> Iterator[tuple[str, ...]]:
    first, last, born, mail = record["first_name"], record["surname"], record["dob"], record["email"]
    yield from _alone(record, "email", "dob")
    if mail:
        yield "user", mail.partition("@")[0]
        yield "mail", mail[:5]
    yield from (("month", born[:7], name[:3]) for name in (first, last) if born and name)
    if born:
        yield "day", born[5:], record["city"][:4]
    if first and last:
        yield "name", last, first[0]
        yield "swapped", *sorted((first, last))
    if first:
        yield "first", first[:4], last[:2]
        yield "place", first, record["city"]
    if last:
        yield "place", last, record["city"]


def _alone(record: Record, *names: str) -> Iterator[tuple[str, ...]]:
    yield from ((name, record[name]) for name in names if record.get(name))


def _contacts(path: Path) -> list[dict[str, Any]]:
    """The shipped parameters on leads as they come in: what would be merged without anybody looking."""
    rows = list(_rows(path))
    people = [_person(place, row) for place, row in enumerate(rows)]
    keys = [sorted(one.keys) for one in people]
    truth = [row["person_id"] for row in rows]
    merged, asked, likely = _merged(people)
    found = quality(merged, truth, likely)
    by_detail = evaluating.blocked([{"at": str(at)} for at in range(len(rows))], lambda r: keys[int(r["at"])])
    sharing = {pair for pair in by_detail if truth[pair[0]] == truth[pair[1]]}
    recall = len(sharing & set(merged)) / max(len(sharing), 1)
    reviewed = _share(asked, truth)
    return [
        _figure("identity precision, merged by rule", found.precision, 0.99),
        _figure("identity recall of pairs sharing a contact detail", recall, 0.85),
        _figure("identity recall of all pairs, merged by rule", found.recall, None),
        _figure("identity block recall", found.blocked, None),
        _figure("identity true share of the review queue", reviewed, None),
    ]


def _merged(
    people: list[comparing.Person],
) -> tuple[list[tuple[int, int]], list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs merged by rule, those put to a person, and those compared at all."""
    likely = evaluating.blocked([one.values for one in people], _lead_keys)
    model = parameters.shipped(len(people))
    judged = [(pair, comparing.judge(people[pair[0]], people[pair[1]], model)) for pair in likely]
    judged.sort(key=lambda item: -item[1].weight)
    sure = [pair for pair, said in judged if said.verdict == "merge"]
    may = lambda a, b: not comparing.speak_against(people[a], people[b])  # noqa: E731
    groups = clusters(sure, may_join=may)
    merged = [pair for group in groups for pair in combinations(sorted(group), 2)]
    return merged, [pair for pair, said in judged if said.verdict == "review"], likely


def _lead_keys(record: Record) -> Iterator[tuple[str, ...]]:
    """The same keys as in the database: address, its user part, phone, name, company with name."""
    yield from _alone(record, "email", "phone", "linkedin")
    if record["email"]:
        yield "user", record["email"].partition("@")[0]
    if record["last_name"]:
        yield "name", record["last_name"], record["first_name"][:1]
    if record["company"]:
        yield "company", record["company"], record["last_name"][:3]


def _person(place: int, row: dict[str, str]) -> comparing.Person:
    return comparing.person(
        place, first_name=row["first_name"], last_name=row["last_name"],
        email=normalise.email_key(row["email"]), phone=normalise.phone(row["phone"], "United Kingdom"),
        company=row["company"], title=row["title"],
    )  # fmt: skip


def _share(pairs: Iterable[tuple[int, int]], truth: list[str]) -> float:
    found = list(pairs)
    return sum(truth[a] == truth[b] for a, b in found) / len(found) if found else 1.0


def _figure(name: str, value: float, goal: float | None) -> dict[str, Any]:
    passed = goal is None or value >= goal
    return {"name": name, "value": round(value, 4), "goal": "" if goal is None else goal, "passed": passed}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {name.strip(): value.strip() for name, value in row.items()}
