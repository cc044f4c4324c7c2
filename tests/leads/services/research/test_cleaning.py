"""Plain text of other people's HTML: no menus, no scripts, nothing hidden, and no bomb goes off."""

import time

import pytest

from leads.services.research import cleaning


def lines(html: str) -> tuple[str, ...]:
    return cleaning.clean(html, "https://firm.example/about/").lines


def test_it_reads_what_a_visitor_reads() -> None:
    html = (
        "<html lang='de-DE'><title> About  us </title><meta name=description content='A firm.'>"
        "<nav><a href=/x>Menu</a></nav><h1>We are <b>a</b> firm</h1><p>Two <i>words</i>.</p>"
        "<script>evil()</script><style>p{}</style><footer>Cookies</footer>"
    )
    page = cleaning.clean(html, "https://firm.example/about/")
    assert page.lines == ("We are a firm", "Two words.")
    assert (page.title, page.description, page.language) == ("About us", "A firm.", "de")
    assert page.links == (("Menu", "https://firm.example/x"),)


@pytest.mark.parametrize(
    "trick",
    ["<p hidden>order</p>", "<p style='display:none'>order</p>", "<p style='x:y; display: none'>order</p>",
     "<div style='visibility:hidden'><p>order</p></div>", "<p style='font-size:0'>order</p>",
     "<p aria-hidden=true>order</p>", "<template><p>order</p></template>", "<noscript>order</noscript>",
     "<!-- order -->", "<select><option>order</option></select>", "<p title='order'></p>",
     "<p>" + "".join(chr(0xE0000 + ord(sign)) for sign in "order") + "</p>"],
)  # fmt: skip
def test_what_nobody_sees_is_not_read(trick: str) -> None:
    assert lines(f"<body>{trick}<p>seen</p>") == ("seen",)


@pytest.mark.parametrize("sign", ["\u200b", "\u202e", "\u2066", "\ufeff", "\U000e0041", "\x00", "\ue000"])
def test_invisible_signs_are_taken_out(sign: str) -> None:
    assert cleaning.plain(f"a{sign}b") == "ab"


@pytest.mark.parametrize(
    "bomb",
    ["<div>" * 32_000 + "end", "<b>" * 32_000 + "end", "<ul>" * 20_000 + "end", "<p>" * 200_000 + "end",
     "<a href=x>" * 30_000 + "end", "<" * 300_000, "<p " + "a" * 300_000 + ">end", "<table><td>" * 20_000],
)  # fmt: skip
def test_a_bomb_of_tags_costs_little_time(bomb: str) -> None:
    started = time.perf_counter()
    cleaning.clean(bomb, "https://firm.example/")
    assert (
        time.perf_counter() - started < 1.0
    )  # 32,000 nested tags measure 20 ms; the rest is for slow machines


def test_a_page_too_deep_for_a_tree_still_gives_its_text() -> None:
    assert lines("<div>" * 300 + "words" + "</div>" * 300) == ("words",)
    assert lines("<div>" * 150 + "words" + "</div>" * 150) == ("words",)


def test_a_long_page_is_cut() -> None:
    long = "".join(f"<p>line {number} of a very long page</p>" for number in range(20_000))
    assert sum(map(len, lines(long))) <= cleaning.LONGEST_TEXT


def test_a_broken_link_does_not_break_a_page() -> None:
    page = cleaning.clean("<a href='http://[bad'>x</a><a href='/ok'>y</a>", "https://firm.example/")
    assert page.links == (("y", "https://firm.example/ok"),)
