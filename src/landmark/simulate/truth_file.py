"""What `truth.json` holds, for whoever scores a run.

- `seed`, `scale`, `window` (`from`, `until`);
- `world`: the name of its kind; `faults`: what is wrong with its records and clocks, in words; `right_clocks`: whether
  all clocks and zones are what the case says. Where they are not, `reachable` is what the rule comes to on the instants
  as written, and all that can be asked of a run is that nothing sure is wrong;
- `totals`: `targets`; `visitors` and `over_threshold` (in the counted sense); `guilty`; `reachable`; `leads` (how many
  a run without a mistake has: the reachable); `countries`; `lines`;
- `visitors`: everybody with a visit in the counted sense: `basis` (account, login, address), `name` (of the account,
  the login or the address), `log` (of a login), `kind`, `machine`, `visits`, `over_threshold`, `guilty`, `reachable`,
  `why` (not reachable), `country`;
- `people`: every account over whose line somebody reached a target: `account`, `kind`, `visits` (all of the line's, by
  true instants), `over_threshold`, `guilty` (over it, and who read did so knowingly), `reachable` (the provider's
  records give a sure answer for more than the threshold), `why` (not), `who` (`holder`, `another` or `together`, as
  above; null of one not guilty);
- `persons`: everybody who reached a target over a customer's line: `person`, `account`, `kind` (of the account),
  `holder` (whether the contract names them), `visits` (their own), `guilty` (more than the threshold, knowingly);
- `files`: for each log `content_sha256`, `lines` and `watched`: `[line, account or null]` for each line about a target;
  and parallel to it `sat`: the person, or null; `complete`: whether the records that bound the lease behind the line
  are all there, null where there is none.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING

from landmark.simulate.clock import BEGIN, END, iso
from landmark.simulate.sites import FORUMS, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from landmark.simulate.acts import Lease
    from landmark.simulate.kinds import Kind
    from landmark.simulate.recording import Recorded
    from landmark.simulate.servers import LogFile
    from landmark.simulate.truth import Person, Somebody, Truth, Visitor


def kind_as_json(kind: Kind) -> dict[str, object]:
    """Give what `truth.json` says of the kind of world."""
    return {"world": kind.name, "faults": list(kind.faults), "right_clocks": kind.right_clocks}


def as_json(told: Truth, files: Sequence[LogFile], recorded: Recorded, head: Mapping[str, object]) -> str:
    """Give the text of `truth.json`.

    Args:
        told: the truth.
        files: the logs.
        recorded: who truly had which address when, and of whose records one is lost.
        head: what stands first: seed, scale and kind.
    """
    reachable = sum(person.reachable for person in told.people)
    totals = {
        "targets": len(FORUMS) + len(GROUPS) + 1,
        "visitors": len(told.visitors),
        "over_threshold": told.over_threshold,
        "guilty": sum(person.guilty for person in told.people),
        "reachable": reachable,
        "leads": reachable,
        "countries": len({visitor.country for visitor in told.visitors}),
        "lines": sum(file.lines for file in files),
    }
    every = {**head, "window": {"from": iso(BEGIN), "until": iso(END)}, "totals": totals}
    parts = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in every.items()]
    parts += [_list("visitors", told.visitors), _list("people", told.people), _list("persons", told.persons)]
    complete = _Complete(recorded)
    logs = {one.path: _log(one, complete) for one in files}
    parts.append(
        '"files": {\n' + ",\n".join(f"{json.dumps(path)}: {json.dumps(log)}" for path, log in logs.items()) + "\n}"
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _log(file: LogFile, complete: _Complete) -> dict[str, object]:
    return {
        "content_sha256": file.content_sha256,
        "lines": file.lines,
        "watched": file.watched,
        "sat": [person for person, _ in file.sat],
        "complete": [
            complete.at(account, time) for (_, account), (_, time) in zip(file.watched, file.sat, strict=True)
        ],
    }


class _Complete:
    """Says of an account and instant whether the records of its lease are all there."""

    def __init__(self, recorded: Recorded) -> None:
        self._lost = recorded.lost
        self._leases: dict[str, list[Lease]] = defaultdict(list)
        for lease in recorded.leases:
            self._leases[lease.account].append(lease)

    def at(self, account: str | None, time: int) -> bool | None:
        """Answer, true instant; None: the account had no lease then."""
        then = [one for one in self._leases.get(account or "", ()) if one.begin <= time < one.end]
        return all(one not in self._lost for one in then) if then else None


def _list(name: str, rows: Iterable[Visitor | Person | Somebody]) -> str:
    return f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(row._asdict()) for row in rows) + "\n]"
