"""The reference of the case file, `docs/case-file.md`, made from the tables and keys that `case_file` reads.

``python -m landmark.case_reference > docs/case-file.md`` writes it anew.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from landmark.case_file.court import TARGET, TARGETS
from landmark.case_file.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from landmark.case_file.keys import Key, Section

_BEGINNING = """\
# The case file

<!-- Made by `python -m landmark.case_reference`; a test compares the two. -->

`case.toml` lies in the case folder and is written by a person ([TOML](https://toml.io)); all else there is Landmark's.
`landmark new DIR` makes one in which every key is explained. What is wrong in it is said all at once, each with file,
line, key, what was found and what is expected, and the exit status is 2.

- An **instant** has an offset or `Z`: `2001-10-01T00:00:00Z`, or the same in quotes. One without is refused.
- A **duration** is days, hours, minutes and seconds in quotes: `"30m"`, `"7m12s"`, `"2d"`.
- A stretch of time is half-open: `from` belongs to it, `until` does not.
- A **file** is a path in the case folder (patterns with `*`, `?` and `**`), or an absolute one. A relative path that
  leads out of the folder is refused.
- `[name]` stands once, `[[name]]` any number of times. Tables and keys may stand in any order, except that of several
  targets which fit a row equally well the first is taken.
"""

_TARGETS_LIST = """
## A list of targets

`targets = {example}` above the first table names {meaning}. Its first line is a header with these
columns in any order, of which only `id` must be there: {columns}. They are the keys of
`[[target]]`; an empty cell is a key left out. It is UTF-8, with commas.

```csv
id,host,path,newsgroup,from,until,listed_by,basis
forum-a,forum-a.example,/board/,,,,,
group-a,,,test.watched.a,2001-10-03T00:00:00Z,,Example Hotline,report 4711
```
"""


def reference() -> str:
    """Give the whole page as Markdown."""
    listed = _TARGETS_LIST.format(
        example=TARGETS.example,
        meaning=TARGETS.meaning,
        columns=", ".join(f"`{key.name}`" for key in TARGET.keys),
    )
    parts = [_BEGINNING]
    for section in SECTIONS:
        parts.append("\n" + "\n".join(_section(section)) + "\n")
        if section is TARGET:
            parts.append(listed)
    return "".join(parts)


def _section(section: Section) -> Iterator[str]:
    yield f"## `{section.title}`"
    yield ""
    need = "It is required" if section.required else "It may be left out"
    if section is TARGET:
        need = "It is required, unless `targets` names a list"
    yield f"{section.meaning} {need}{', and may stand any number of times' if section.several else ''}."
    yield ""
    yield from _table(section.keys)
    for key in section.keys:
        if key.parts:
            yield ""
            yield f"In `{key.name}`:"
            yield ""
            yield from _table(key.parts)


def _table(keys: tuple[Key, ...]) -> Iterator[str]:
    yield "| key | type | default | meaning | example |"
    yield "|---|---|---|---|---|"
    for key in keys:
        default = "required" if key.required else f"`{key.default}`" if key.default else "–"
        yield f"| `{key.name}` | {_type(key)} | {default} | {key.meaning} | `{key.example}` |"


def _type(key: Key) -> str:
    if key.kind is None:
        return "array of tables" if key.many else "table"
    return f"array of: {key.kind.name}" if key.many else key.kind.name


if __name__ == "__main__":
    sys.stdout.write(reference())
