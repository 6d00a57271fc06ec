"""A provider's world with known truth, and the score of a run against it.

Nothing here imports a source or a stage: truth shares no code with what it judges.
"""

from landmark.simulate.provider import world

__all__ = ["world"]
