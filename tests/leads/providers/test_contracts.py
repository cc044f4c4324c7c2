"""The real clients against the sandbox over loopback: shapes, prices and errors of the wire contracts."""
# ruff: noqa: F811

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from campaigns.providers.base import ProviderError
from leads.providers import apollo, dropcontact, hunter, outscraper, web
from leads.providers.sandbox import dropcontact as desk
from leads.providers.sandbox.server import Server
from leads.providers.sandbox.twin import KEY, Twin, base_url
from leads.services.harvesting import catalogue
from tests.leads.sandboxes import client, server  # noqa: F401 - a fixture

SEARCH = {"q_keywords": "dental", "person_locations": ["Austin, TX"], "page": 1, "per_page": 100}


def refusal(call: Any, *words: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        call(*words)
    return caught.value


def ids(server: Server, count: int) -> list[dict[str, str]]:
    page = client(server, "apollo").ask("people_search", SEARCH)
    return [{"id": one["id"]} for one in apollo.people(page.data)[:count]]


def test_apollo_needs_a_master_key_and_says_no_in_plain_text(server: Server) -> None:
    assert refusal(client(server, "apollo", "wrong").ask, "people_search", SEARCH).code == "key"
    error = refusal(client(server, "apollo", "member").ask, "people_search", SEARCH)
    assert (error.code, error.permanent) == ("key", True)
    assert "master key" in error.message


def test_apollo_pages_hide_addresses_and_end_without_a_pagination_object(server: Server) -> None:
    server.sandbox.turn(total=150)
    first = client(server, "apollo").ask("people_search", SEARCH)
    second = client(server, "apollo").ask("people_search", {**SEARCH, "page": 2})
    assert (first.units, len(first.data["people"]), len(second.data["people"])) == (0, 100, 50)
    assert not any("email" in one for one in first.data["people"])
    assert [apollo.is_last(page.data, n) for n, page in ((1, first), (2, second))] == [False, True]


def test_apollo_matches_ten_at_most_with_nulls_and_the_true_price(server: Server) -> None:
    server.sandbox.turn(misses=40)
    answer = client(server, "apollo").ask("people_match", {"details": ids(server, 10)})
    misses = answer.data["matches"].count(None)
    assert 0 < misses < 10
    assert answer.units == 10 - misses == len(apollo.drafts(answer.data))
    assert client(server, "apollo").balance() == 10_000 - answer.units
    error = refusal(client(server, "apollo").ask, "people_match", {"details": ids(server, 11)})
    assert error.code == "refused"
    body = json.dumps({"details": ids(server, 11)}).encode()
    assert raw(server, "apollo", "/people/bulk_match", body, {"x-api-key": "sandbox"}).status == 400


def test_apollo_has_three_windows_and_says_when_to_come_back(server: Server) -> None:
    server.sandbox.turn(**{"limits.search": [2, 6000, 50_000]})
    answers = [
        raw(server, "apollo", "/mixed_people/api_search", b"", {"x-api-key": "sandbox"}) for _ in "abc"
    ]
    assert answers[0].headers["x-minute-requests-left"] == "1"
    assert answers[0].headers["x-24-hour-requests-left"] == "49999"
    assert answers[2].status == 429
    assert 1 <= int(answers[2].headers["retry-after"]) <= 60
    error = refusal(client(server, "apollo").ask, "people_search", SEARCH)
    assert (error.code, error.permanent) == ("rate_limit", False)
    assert 1 <= (error.retry_after or 0) <= 60
    server.sandbox.turn(ahead=120)
    assert client(server, "apollo").ask("people_search", SEARCH).data["people"]


def test_apollo_tells_a_mobile_number_later(server: Server) -> None:
    asking = client(server, "apollo", callback="https://crm.example/webhooks/x/")
    job = asking.ask("phone_reveal", ids(server, 1)[0])
    assert (job.is_ready, job.external_id.isdecimal()) == (False, True)
    assert asking.poll("phone_reveal", job.external_id).is_ready is False
    done = asking.poll("phone_reveal", job.external_id)
    assert done.units in (1, 9)
    assert refusal(asking.poll, "phone_reveal", "123").code == "not_found"


def test_apollo_describes_companies(server: Server) -> None:
    answer = client(server, "apollo").ask("organization_enrichment", {"domains": ["a.example", "b.example"]})
    assert answer.units == 2
    assert [one.domain for one in apollo.companies(answer.data)] == ["a.example", "b.example"]


def test_hunter_pays_per_call_and_counts_a_long_check_once(server: Server) -> None:
    server.sandbox.turn(verifying=2)
    asking = client(server, "hunter")
    for _ in range(2):
        error = refusal(asking.ask, "email_verification", {"email": "ann.lee@a.example"})
        assert (error.code, error.permanent) == ("pending", False)
    answer = asking.ask("email_verification", {"email": "ann.lee@a.example"})
    assert hunter.verdict(answer.data) in ("valid", "risky", "invalid")
    assert server.sandbox.book.billed("hunter") == 1


@pytest.mark.parametrize(
    ("fault", "code", "permanent"),
    [("222", "server_error", False), ("slow", "rate_limit", False), ("quota", "quota", True),
     ("451", "restricted", True), ("key", "key", True), ("500", "server_error", False)],
)  # fmt: skip
def test_hunter_has_numbers_of_its_own(server: Server, fault: str, code: str, permanent: bool) -> None:
    server.sandbox.fail("hunter", fault)
    error = refusal(client(server, "hunter").ask, "email_verification", {"email": "a@a.example"})
    assert (error.code, error.permanent) == (code, permanent)


def test_hunter_turns_the_pages_of_a_domain(server: Server) -> None:
    question = {"domain": "a.example", "limit": 1, "offset": 0}
    first = client(server, "hunter").ask("domain_search", question)
    second = client(server, "hunter").ask("domain_search", {**question, "offset": 1})
    people = hunter.drafts(first.data) + hunter.drafts(second.data)
    assert hunter.total(first.data) == len({one.email for one in people}) == 2


def test_hunter_finds_nobody_in_two_ways(server: Server) -> None:
    found = client(server, "hunter").ask(
        "email_finding", {"domain": "a.example", "first_name": "Ann", "last_name": "Lee"}
    )
    assert hunter.found_address(found.data)[0] in ("", "ann.lee@a.example")
    assert hunter.found_address({"data": {"email": None}}) == ("", "unknown")


def test_dropcontact_is_ready_after_some_polls_and_an_unknown_order_never(server: Server) -> None:
    server.sandbox.turn(polls=3)
    asking = client(server, "dropcontact")
    people = [{"lead_id": n, "first_name": "Ann", "last_name": f"Lee{n}", "company": "A"} for n in range(20)]
    job = asking.ask("enrichment", dropcontact.question(people))
    assert [asking.poll("enrichment", job.external_id).is_ready for _ in range(4)] == [False] * 3 + [True]
    done = asking.poll("enrichment", job.external_id)
    assert done.units == dropcontact.billed(done.data) == server.sandbox.book.billed("dropcontact")
    assert {one.lead_id for one in dropcontact.found(done.data)} == set(range(20))
    assert asking.poll("enrichment", "nobody").is_ready is False


def test_dropcontact_refuses_a_batch_that_credits_do_not_cover(server: Server) -> None:
    server.sandbox.turn(credits_dropcontact=3)
    people = [{"lead_id": n, "first_name": "A", "last_name": f"L{n}", "company": "A"} for n in range(4)]
    error = refusal(client(server, "dropcontact").ask, "enrichment", dropcontact.question(people))
    assert (error.code, server.sandbox.book.billed("dropcontact")) == ("quota", 0)
    many = dropcontact.question({**people[0], "lead_id": n} for n in range(251))
    assert refusal(client(server, "dropcontact").ask, "enrichment", many).code == "refused"


@pytest.mark.parametrize(
    ("said", "means"),
    [("nominative@pro", "nominative@pro"), ("Catch_All@pro", "catch-all@pro"),
     ("random@pro", "catch-all@pro"), ("Do_Not_Contact", "do not contact"),
     ("invalid@invalid domain", "invalid@invalid domain")],
)  # fmt: skip
def test_dropcontact_words_come_in_many_spellings(said: str, means: str) -> None:
    assert dropcontact.qualification(said) == means


def test_dropcontact_only_sure_addresses_are_taken(server: Server) -> None:
    row = {
        "custom_fields": {"lead_id": "7"},
        "email": [{"email": "a@b.example", "qualification": "catch_all@pro"}],
    }
    assert dropcontact.found({"data": [row]})[0].email == ""
    assert dropcontact.found({"data": [row]}, take_catch_all=True)[0].email_status == "risky"
    row["email"] = [{"email": "a@b.example", "qualification": "Do_Not_Contact"}]
    assert dropcontact.found({"data": [row]})[0].wants_no_contact


def test_dropcontact_calls_back_with_a_list(server: Server) -> None:
    question = dropcontact.question([{"lead_id": 1, "first_name": "A", "last_name": "B", "company": "C"}])
    job = client(server, "dropcontact").ask("enrichment", question)
    body = desk.callback_body(job.external_id, server.sandbox.book)
    assert isinstance(body, list)
    assert body[0]["data"]["request_id"] == job.external_id


def test_outscraper_goes_from_pending_to_success_and_back_after_two_hours(server: Server) -> None:
    asking = client(server, "outscraper")
    job = asking.ask("maps_search", outscraper.question("dental", "Austin, TX", limit=20))
    assert [asking.poll("maps_search", job.external_id).is_ready for _ in range(2)] == [False, True]
    done = asking.poll("maps_search", job.external_id)
    places = outscraper.places(done.data)
    assert done.units == len(places) == 20 == server.sandbox.book.billed("outscraper")
    assert outscraper.time_zone(places[0]) == "America/Chicago"
    server.sandbox.turn(ahead=3 * 3600)
    assert asking.poll("maps_search", job.external_id).is_ready is False


def test_outscraper_fails_in_three_ways(server: Server) -> None:
    asking = client(server, "outscraper")
    job = asking.ask("maps_search", outscraper.question("dental", "Austin, TX", limit=20))
    server.sandbox.turn(failure=1, polls=0)
    assert refusal(asking.poll, "maps_search", job.external_id).code == "refused"
    server.sandbox.turn(error200=1)
    assert refusal(asking.ask, "maps_search", outscraper.question("a", "b", limit=20)).code == "refused"
    server.sandbox.fail("outscraper", "quota")
    assert refusal(asking.ask, "maps_search", outscraper.question("a", "b", limit=20)).code == "quota"


def test_places_are_known_once_by_id_then_site_then_phone() -> None:
    one, two = {"name": "A", "place_id": "x"}, {"name": "A again", "place_id": "x"}
    site, phone = {"name": "B", "site": "http://b.example"}, {"name": "C", "phone": "1"}
    assert len(outscraper.places({"data": [[one, two, site], [site, phone, {"name": "nobody"}]]})) == 3
    assert len(outscraper.places({"data": [one, two, phone]})) == 2


@pytest.mark.parametrize("name", sorted(catalogue.CLIENTS))
@pytest.mark.parametrize(
    ("fault", "code"),
    [("500", "server_error"), ("503html", "server_error"), ("cut", "unknown"), ("html", "bad_answer"),
     ("garbage", "bad_answer"), ("types", "bad_answer"), ("key", "key"), ("quota", "quota"),
     ("slow", "rate_limit")],
)  # fmt: skip
def test_every_client_says_what_kind_of_trouble_it_is(
    name: str, fault: str, code: str, server: Server
) -> None:
    questions: dict[str, tuple[str, Any]] = {
        "apollo": ("people_match", {"details": [{"id": "x"}]}),
        "hunter": ("domain_search", {"domain": "a.example", "limit": 10, "offset": 0}),
        "dropcontact": (
            "enrichment",
            dropcontact.question([{"lead_id": 1, "last_name": "B", "company": "C"}]),
        ),
        "outscraper": ("maps_search", outscraper.question("dental", "Austin, TX", limit=20)),
    }
    server.sandbox.fail(name, fault)
    assert refusal(client(server, name).ask, *questions[name]).code == code


def test_a_provider_that_is_silent_or_gone_is_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
        silent = web.Web("Hunter", f"http://127.0.0.1:{port}", {}, timeout=0.2)
        assert refusal(silent.ask, "GET", "/").code == "unknown"
    assert refusal(web.Web("Hunter", f"http://127.0.0.1:{port}", {}).ask, "GET", "/").code == "server_error"


def test_a_giant_answer_is_not_read_to_its_end(flood: int) -> None:
    error = refusal(web.Web("Hunter", f"http://127.0.0.1:{flood}", {}).ask, "GET", "/")
    assert error.code == "bad_answer"


@pytest.mark.parametrize("name", sorted(catalogue.CLIENTS))
def test_the_offline_twin_tells_the_same_as_the_server(name: str, server: Server) -> None:
    kind = catalogue.CLIENTS[name]
    twin = kind(web.Web(kind.label, base_url(name), kind.headers(KEY), transport=Twin(server.sandbox, name)))
    assert twin.balance() == client(server, name).balance()
    server.sandbox.fail(name, "key")
    with pytest.raises(ProviderError, match="refused"):
        twin.balance()


def test_the_sandbox_can_be_steered_and_read_from_outside(server: Server) -> None:
    raw(server, "", "/_faults", b'{"provider": "hunter", "fault": "500", "times": 2}', {})
    raw(server, "", "/_knobs", b'{"polls": 0, "credits_apollo": 7}', {})
    assert client(server, "apollo").balance() == 7
    assert refusal(client(server, "hunter").balance).code == "server_error"
    log = json.loads(raw(server, "", "/_log?provider=hunter", None, {}).body)
    assert [(row["path"], row["status"], Decimal(row["units"])) for row in log] == [("/v2/account", 500, 0)]


class Raw:
    """An answer as it came."""

    def __init__(self, answer: Any) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()


def raw(server: Server, name: str, path: str, body: bytes | None, headers: dict[str, str]) -> Raw:
    base = server.base_url(name) if name else f"http://127.0.0.1:{server.server_address[1]}"
    request = urllib.request.Request(base + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return Raw(answer)
    except urllib.error.HTTPError as error:
        return Raw(error)


@pytest.fixture
def flood() -> Iterator[int]:
    """A server whose answer does not end."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_flood, args=(door,), daemon=True).start()
        yield door.getsockname()[1]


def _flood(door: socket.socket) -> None:
    line, _ = door.accept()
    with line:
        line.recv(4096)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900000000\r\n\r\n")
        try:
            while True:
                line.sendall(b"x" * 1_000_000)
        except OSError:
            return
