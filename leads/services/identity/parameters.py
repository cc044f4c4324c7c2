"""The matcher's parameters: those shipped, which work from the first lead, or what was learned here.

A learned set is a ``ModelVersion`` of kind ``identity`` with plain numbers; the champion counts.
"""

import json
import math
from typing import Any

from campaigns.services import bulk
from leads.services.identity import fields
from leads.services.identity.fellegi_sunter import Model

KIND = "identity"
ALGORITHM = "fellegi_sunter"
_CHAMPION = (
    "SELECT params, version FROM campaigns_modelversion"
    " WHERE kind = %s AND scope = '' AND status = 'champion'"
)
#: Of 100 records about 3 are second records of a person we have; the prior follows the number of leads.
DUPLICATES = 0.03
FEWEST = 1000
COUNTED = 5000  # leads: so many are counted exactly
#: (m, u) at the levels else, similar, close, exact: how often for one person, how often for two.
SHIPPED: dict[str, tuple[list[float], list[float]]] = {
    "first_name": ([0.04, 0.06, 0.10, 0.80], [0.955, 0.02, 0.01, 0.015]),
    "last_name": ([0.05, 0.03, 0.07, 0.85], [0.97, 0.015, 0.005, 0.010]),
    "email": ([0.45, 0.02, 0.08, 0.45], [0.999299, 0.0005, 0.0002, 0.000001]),
    "phone": ([0.30, 0.02, 0.03, 0.65], [0.998398, 0.0015, 0.0001, 0.000002]),
    "linkedin": ([0.02, 0.005, 0.005, 0.97], [0.999997, 0.000001, 0.000001, 0.000001]),
    "external_id": ([0.40, 0.01, 0.01, 0.58], [0.9997, 0.0001, 0.0001, 0.0001]),
    "company": ([0.25, 0.05, 0.10, 0.60], [0.963, 0.03, 0.003, 0.004]),
    "title": ([0.30, 0.10, 0.15, 0.45], [0.90, 0.05, 0.02, 0.03]),
    "city": ([0.45, 0.02, 0.03, 0.50], [0.95, 0.01, 0.01, 0.03]),
    "country": ([0.08, 0.01, 0.01, 0.90], [0.69, 0.01, 0.01, 0.29]),
}


def shipped(number: int) -> Model:
    """Return the shipped model for a house of ``number`` leads."""
    tables = [SHIPPED[field.name] for field in fields.LEAD]
    return Model(fields.LEAD, [m for m, _ in tables], [u for _, u in tables], prior_of(number))


def prior_of(number: int) -> float:
    """Return the log2 odds that any two of so many records are one person."""
    chance = DUPLICATES / max(number, FEWEST)
    return math.log2(chance / (1 - chance))


def current() -> tuple[Model, str]:
    """Return the model in use and its name: the champion, else what is shipped."""
    number, rows = how_many(), bulk.fetch(_CHAMPION, [KIND])
    if not rows:
        return shipped(number), "shipped"
    params, version = rows[0]
    return read(json.loads(params) if isinstance(params, str) else params, number), f"v{version}"


def read(params: dict[str, Any], number: int) -> Model:
    """Return a stored model; a field it does not know keeps the shipped weights."""
    known = {**SHIPPED, **{name: tuple(table) for name, table in params["fields"].items()}}
    tables = [known[field.name] for field in fields.LEAD]
    return Model(fields.LEAD, [list(m) for m, _ in tables], [list(u) for _, u in tables], prior_of(number))


def write(model: Model) -> dict[str, Any]:
    """Return a model as the numbers that are stored."""
    return {"fields": {f.name: [m, u] for f, m, u in zip(model.fields, model.m, model.u, strict=True)}}


def how_many() -> int:
    """Return about how many leads there are: counted up to a few thousand, beyond that the highest id."""
    some = f"SELECT count(*) AS number FROM (SELECT 1 FROM leads_lead LIMIT {COUNTED + 1}) l"  # noqa: S608
    most = "(SELECT max(id) FROM leads_lead)"
    sql = f"SELECT CASE WHEN number > {COUNTED} THEN {most} ELSE number END FROM ({some}) s"  # noqa: S608
    return int(bulk.fetch(sql)[0][0] or 0)
