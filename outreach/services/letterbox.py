"""The default letters: three steps in three tones, short, honest, and complete without editing."""

from outreach.services.sequences import StepDraft, TextDraft

STEPS = (
    StepDraft(
        name="First letter",
        texts={
            "professional": TextDraft(
                "A question about follow-up at {{company|your company}}",
                """Dear {{first_name|colleague}},

many teams in {{industry|your field}} tell us the same thing: enquiries arrive in the evening and at \
weekends, and by the time somebody answers, a good part of them has gone elsewhere.

We help companies like {{company|yours}} answer every enquiry within minutes and keep the \
conversation in one place, without adding work for the people at the desk. A short description is \
here: {{sender_website}}/how-it-works

Would a call of fifteen minutes next week be useful, to see whether this applies to you at all?

Kind regards
{{sender_name}}""",
            ),
            "friendly": TextDraft(
                "{{first_name|Hello}}, quick thought about {{company|your team}}",
                """Hi {{first_name|there}},

I was reading about {{company|your company}}{% if city %} in {{city}}{% endif %} and wondered who \
looks after new enquiries once everybody has gone home.

Most teams we talk to lose a few good ones each week simply because nobody was free to answer. We \
take that bit off their hands, and they hear about it in the morning with everything neatly in one \
place. Here is what that looks like: {{sender_website}}/how-it-works

Shall I show you, with a coffee and no slides? Fifteen minutes is plenty.

All the best
{{sender_name}}""",
            ),
            "direct": TextDraft(
                "Enquiries {{company|you}} may be losing",
                """Hi {{first_name|there}},

one question: what happens to an enquiry that reaches {{company|you}} after six in the evening?

If the answer is «it waits», we should talk. We answer within minutes, book the meeting and hand it \
to your team. Two minutes to read: {{sender_website}}/how-it-works

Does Tuesday or Wednesday suit you for fifteen minutes?

{{sender_name}}""",
            ),
        },
    ),
    StepDraft(
        name="A useful example",
        delay_hours=72,
        texts={
            "professional": TextDraft(
                "Re: a question about follow-up at {{company|your company}}",
                """Dear {{first_name|colleague}},

to add something useful to my last message: before anything is changed, it pays to measure how long \
enquiries really wait for a first answer. A one-page sheet for that is free, also without us: \
{{sender_website}}/worksheet

If you would like, I can go through it with you for {{company|your company}}; it takes a quarter of \
an hour.

Kind regards
{{sender_name}}""",
            ),
            "friendly": TextDraft(
                "Something you can use, {{first_name|either way}}",
                """Hi {{first_name|there}},

no worries if my last note got buried. I wanted to leave you something useful in any case: a \
one-page sheet to find out how long enquiries really wait before somebody answers. People are \
usually surprised.

It is here, nothing to sign up for: {{sender_website}}/worksheet

If you try it, I would love to hear what came out. And if you would rather have company while doing \
it, just reply to this mail.

Cheers
{{sender_name}}""",
            ),
            "direct": TextDraft(
                "The one number worth knowing",
                """Hi {{first_name|there}},

find out one number this week: the hours between an enquiry and your first answer.

This sheet gives it to you in ten minutes: {{sender_website}}/worksheet

Under one hour: you do not need us. Over one hour: reply with the number and I will tell you what it \
costs {{company|you}} a month.

{{sender_name}}""",
            ),
        },
    ),
    StepDraft(
        name="A polite end",
        delay_hours=120,
        texts={
            "professional": TextDraft(
                "Shall I close this for {{company|now}}?",
                """Dear {{first_name|colleague}},

I do not want to fill your inbox. If answering enquiries faster is not a subject at {{company|your \
company}} at present, a short «not now» is enough and I will not write again.

If somebody else looks after this, I would be grateful for the name. And should it become important \
later, everything stays here: {{sender_website}}/how-it-works

Thank you for your time.

Kind regards
{{sender_name}}""",
            ),
            "friendly": TextDraft(
                "Last note from me, {{first_name|promise}}",
                """Hi {{first_name|there}},

this is my last note, promise. If the timing is bad, tell me when to come back and I will. If it is \
not for you, a one-word answer is perfectly fine.

And if you are just a little curious, everything is on one page: {{sender_website}}/how-it-works

Either way, I wish {{company|you and your team}} a good week.

{{sender_name}}""",
            ),
            "direct": TextDraft(
                "Yes, no, or later?",
                """Hi {{first_name|there}},

three words to choose from: yes, no, later.

Yes: I send two times for a call. No: you will not hear from me again. Later: tell me the month.

If you want to look first: {{sender_website}}/how-it-works

{{sender_name}}""",
            ),
        },
    ),
)
