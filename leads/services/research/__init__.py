"""Stage 4: what a company's website says, as claims that each carry their source, quote and age.

Read in this order: ``requests`` (who asks), ``work`` (the drain), ``site`` (the visit), ``cleaning``,
``offline_reader`` and ``model_reader`` (two readers, one interface), ``claims`` (what may be believed),
``reports`` (what pages, API and messages get to see).
"""
