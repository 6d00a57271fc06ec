"""Which lines of a block of a news log must be read one by one, so that what comes out is as if all had been.

It stands apart from the formats since it needs numpy, which is not loaded to say what there is.
"""
