"""Questions that most trees ask, to start from instead of an empty line."""

from leads.services.trees import Tree

#: code → (name, rule)
PRESETS: dict[str, tuple[str, Tree]] = {
    "score": ("score", {"field": "score", "op": "gte", "value": {"setting": "minimum_score"}}),
    "budget": ("budget", {"field": "budget", "op": "gte", "value": 1_000}),
    "size": ("size", {"field": "employees", "op": "between", "value": [5, 500]}),
    "industry": ("industry", {"field": "industry", "op": "contains", "value": {"setting": "vertical"}}),
    "location": ("location", {"field": "city", "op": "contains", "value": {"setting": "location"}}),
    "may_email": ("may be e-mailed", {"field": "may_email", "op": "is", "value": True}),
    "may_call": ("may be called", {"field": "may_call", "op": "is", "value": True}),
    "may_sms": ("may get an SMS", {"field": "may_sms", "op": "is", "value": True}),
    "may_linkedin": ("LinkedIn", {"field": "may_linkedin", "op": "is", "value": True}),
}
LABELS = {
    "score": "Score reaches the campaign's minimum",
    "budget": "Budget",
    "size": "Size of the company",
    "industry": "Industry of the campaign",
    "location": "Place of the campaign",
    "may_email": "May be e-mailed",
    "may_call": "May be called",
    "may_sms": "May get an SMS",
    "may_linkedin": "Reachable on LinkedIn",
}
