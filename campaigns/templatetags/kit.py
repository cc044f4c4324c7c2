"""Sample figures for the gallery of components at /kit/, so that every part is seen with life in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def kit_samples() -> dict[str, Any]:
    """Return one sample for each part that needs data."""
    return {
        "tones": ["indigo", "woad", "teal", "fern", "weld", "madder", "crimson", "plum", "ink"],
        "channels": ["email", "linkedin", "sms", "voice", "chat", "google_ads", "meta", "system"],
        "statuses": ["Replied", "In sequence", "Routed", "Qualified", "Scored", "Paused", "Bounced", "Hot"],
        "kpis": _kpis(),
        "funnel": _funnel(),
        "providers": _providers(),
        "variants": _variants(),
        "hours": [{"label": 8 + n, "value": sent, "extra": queued} for n, (sent, queued) in enumerate(HOURS)],
        "signals": [{"label": label, "note": note, "value": value} for label, note, value in SIGNALS],
        "budget": _budget(),
        "budget_marks": [{"x": date(2026, 11, 25), "y": 1500, "label": "25 Nov"}],
        "decision": {
            "id": 1,
            "priority": "High",
            "title": "Add $350 to the budget",
            "approve_url": "#",
            "evidence": "Return is 500 %, over the 300 % scale-up line. The cap stops 19 leads a day.",
            "effect": "+5 won, +$3,840",
            "certainty": 0.68,
            "change_url": "#",
            "dismiss_url": "#",
        },
        "tabs": [
            {"label": "Overview", "url": "#", "active": True},
            {"label": "Leads", "url": "#", "count": "2,400"},
        ],
        "segments": [{"label": "Leads", "url": "#", "active": True}, {"label": "Cost", "url": "#"}],
        "stages": [
            {"label": "Harvest", "done": 1, "total": 1, "state": "done"},
            {"label": "Score", "done": 204, "total": 312, "state": "now"},
            {"label": "Qualify", "done": 0, "total": 1},
            {"label": "Route", "done": 0, "total": 1},
        ],
    }


HOURS = [(12, 0), (16, 0), (13, 2), (0, 5), (0, 0), (0, 4), (0, 3), (0, 2), (0, 0)]
SIGNALS = [
    ("Company fit", "6 sites", 14),
    ("Engagement", "reply, opens", 11),
    ("Role", "decision maker", 9),
    ("Buying signals", "hiring 2", 8),
    ("Timing", "contract to March", -3),
    ("Distance", "outside core", -1),
]


def _kpis() -> list[dict[str, Any]]:
    return [
        {
            "label": "Replies, 7 days",
            "value": "63",
            "spark": [6, 8, 5, 9, 7, 11, 8, 10, 12, 9, 13, 14],
            "change": 18,
            "change_unit": "%",
            "foot": "vs previous 7 days",
        },
        {
            "label": "Meetings booked",
            "value": "9",
            "unit": "of 10",
            "spark": [2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9],
            "tone": "fern",
            "change": 12,
            "change_unit": "%",
            "foot": "vs previous 7 days",
        },
        {
            "label": "Cost per qualified lead",
            "value": "$1.42",
            "spark": [9, 9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4],
            "tone": "teal",
            "change": -9,
            "change_unit": "%",
            "better": "down",
            "foot": "vs previous 7 days",
        },
        {"label": "Return", "value": "500", "unit": "%", "foot": "Scale up over 300 %", "state": "good"},
    ]


def _funnel() -> list[dict[str, Any]]:
    rows = [
        ("Harvested", 2400, "Apollo, Outscraper", "download", ""),
        ("Scored", 2388, "average 57", "gauge", ""),
        ("Qualified", 812, "score 60 or rule", "circle-check", ""),
        ("Routed", 804, "4 sequences", "route", ""),
        ("Nurtured", 771, "2,913 emails", "mail", ""),
        ("Replied", 64, "83 % positive", "reply", "madder"),
        ("Won", 9, "$768 each", "trophy", "fern"),
    ]
    return [dict(zip(("label", "count", "note", "icon", "tone"), row, strict=True)) for row in rows]


def _providers() -> list[dict[str, Any]]:
    rows = [
        ("Apollo", "Lead search, 2,400 records", 412.40),
        ("Dropcontact", "Email verification", 238.10),
        ("Anthropic", "Research + scoring, 4.1 M tokens", 186.25),
        ("Twilio", "612 SMS, 184 call min", 148.35),
    ]
    return [{"label": label, "note": note, "value": value} for label, note, value in rows]


def _variants() -> list[dict[str, Any]]:
    rows = [
        ("Professional", 17, 0.066, 0.042, 0.103, "best 4 %", "ink"),
        ("Friendly", 20, 0.078, 0.051, 0.117, "best 14 %", "woad"),
        ("Direct", 27, 0.105, 0.073, 0.148, "best 82 %", "indigo"),
    ]
    return [
        {
            "label": name,
            "note": f"{won} of 257",
            "value": rate,
            "low": low,
            "high": high,
            "text2": best,
            "tone": tone,
        }
        for name, won, rate, low, high, best, tone in rows
    ]


def _budget() -> list[dict[str, Any]]:
    first = date(2026, 11, 2)
    days = [first + timedelta(days=n) for n in range(31)]
    spent = [(day, 60 * n + 10 * (n % 4)) for n, day in enumerate(days[:20])]
    ahead = [(day, spent[-1][1] + 62 * n) for n, day in enumerate(days[19:27])]
    return [
        {"label": "Spent", "points": spent, "area": True},
        {"label": "Plan", "points": [(days[0], 0), (days[-1], 1500)], "tone": "ink", "style": "plan"},
        {
            "label": "Forecast, 80 % range",
            "points": ahead,
            "tone": "madder",
            "style": "dashed",
            "band": [(day, y - 9 * n, y + 9 * n) for n, (day, y) in enumerate(ahead)],
        },
    ]
