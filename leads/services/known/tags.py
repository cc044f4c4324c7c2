"""Tags of leads and companies: offered while typing, coloured, renamed, merged, deleted."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction

from campaigns import clock
from campaigns.models import User
from campaigns.services import audit, bulk
from leads.models import Company, Lead, Tag
from leads.models.tag import TONES

MOST, LONGEST, OFFERED = 20, 60, 8
BOOK = "leads.tag_colours"


class TagRefused(ValueError):
    """A tag that cannot be used as asked, in words."""

    code = "tag_refused"
    status = 400


@dataclass(frozen=True)
class Used:
    """A tag with its colour and on how many leads and companies one may see it stands."""

    name: str
    tone: str
    leads: int
    companies: int


def tone(name: str, chosen: dict[str, str] | None = None) -> str:
    """Return the colour of a tag: the chosen one, else always the same of its letters."""
    kept = (chosen or {}).get(name.lower())
    return kept or TONES[zlib.crc32(name.lower().encode()) % (len(TONES) - 1)]


def tones(names: Iterable[str]) -> dict[str, str]:
    """Return the chosen colours of some tags by their small letters; the book of colours is kept a minute."""
    book: dict[str, str] = cache.get_or_set(BOOK, _book, 60) or {}
    return {small: book[small] for small in (name.lower() for name in names) if small in book}


def _book() -> dict[str, str]:
    return {tag.name.lower(): tag.tone for tag in Tag.objects.all()}


def cleaned(names: Iterable[str]) -> list[str]:
    """Return tags without doubles and blanks; raise TagRefused for too long or too many."""
    found: dict[str, str] = {}
    for raw in names:
        name = " ".join("".join(c if c.isprintable() else " " for c in str(raw)).replace(",", " ").split())
        if len(name) > LONGEST:
            raise TagRefused(f"A tag has {LONGEST} letters at most.")
        if name:
            found.setdefault(name.lower(), name)
    if len(found) > MOST:
        raise TagRefused(f"At most {MOST} tags stand on one page.")
    return list(found.values())


def used(actor: User) -> list[Used]:
    """Return every tag in use on what a person may see, by name."""
    counts: dict[str, list[int]] = {}
    for place, model in enumerate((Lead, Company)):
        for name, number in _counted(model, actor):
            counts.setdefault(name, [0, 0])[place] += number
    for name in Tag.objects.values_list("name", flat=True):
        if not any(name.lower() == known.lower() for known in counts):
            counts[name] = [0, 0]
    chosen = tones(counts)
    rows = [Used(name, tone(name, chosen), *both) for name, both in counts.items()]
    return sorted(rows, key=lambda row: row.name.lower())


def offered(actor: User, words: str, besides: Sequence[str] = ()) -> list[Used]:
    """Return the tags that begin so (then those that contain it), most used first."""
    small, taken = words.strip().lower(), {name.lower() for name in besides}
    fits = [row for row in used(actor) if small in row.name.lower() and row.name.lower() not in taken]
    order = {True: 0, False: 1}
    fits.sort(key=lambda row: (order[row.name.lower().startswith(small)], -row.leads - row.companies))
    return fits[:OFFERED]


def rename(actor: User, old: str, new: str) -> int:
    """Give a tag another name wherever a person may see it; one that exists takes it in (a merge).

    Returns how many leads and companies changed.
    """
    names = cleaned([new])
    if not names:
        raise TagRefused("Give the tag a name.")
    with transaction.atomic():
        changed = sum(_replace(model, actor, old, names[0]) for model in (Lead, Company))
        _rename_colour(old, names[0])
        transaction.on_commit(lambda: cache.delete(BOOK))
        _log(actor, "rename tag", {"tag": old}, {"tag": names[0], "rows": changed})
    return changed


def delete(actor: User, name: str) -> int:
    """Take a tag off everything a person may see; return how many rows lost it."""
    with transaction.atomic():
        changed = sum(_replace(model, actor, name, None) for model in (Lead, Company))
        if not any(_counted(model, None, name) for model in (Lead, Company)):
            Tag.objects.filter(name__iexact=name).delete()
        _log(actor, "delete tag", {"tag": name}, {"rows": changed})
    return changed


def colour(name: str, chosen: str) -> None:
    """Keep the colour of a tag."""
    if chosen not in TONES:
        raise TagRefused("Choose one of the colours shown.")
    if not Tag.objects.filter(name__iexact=name).update(tone=chosen):
        Tag.objects.create(name=cleaned([name])[0], tone=chosen)
    cache.delete(BOOK)


def _rename_colour(old: str, new: str) -> None:
    """Carry a chosen colour over, unless the new name has one of its own."""
    if old.lower() == new.lower() or not Tag.objects.filter(name__iexact=new).exists():
        Tag.objects.filter(name__iexact=old).update(name=new)
    else:
        Tag.objects.filter(name__iexact=old).delete()


def _counted(model: Any, actor: User | None, name: str = "") -> list[tuple[str, int]]:
    """Count rows by tag, by the database's own words for lists."""
    rows = model.objects.visible_to(actor) if actor else model.objects.all()
    if model is Lead:
        rows = rows.current()
    inner, params = _sql(rows)
    table = model._meta.db_table
    each = "jsonb_array_elements_text(t.tags) AS x(value)" if bulk.is_postgres() else "json_each(t.tags) AS x"
    empty = "t.tags <> '[]'::jsonb" if bulk.is_postgres() else "t.tags <> '[]'"
    only = " AND lower(x.value) = lower(%s)" if name else ""
    return [
        (str(value), int(number))
        for value, number in bulk.fetch(
            f"SELECT x.value, COUNT(*) FROM {table} t, {each}"  # noqa: S608
            f" WHERE {empty} AND t.id IN ({inner}){only} GROUP BY 1",
            [*params, *([name] if name else [])],
        )
    ]


def _replace(model: Any, actor: User, old: str, new: str | None) -> int:
    """Put ``new`` in the place of ``old`` (or nothing) in every visible row, doubles folded, order kept."""
    inner, params = _sql(model.objects.visible_to(actor))
    swapped = "CASE WHEN lower(x.value) = lower(%s) THEN %s ELSE x.value END"
    kept, marks = ("", [old, new or ""]) if new else (" WHERE lower(x.value) <> lower(%s)", [old, "", old])
    if bulk.is_postgres():
        each = "jsonb_array_elements_text(t.tags) WITH ORDINALITY AS x(value, place)"
        gathered, has = (
            "COALESCE(jsonb_agg(one ORDER BY first), '[]'::jsonb)",
            "jsonb_array_elements_text(t.tags) AS y(value)",
        )
        swapped, place = swapped.replace("THEN %s", "THEN %s::text"), "x.place"
    else:
        each, gathered, has, place = (
            "json_each(t.tags) AS x",
            "json_group_array(one)",
            "json_each(t.tags) AS y",
            "x.key",
        )
    listed = (
        f"SELECT one, MIN(place) AS first"  # noqa: S608
        f" FROM (SELECT {swapped} AS one, {place} AS place FROM {each}{kept}) q"
        " GROUP BY lower(one), one ORDER BY 2"
    )
    return bulk.run(
        f"UPDATE {model._meta.db_table} AS t SET tags = (SELECT {gathered} FROM ({listed}) r),"  # noqa: S608
        " version = version + 1, updated_at = %s"
        f" WHERE t.id IN ({inner}) AND EXISTS (SELECT 1 FROM {has} WHERE lower(y.value) = lower(%s))",
        [*marks, clock.now(), *params, old],
    )


def _sql(rows: Any) -> tuple[str, list[Any]]:
    sql, params = rows.order_by().values("pk").query.get_compiler(connection=connection).as_sql()
    return sql, list(params)


def _log(actor: User, verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    audit.record(actor, verb, actor, before=before, after=after)
