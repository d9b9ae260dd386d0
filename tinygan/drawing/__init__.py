"""Pictures of host arrays and functions, independent of networks, objectives and backends.

A judge is a function from host points (n, d) to D's outputs at them, (n,); it is None where there is no D. `output` is
the kind of these outputs: "probability", "score" or "energy". A picture is a matplotlib figure or, for images side by
side, a PIL image; `save_picture` writes either.
"""
