"""Any row back to its bytes, and for an attribution what the clocks allow and what would change it.

tracer     which row is asked for, and the rows under it
steps      an attribution: outer address, inner address, the records that fit at each
answers    what would change it, in sentences
changes    the same in figures
clocks     which shifts of a clock the data exclude at an instant
node       what is shown of a row
said       how a column's value is said
"""

from __future__ import annotations

from landmark.trace.node import Node
from landmark.trace.tracer import Tracer

__all__ = ["Node", "Tracer"]
