"""One module per kind of page: what it shows and what it says.

Belongs here: choosing rows, charts and sentences. Does not belong here: how any of them is drawn.
"""
