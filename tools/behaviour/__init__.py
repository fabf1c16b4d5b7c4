"""What past trades say about this investor, and how sure we are.

past.py       deals and prices -> holdings, costs and sale days
longrun.py    the level of a series that wanders
posterior.py  counts and averages -> posteriors, shrunk to published values
prospect.py   how gains and losses feel
habits.py     the traits themselves, each with its definition and source
"""

from tools.behaviour.habits import NEUTRAL, Trait, traits
from tools.behaviour.past import Deal, Past

__all__ = ["NEUTRAL", "Deal", "Past", "Trait", "traits"]
