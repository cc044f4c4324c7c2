from datetime import UTC, datetime, timedelta

import pytest

from outreach.providers.events import DeliveryEvent
from outreach.services import bots

SENT = datetime(2026, 11, 21, 12, tzinfo=UTC)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"


def visit(kind="opened", after=60.0, agent=CHROME, **facts):
    return DeliveryEvent("u", kind, "web", "e", SENT + timedelta(seconds=after), agent, **facts)


@pytest.mark.parametrize(
    ("event", "origin", "reason"),
    [
        (visit(), "human", "browser"),
        (visit(agent="Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) Mobile/15E148"), "human", "browser"),
        (visit(agent=GMAIL), "human", "picture proxy"),
        (visit(agent=GMAIL, ip="34.100.1.1"), "human", "picture proxy"),
        (visit(after=1.5), "bot", "two seconds"),
        (visit(after=-30), "bot", "two seconds"),
        (visit(agent="Mozilla/5.0"), "bot", "Apple"),
        (visit(agent="Barracuda Sentinel (EE)"), "bot", "barracuda"),
        (visit(agent="Mozilla/5.0 (compatible; SafeLinks scanner)"), "bot", "safelinks"),
        (visit(agent="python-requests/2.32"), "bot", "program"),
        (visit(agent="Mozilla/5.0 HeadlessChrome/130"), "bot", "headless"),
        (visit(data={"machine": True}), "bot", "marked"),
        (visit(kind="clicked", data={"method": "HEAD"}), "bot", "headers only"),
        (visit(data={"purpose": "prefetch"}), "bot", "ahead"),
        (visit(ip="40.94.20.1"), "bot", "data centre"),
        (visit(data={"network": "data centre"}), "bot", "data centre"),
        (visit(ip="not an address"), "human", "browser"),
        (visit(agent=""), "unknown", "no program"),
        (visit(agent="Zorglub"), "unknown", "unfamiliar"),
        (visit(kind="replied", agent=""), "human", "own word"),
        (visit(kind="delivered", agent=""), "unknown", ""),
    ],
)
def test_every_verdict_has_its_reason(event, origin, reason):
    verdict = bots.judge(event, SENT)
    assert verdict.origin == origin
    assert reason in verdict.reason


def test_several_links_within_a_second_are_a_machines():
    clicks = [
        (1, "a", SENT, ("w", "1")),
        (1, "b", SENT + timedelta(seconds=0.9), ("w", "2")),
        (2, "a", SENT, ("w", "3")),
    ]
    assert bots.bursts(clicks) == {("w", "1"), ("w", "2")}


def test_the_same_link_twice_is_an_impatient_person():
    assert (
        bots.bursts([(1, "a", SENT, ("w", "1")), (1, "a", SENT + timedelta(seconds=0.2), ("w", "2"))])
        == set()
    )


def test_links_two_seconds_apart_are_a_persons():
    assert (
        bots.bursts([(1, "a", SENT, ("w", "1")), (1, "b", SENT + timedelta(seconds=2), ("w", "2"))]) == set()
    )
