"""Lines of a web log read many at once, as columns, beside `web`, which reads one; nothing here but names is new.

It stands apart from the formats since it needs numpy and Arrow, which are not loaded to say what there is.
"""
