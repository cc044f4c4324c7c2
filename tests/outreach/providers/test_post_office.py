from datetime import UTC, datetime

from campaigns import clock
from outreach.providers.letters import Unwatched
from outreach.providers.post_office import Faults, PostOffice
from tests.outreach.letters import letter


def test_the_book_keeps_what_was_handed_over(office):
    with clock.at(datetime(2026, 11, 23, 9, tzinfo=UTC)):
        office.accept([letter("a"), letter("b")])
    first, second = office.unread()
    assert (first.uid, first.recipient, first.message_id) == ("a", "ann@customer.example", "<a@mail.example>")
    assert first.at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert office.unread(after=first.number) == [second]


def test_a_letter_handed_over_twice_stands_there_twice(office):
    office.accept([letter("a")])
    office.accept([letter("a")])
    assert (office.count(), office.doubled()) == (2, ["a"])


def test_it_can_be_asked(office):
    office.accept([letter("a")])
    found = PostOffice().look_up(["a", "b"])
    assert (found["a"].outcome, found["b"].outcome) == ("accepted", "later")


def test_faults_are_switches(office):
    letters = [letter(f"u{n}") for n in range(300)]
    faults = Faults.from_text("refuse=0.1, error=0.1, busy=0.1, silence=0.1")
    found = office.accept(letters, faults)
    words = {receipt.outcome for receipt in found}
    assert words == {"accepted", "refused", "later"}
    assert len(found) < 300
    accepted = sum(receipt.outcome == "accepted" for receipt in found)
    assert office.count() == accepted + 300 - len(found)


def test_a_watch_holds_letters_back(office):
    class Stopped(Unwatched):
        def stops(self, uid):
            return True

    found = PostOffice().deliver([letter("a")], Stopped())
    assert found[0].outcome == "later"
    assert found[0].retry_at
    assert office.count() == 0
