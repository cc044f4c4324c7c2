"""Which web addresses are public: every way to write an inside address is refused."""

import ipaddress

import pytest

from campaigns.providers import addresses
from campaigns.providers.addresses import Forbidden

LOOPBACK_SPELLINGS = (
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0x7f.0x0.0x0.0x1/", "http://0177.0.0.1/", "http://017700000001/",
    "http://0177.0.0.01/", "http://127.0.0.1./", "http://0/", "http://0.0.0.0/", "http://00000000/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://app.localhost/",
    "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127%2e0.0.1/",
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[0000::1]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::1]/", "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd12:3456::1]/", "http://[ff02::1]/",
    "http://10.0.0.1/", "http://172.16.5.4/", "http://192.168.0.1/", "http://169.254.169.254/",
    "http://100.64.0.1/", "http://192.0.0.8/", "http://192.0.0.192/", "http://192.0.2.5/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://240.0.0.1/", "http://255.255.255.255/",
    "http://192.88.99.1/", "http://metadata.google.internal/", "http://printer.local/", "http://intranet/",
)  # fmt: skip
ODD = (
    "ftp://firm.com/", "file:///etc/passwd", "gopher://firm.com/", "javascript:alert(1)", "//firm.com/", "",
    "http://", "http:///path", "http://user:secret@firm.com/", "http://firm.com@127.0.0.1/",
    "http://firm.com:8080/", "https://firm.com:80/", "http://firm.com:99999/", "http://firm.com\\@127.0.0.1/",
    "http://firm.com/\r\nHost: inside", "http://fi rm.com/", "http://firm..com/", "http://-firm.com/",
    "http://firm.com#@127.0.0.1:22/".replace("#", "%23"), "http://" + "a" * 64 + ".com/",
    "http://firm.com/" + "a" * 2_000, "http://1.2.3.4.5/", "http://firm.0x7f/",
)  # fmt: skip


@pytest.mark.parametrize("url", LOOPBACK_SPELLINGS)
def test_an_inside_address_is_refused_however_it_is_written(url: str) -> None:
    with pytest.raises(Forbidden):
        addresses.read(url)


@pytest.mark.parametrize("url", ODD)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(Forbidden):
        addresses.read(url)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("https://Firm.COM", "https://firm.com/"),
        ("http://firm.com.:80/a?b=1#c", "http://firm.com/a?b=1"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://93.184.215.14/", "https://93.184.215.14/"),
        ("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/", None),
    ],
)
def test_a_public_address_has_one_spelling(url: str, meant: str | None) -> None:
    assert addresses.read(url).url == (meant or url)


def test_our_own_public_network_is_not_visited() -> None:
    own = [ipaddress.ip_network("93.184.215.0/24")]
    with pytest.raises(Forbidden):
        addresses.read("https://93.184.215.14/", own=own)


def test_a_sandbox_host_is_let_through_only_by_its_name() -> None:
    assert addresses.read("http://shop/", sandbox={"shop"}).host == "shop"
    with pytest.raises(Forbidden):
        addresses.read("http://shop.localhost/", sandbox={"shop"})
