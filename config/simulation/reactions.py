"""What a person does with one mail: a plan of timed reactions, drawn from their habits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from config.simulation.people import COMPLAINS, OPTS_OUT, Mood, Person, dice_for

WORDS = {
    Mood.INTERESTED: (
        "Thanks, this is timely. Could we talk on Thursday at 2pm?",
        "Sounds good. Send me a calendar link please, happy to take a look.",
        "Yes, I'd like to learn more. Can you call me tomorrow morning?",
    ),
    Mood.QUESTION: (
        "What does it cost for a team of ten, and is there a yearly contract?",
        "How does this work with the system we already have?",
    ),
    Mood.NOT_NOW: (
        "Not right now, we are in the middle of our budget round. Please try again in three months.",
        "Bad timing for us. Get back to me next quarter.",
    ),
    Mood.NOT_INTERESTED: ("Thanks, but we are not interested.", "No thanks, this is not for us."),
    Mood.REFERRAL: ("I am not the right person. Please talk to our operations lead, she decides on this.",),
    Mood.WRONG_PERSON: ("You have the wrong person, I do not work on this and never have.",),
    Mood.OBJECTION: ("We already use another vendor and it seems too expensive to change.",),
    Mood.UNSUBSCRIBE: ("Please remove me from your list and stop emailing me.", "unsubscribe"),
}
AWAY_TEXT = "I am out of the office until {date} with limited access to mail. I will answer when I am back."


@dataclass(frozen=True, order=True)
class Reaction:
    """Something that happens at ``at`` because of mail ``uid``: what, and with which words."""

    at: datetime
    uid: str
    what: str
    words: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail as it lies in the offline post office."""

    uid: str
    at: datetime
    position: int
    tone: str


def plan(seed: int, person: Person, mail: Mail) -> list[Reaction]:
    """Return everything this person (and their mail server) will do with the mail, in order of time."""
    dice = dice_for(seed, person.address, mail.position)
    if person.bounces:
        return [Reaction(mail.at + timedelta(seconds=dice.randint(3, 30)), mail.uid, "bounced")]
    arrival = mail.at + timedelta(seconds=dice.randint(2, 60))
    found = [Reaction(arrival, mail.uid, "delivered")]
    if person.is_scanned:
        found.append(Reaction(arrival + timedelta(seconds=1), mail.uid, "scanned"))
    if person.is_away and mail.position == 1:
        back = f"{mail.at + timedelta(days=9):%d %B %Y}"
        found.append(Reaction(arrival + timedelta(seconds=5), mail.uid, "away", AWAY_TEXT.format(date=back)))
    return found + _reading(dice, person, mail, person.next_reading(arrival))


def _reading(dice: Random, person: Person, mail: Mail, moment: datetime) -> list[Reaction]:
    if dice.random() > 0.35 + person.interest:
        return []
    found = [Reaction(moment, mail.uid, "opened")]
    if dice.random() < 0.08 + person.interest / 2:
        found.append(Reaction(moment + timedelta(seconds=dice.randint(8, 90)), mail.uid, "clicked"))
    later = moment + timedelta(minutes=dice.randint(2, 240))
    if dice.random() < COMPLAINS:
        return [*found, Reaction(later, mail.uid, "complained")]
    if dice.random() < OPTS_OUT:
        return [*found, Reaction(later, mail.uid, "unsubscribed")]
    likes_it = 1.4 if mail.tone == person.favourite_tone else 0.8
    if dice.random() < person.interest * likes_it:
        found.append(Reaction(later, mail.uid, "replied", dice.choice(WORDS[person.mood])))
    return found
