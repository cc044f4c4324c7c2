"""Visiting pages: small, quick, text only, politely; a real server on loopback stands behind the names."""

import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from campaigns.providers import web as doors
from campaigns.providers.base import ProviderError
from campaigns.providers.offline_web import OfflineWeb
from campaigns.providers.web import Manners, Web
from campaigns.providers.wire import Deadline

HTML = "text/html; charset=utf-8"


@pytest.fixture
def visit(httpserver: HTTPServer) -> Callable[..., Web]:
    """Return a door for which «firm.example» and «other.example» stand on this machine."""
    at = (httpserver.host, httpserver.port)

    def made(**facts: Any) -> Web:
        admit = facts.pop("admit", lambda host: 0.0)
        sandbox = {"firm.example": at, "other.example": at}
        return Web(Manners(sandbox=sandbox, **{"respects_robots": False, **facts}), admit=admit)

    return made


def test_it_reads_a_page_and_keeps_the_name_in_the_host_header(httpserver: HTTPServer, visit: Any) -> None:
    httpserver.expect_request("/").respond_with_data("<h1>Grüße</h1>", content_type=HTML)
    page = visit(agent="Loom/9").get("http://firm.example/")
    assert (page.text, page.url, page.is_cut) == ("<h1>Grüße</h1>", "http://firm.example/", False)
    request = httpserver.log[0][0]
    assert (request.host, request.headers["User-Agent"]) == ("firm.example", "Loom/9")


def test_three_redirects_are_followed_and_a_fourth_is_not(httpserver: HTTPServer, visit: Any) -> None:
    for number in range(5):
        onward = {"Location": f"/{number + 1}"}
        httpserver.expect_request(f"/{number}").respond_with_data("", 302, headers=onward)
    httpserver.expect_request("/3").respond_with_data("there", content_type=HTML)
    with pytest.raises(ProviderError, match="more than three times"):
        visit().get("http://firm.example/0")
    assert len(httpserver.log) == 4
    httpserver.expect_request("/5").respond_with_data("there", content_type=HTML)
    assert visit().get("http://firm.example/2").url == "http://firm.example/5"


def test_a_key_is_not_carried_to_another_host(httpserver: HTTPServer, visit: Any) -> None:
    onward = {"Location": "http://other.example/there"}
    httpserver.expect_request("/here").respond_with_data("", 302, headers=onward)
    httpserver.expect_request("/there").respond_with_data("x", content_type=HTML)
    visit().get("http://firm.example/here", headers={"Authorization": "Bearer secret"})
    assert [entry[0].headers.get("Authorization") for entry in httpserver.log] == ["Bearer secret", None]


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_packed_bomb_stays_small(httpserver: HTTPServer, visit: Any, coding: str, pack: Any) -> None:
    body = pack(b"a" * 50_000_000)
    httpserver.expect_request("/").respond_with_data(
        body, content_type=HTML, headers={"Content-Encoding": coding}
    )
    page = visit().get("http://firm.example/")
    assert (len(page.text), page.is_cut, len(body) < 100_000) == (doors.BYTES, True, True)


def test_a_packed_page_is_unpacked_whole(httpserver: HTTPServer, visit: Any) -> None:
    text = "".join(f"<p>line {number}</p>" for number in range(20_000))
    packed = gzip.compress(text.encode())
    httpserver.expect_request("/").respond_with_data(
        packed, content_type=HTML, headers={"Content-Encoding": "gzip"}
    )
    assert visit().get("http://firm.example/").text == text


def test_an_endless_page_is_cut_and_the_line_closed(httpserver: HTTPServer, visit: Any) -> None:
    sent: list[int] = []

    def endless(request: Request) -> Response:
        def parts() -> Any:
            for _ in range(1_000):
                sent.append(1)
                yield b"a" * 100_000

        return Response(parts(), content_type=HTML)

    httpserver.expect_request("/").respond_with_handler(endless)
    assert visit().get("http://firm.example/").is_cut
    assert len(sent) < 200


def test_a_dripping_page_ends_with_the_time_of_the_visit(httpserver: HTTPServer, visit: Any) -> None:
    ticks = iter(range(10_000))
    httpserver.expect_request("/").respond_with_data("a" * 3_000_000, content_type=HTML)
    door = visit()
    door._deadline._timer = lambda: next(ticks) * 1.0
    with pytest.raises(ProviderError, match="did not answer in time"):
        door.get("http://firm.example/")


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "application/octet-stream", "text/css"])
def test_what_is_not_a_page_of_text_is_refused(httpserver: HTTPServer, visit: Any, kind: str) -> None:
    httpserver.expect_request("/").respond_with_data("x", content_type=kind)
    with pytest.raises(ProviderError, match="not text"):
        visit().get("http://firm.example/")


def test_robots_are_heeded_unless_a_setting_says_otherwise(httpserver: HTTPServer, visit: Any) -> None:
    rules = "User-agent: *\nDisallow: /team\n"
    httpserver.expect_request("/robots.txt").respond_with_data(rules, content_type="text/plain")
    httpserver.expect_request("/team").respond_with_data("x", content_type=HTML)
    httpserver.expect_request("/").respond_with_data("home", content_type=HTML)
    polite = visit(respects_robots=True)
    with pytest.raises(ProviderError, match="stay away"):
        polite.get("http://firm.example/team")
    assert polite.get("http://firm.example/").text == "home"
    assert [entry[0].path for entry in httpserver.log] == ["/robots.txt", "/"]
    assert visit(respects_robots=False).get("http://firm.example/team").text == "x"


@pytest.mark.parametrize(("status", "welcome"), [(404, True), (403, True), (503, False)])
def test_a_site_without_wishes_is_open_and_one_in_trouble_is_left_alone(
    httpserver: HTTPServer, visit: Any, status: int, welcome: bool
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status)
    httpserver.expect_request("/").respond_with_data("home", content_type=HTML)
    door = visit(respects_robots=True)
    if welcome:
        assert door.get("http://firm.example/").text == "home"
    else:
        with pytest.raises(ProviderError, match="stay away"):
            door.get("http://firm.example/")


def test_a_host_is_not_visited_faster_than_its_bucket_allows(httpserver: HTTPServer, visit: Any) -> None:
    waits = iter([0.0, 4.0])
    httpserver.expect_request("/").respond_with_data("home", content_type=HTML)
    door = visit(admit=lambda host: next(waits))
    door.get("http://firm.example/")
    with pytest.raises(ProviderError) as refusal:
        door.get("http://firm.example/")
    assert (refusal.value.retry_after, refusal.value.code, len(httpserver.log)) == (4.0, "rate_limit", 1)


def test_with_an_allow_list_only_its_hosts_are_visited(httpserver: HTTPServer, visit: Any) -> None:
    httpserver.expect_request("/").respond_with_data("home", content_type=HTML)
    assert visit(allowed=["firm.example"]).get("http://firm.example/").text == "home"
    with pytest.raises(ProviderError, match="not among the websites"):
        visit(allowed=["firm.example"]).get("http://other.example/")


def test_an_outgoing_proxy_gets_the_request_with_its_full_address(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("by proxy", content_type=HTML)
    manners = Manners(respects_robots=False, proxy=f"http://{httpserver.host}:{httpserver.port}")
    assert Web(manners).get("http://firm.com/").text == "by proxy"
    with pytest.raises(ProviderError):
        Web(manners).get("http://127.0.0.1/")
    assert [entry[0].host for entry in httpserver.log] == ["firm.com"]


@pytest.mark.parametrize("charset", ["latin-1", "nonsense", "hex", "utf-16"])
def test_an_odd_charset_never_breaks_a_page(httpserver: HTTPServer, visit: Any, charset: str) -> None:
    httpserver.expect_request("/").respond_with_data(
        b"caf\xe9 s", content_type=f"text/html; charset={charset}"
    )
    text = visit().get("http://firm.example/").text
    assert text
    if charset == "latin-1":
        assert text == "café s"


def test_a_server_error_may_be_tried_again_and_a_missing_page_not(httpserver: HTTPServer, visit: Any) -> None:
    httpserver.expect_request("/gone").respond_with_data("", 404)
    httpserver.expect_request("/busy").respond_with_data("", 503, headers={"Retry-After": "7"})
    for path, permanent, wait in (("gone", True, None), ("busy", False, 7.0)):
        with pytest.raises(ProviderError) as refusal:
            visit().get(f"http://firm.example/{path}")
        assert (refusal.value.permanent, refusal.value.retry_after) == (permanent, wait)


def test_the_offline_web_is_the_same_at_every_visit_and_invents_nothing_about_real_names() -> None:
    doors_ = [Web(Manners(), transport=OfflineWeb(), deadline=Deadline()) for _ in range(2)]
    home, again = (door.get("https://bright-dental-a1b2.example/").text for door in doors_)
    assert home == again
    assert "Bright Dental is a dental practice" in home
    with pytest.raises(ProviderError, match="OFFLINE_PROVIDERS=0"):
        doors_[0].get("https://google.com/")
