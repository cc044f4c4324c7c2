"""Who gets a person that came by a form, decided in the moment they come."""

from django.db.models import Count, Q

from campaigns.models import User
from campaigns.models.user import Role
from leads.models import Lifecycle, WebForm

Rule = WebForm.OwnerRule
_DONE = (Lifecycle.CUSTOMER, Lifecycle.LOST)


def choose(form: WebForm) -> tuple[int | None, int | None]:
    """Return the owner and the team for a new person; somebody away gets nobody new."""
    team_id = form.team_id or (form.owner.team_id if form.owner else None)
    if form.owner_rule == Rule.PERSON and form.owner and form.owner.is_active and not form.owner.is_away:
        return form.owner_id, team_id
    if form.owner_rule == Rule.POOL or team_id is None:
        return None, team_id
    return _lightest(team_id), team_id


def _lightest(team_id: int) -> int | None:
    """Return whoever of a team carries the fewest open leads and has room for one more."""
    able = User.objects.filter(team_id=team_id, is_active=True, is_away=False, role=Role.REP)
    carried = Count("leads", filter=~Q(leads__lifecycle__in=_DONE) & Q(leads__merged_into=None))
    for person in able.annotate(carried=carried).order_by("carried", "pk"):
        if person.carried < person.capacity:
            return person.pk
    return None
