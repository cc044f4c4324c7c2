"""The list of companies: who may see which, by words, place, size, owner and tag, in an order."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from campaigns.models import User
from campaigns.services import bulk
from leads.models import Company, Deal, Lead
from leads.models.company import CompanyQuerySet

ORDERS = {
    "name": "name", "-name": "-name", "-staff": "-employees", "staff": "employees",
    "-revenue": "-annual_revenue", "-rating": "-rating", "-added": "-id",
}  # fmt: skip
OWNERS = {"mine": "Mine", "nobody": "Nobody's"}


@dataclass(frozen=True)
class Wanted:
    """Which companies to list; empty means any."""

    words: str = ""
    industry: str = ""
    country: str = ""
    owner: str = ""
    tag: str = ""
    staff_from: int | None = None
    staff_to: int | None = None
    sort: str = "name"

    @property
    def is_narrow(self) -> bool:
        """Whether some companies are left out."""
        return any(
            [self.words, self.industry, self.country, self.owner, self.tag, self.staff_from, self.staff_to]
        )


def chosen(actor: User, wanted: Wanted) -> CompanyQuerySet:
    """Return the visible companies that are wanted."""
    found = Company.objects.visible_to(actor).select_related("owner")
    for word in wanted.words.split()[:6]:
        found = found.filter(Q(name__icontains=word) | Q(domain__icontains=word))
    exact = {"industry__iexact": wanted.industry, "country__iexact": wanted.country}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.owner in OWNERS:
        found = found.filter(owner=actor if wanted.owner == "mine" else None)
    if wanted.tag:
        found = found.filter(pk__in=_tagged(wanted.tag))
    if wanted.staff_from is not None:
        found = found.filter(employees__gte=wanted.staff_from)
    return found.filter(employees__lte=wanted.staff_to) if wanted.staff_to is not None else found


def people(actor: User, companies: list[Company]) -> dict[int, int]:
    """Return how many people one may see in each company, by one statement."""
    visible = Lead.objects.visible_to(actor).current().filter(company__in=companies).order_by()
    return dict(visible.values_list("company").annotate(number=Count("pk")).values_list("company", "number"))


def with_money(rows: CompanyQuerySet, actor: User) -> CompanyQuerySet:
    """Return companies with ``open_money``, ``won_money`` and ``deals_seen`` of the visible deals."""
    seen = Deal.objects.visible_to(actor).filter(lead__company=OuterRef("pk")).order_by()
    ahead = seen.exclude(stage__in=("won", "lost"))
    return rows.annotate(
        open_money=_of_company(ahead, Sum("value")),
        won_money=_of_company(seen.filter(stage="won"), Sum("value")),
        deals_seen=_of_company(seen, Count("pk")),
    )  # fmt: skip


def _of_company(deals: Any, figure: Any) -> Subquery:
    return Subquery(deals.values("lead__company").annotate(figure=figure).values("figure"))


def _tagged(tag: str) -> Any:
    each = "jsonb_array_elements_text(c.tags) AS x(value)" if bulk.is_postgres() else "json_each(c.tags) AS x"
    sql = f"SELECT DISTINCT c.id FROM leads_company c, {each} WHERE lower(x.value) = lower(%s)"  # noqa: S608
    return [row[0] for row in bulk.fetch(sql, [tag])]
