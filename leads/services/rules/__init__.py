"""The one rule language: scores, trees, routing and segments are data in it, read as SQL and as Python.

``language`` is the door; ``fields`` says what may be asked and ``facts`` loads it for a few leads; ``sql``,
``python`` and ``text`` are its three readings; ``customfields`` adds what a house defines itself.
"""
