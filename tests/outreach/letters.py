"""Ready-made letters for tests of the ways out."""

from outreach.providers.letters import Outgoing


def letter(uid="u1", to="ann@customer.example", **facts):
    """Return a letter that is fine unless the test says otherwise."""
    given = {
        "subject": "No-shows at Graz Dental",
        "text": "Hi Ann,\n\nshall we talk?\n",
        "html": "<p>Hi Ann,</p><p>shall we talk?</p>",
        "sender_name": "Maya Okafor",
        "sender_email": "maya@mail.example",
        "reply_to": f"reply+{uid}.abc@reply.mail.example",
        "unsubscribe_url": f"https://crm.example/u/{uid}/",
        "unsubscribe_address": f"unsub+{uid}.abc@reply.mail.example",
    }
    return Outgoing(uid=uid, to=to, **given | facts)
