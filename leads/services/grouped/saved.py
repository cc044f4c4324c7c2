"""Saved views of the list: private or the team's, in one's own order, one of them first to be seen."""

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from campaigns.models import User
from leads.models import SavedView

PAGE = "leads"
SHOWN = 8
STEP = 10
#: an own view at this place is what the list opens with
FIRST = 0


class ViewRefused(Exception):
    """A view that cannot be kept so; the message says why."""

    code = "view_refused"
    status = 409


def visible_to(actor: User) -> QuerySet[SavedView]:
    """Return one's own views and the team's, in the order of the tabs."""
    found = SavedView.objects.visible_to(actor).filter(page=PAGE).select_related("owner")
    return found.order_by("position", "name", "pk")


def own(actor: User) -> QuerySet[SavedView]:
    """Return the views a person may change: their own, and for those who run a team also its shared ones."""
    mine = Q(owner=actor)
    if actor.can_manage:
        mine |= Q(is_shared=True, team_id=actor.team_id)
    return visible_to(actor).filter(mine)


def default_of(actor: User) -> SavedView | None:
    """Return the view with which a person's list opens, if they chose one."""
    return SavedView.objects.filter(owner=actor, page=PAGE, position=FIRST).first()


def save(name: str, query: str, columns: list[str], by: User, *, is_shared: bool = False) -> SavedView:
    """Keep a view under a new name."""
    last = SavedView.objects.filter(owner=by, page=PAGE).order_by("-position").first()
    place = max(STEP, (last.position if last else 0) + STEP)
    view = SavedView(
        page=PAGE, owner=by, team=by.team, query=query, columns=columns, is_shared=is_shared, position=place
    )
    return _kept(view, name)


def update(view: SavedView, query: str, columns: list[str]) -> SavedView:
    """Keep what a view shows now."""
    view.query, view.columns = _fits(query), columns
    view.save(update_fields=["query", "columns"])
    return view


def rename(view: SavedView, name: str) -> SavedView:
    """Call a view something else."""
    return _kept(view, name)


def share(view: SavedView, by: User, *, is_shared: bool) -> None:
    """Show a view to the whole team, or to its owner only."""
    view.is_shared, view.team = is_shared, view.owner.team
    view.save(update_fields=["is_shared", "team"])


def move(view: SavedView, by: User, *, earlier: bool) -> None:
    """Move a view one place among one's own tabs; the first-seen view stays first."""
    mine = [one for one in own(by) if one.position != FIRST]
    at = next((place for place, one in enumerate(mine) if one.pk == view.pk), None)
    if at is None:
        return
    mine.insert(max(0, at - 1 if earlier else at + 1), mine.pop(at))
    for place, one in enumerate(mine, 1):
        one.position = place * STEP
    SavedView.objects.bulk_update(mine, ["position"])


def open_with(view: SavedView | None, by: User) -> None:
    """Let a person's list open with one of their own views, or with everybody."""
    mine = SavedView.objects.filter(owner=by, page=PAGE)
    with transaction.atomic():
        mine.filter(position=FIRST).update(position=STEP)
        if view is not None:
            if view.owner_id != by.pk:
                raise ViewRefused("Save your own copy of this view first.")
            mine.filter(pk=view.pk).update(position=FIRST)


def delete(view: SavedView) -> None:
    """Forget a view; the leads stay."""
    view.delete()


def _kept(view: SavedView, name: str) -> SavedView:
    view.name, view.query = " ".join(name.split()), _fits(view.query)
    if not 0 < len(view.name) <= 60:
        raise ViewRefused("Give the view a name of 60 letters at most.")
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise ViewRefused(f"You have a view called «{view.name}» already.") from error
    return view


def _fits(query: str) -> str:
    if len(query) > 2000:
        raise ViewRefused("These filters are too long for a view; save them as a segment.")
    return query
