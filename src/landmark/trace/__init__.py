"""Any row back to its bytes, and for an attribution what the clocks allow and what would change it.

tracer     which row is asked for, and the rows under it
steps      an attribution: outer address, inner address, the records that fit at each
records    the records of a lease as their file has them, masked
answers    what would change it, in sentences
changes    the same in figures
clocks     which shifts of a clock the data exclude at an instant
stated     the case as it was when its results were made
claimed    where a request said that it came from: forwarded addresses
measured   what was taken off every instant, since a clock was measured to be off
node       what is shown of a row
said       how a column's value is said
"""

from __future__ import annotations

from landmark.trace.node import Node
from landmark.trace.stated import as_run
from landmark.trace.tracer import Tracer

__all__ = ["Node", "Tracer", "as_run"]
