"""Pictures from host arrays and functions: nothing here knows a network, an objective or a backend.

A judge is a function from host points (n, d) to what D says of each, (n,); it is None where there is no D. `output` is
the kind of number it gives: "probability", "score", or "energy". A picture is a matplotlib figure or, for images side
by side, a PIL image; `save_picture` writes either.
"""
