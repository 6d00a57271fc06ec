"""What renders the pages that people read: everything is escaped, and what is not there is an error."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from landmark import figures, words


@cache
def environment(package: str) -> Environment:
    """Give what renders the templates of a package; figures and words stand in every page as they stand in the others.

    Args:
        package: the package, such as `landmark.report`; its folder `templates` has them.
    """
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "count": figures.count,
        "many": figures.many,
        "instant": figures.instant,
        "minute": figures.minute,
        "date": figures.date,
        "span": figures.span,
        "exactly": figures.exactly,
        "shift": figures.shift,
    }
    made.globals |= {"words": words}
    return made
