import pytest
from pytest_httpserver import HTTPServer

from outreach.providers.esp import Esp
from outreach.providers.letters import Unwatched
from tests.outreach.letters import letter


@pytest.fixture
def sendgrid(settings, httpserver: HTTPServer):
    settings.EMAIL_BACKEND = "anymail.backends.sendgrid.EmailBackend"
    settings.ANYMAIL = {"SENDGRID_API_KEY": "SG.test", "SENDGRID_API_URL": httpserver.url_for("/v3/"),
                        "REQUESTS_TIMEOUT": (1, 1)}  # fmt: skip
    return httpserver


def send(*letters):
    return {receipt.uid: receipt for receipt in Esp().deliver(letters, Unwatched())}


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_our_id_travels_as_metadata_and_tracking_stays_ours(sendgrid):
    sendgrid.expect_request("/v3/mail/send").respond_with_data("", 202, headers={"X-Message-Id": "m1"})
    found = send(letter("u1"))
    body = sendgrid.log[0][0].json
    person = body["personalizations"][0]
    assert found["u1"].outcome == "accepted"
    assert found["u1"].provider == "sendgrid"
    assert person["to"] == [{"email": "ann@customer.example"}]
    assert person["custom_args"]["uid"] == "u1"
    assert not body["tracking_settings"]["open_tracking"]["enable"]
    assert not body["tracking_settings"]["click_tracking"]["enable"]
    assert body["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
@pytest.mark.parametrize(
    ("code", "outcome", "has_time"),
    [(400, "refused", False), (429, "later", True), (401, "later", True), (500, "later", False)],
)
def test_answers_of_the_service_become_one_of_four_words(sendgrid, code, outcome, has_time):
    sendgrid.expect_request("/v3/mail/send").respond_with_json({"errors": [{"message": "no"}]}, code)
    receipt = send(letter("u1"))["u1"]
    assert receipt.outcome == outcome
    assert bool(receipt.retry_at) == has_time


@pytest.mark.filterwarnings("ignore:django-anymail has dropped")
def test_silence_is_unknown_and_a_closed_door_is_not(sendgrid, settings):
    def hang(request):
        import time

        time.sleep(1.5)

    sendgrid.expect_request("/v3/mail/send").respond_with_handler(hang)
    assert send(letter("u1"))["u1"].outcome == "unknown"
    settings.ANYMAIL = {**settings.ANYMAIL, "SENDGRID_API_URL": "http://127.0.0.1:1/v3/"}
    assert send(letter("u2"))["u2"].outcome == "later"
