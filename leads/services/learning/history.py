"""The kept facts with their outcomes as a table to learn from: one row a person, in the order of time."""

from datetime import datetime
from typing import Any

from campaigns.models import Prediction
from campaigns.services.learning.table import Table
from leads.services.learning import features, snapshots

MOST = 50_000


def load() -> Table:
    """Return everybody whose outcome is known, by the first score they got; the newest 50,000 at most."""
    rows = Prediction.objects.filter(version__kind=snapshots.KIND, outcome__isnull=False).order_by(
        "-made_at", "-pk"
    )
    first: dict[int, tuple[datetime, bool, dict[str, Any]]] = {}
    for subject, moment, outcome, kept in rows.values_list("subject_id", "made_at", "outcome", "features")[
        :MOST
    ]:
        first[subject] = (moment, bool(outcome), kept)
    found = sorted(
        ((moment, pk, good, kept) for pk, (moment, good, kept) in first.items()), key=lambda one: one[:2]
    )
    people = [snapshots.known(kept) for _, _, _, kept in found]
    keys = set(features.kept()).union(*people)
    columns = {key: [person.get(key) for person in people] for key in sorted(keys)}
    own = {key: values for key, values in columns.items() if key.startswith(f"{snapshots.OWN}.")}
    return Table(
        features.learnable(own), columns, [good for _, _, good, _ in found],
        [moment for moment, _, _, _ in found], [pk for _, pk, _, _ in found],
    )  # fmt: skip
