"""The learning kernel: trains points cards from outcomes, measures them, decides which version serves.

Rooms: ``table`` (what is learned from), ``bins`` and ``cardmaker`` (the algorithm), ``metrics`` and
``curves`` (how good it is), ``leaks`` (what may not be learned), ``drift`` (when it no longer fits),
``gates``, ``registry`` and ``queue`` (versions and training orders). scikit-learn is imported where it is
used, never at start.
"""
