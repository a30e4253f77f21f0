"""What ships as a starting point: units, stage gates, kinds of facts and review policies.

Each is a file of this project's own proposals, read once by its loader and never at import. A
district picks from them and changes them by events; nothing here is a rule that cannot be changed.
"""

from domain.catalogue.gates import Criterion, Gates, StageCode, StageGate, shipped_gates
from domain.catalogue.kinds import Assertion, Kind, KindEvents, Kinds, shipped_kinds
from domain.catalogue.policies import Policies, Policy, ReviewType, shipped_policies
from domain.catalogue.units import CatalogueUnit, UnitCatalogue, shipped_units

__all__ = [
    "Assertion",
    "CatalogueUnit",
    "Criterion",
    "Gates",
    "Kind",
    "KindEvents",
    "Kinds",
    "Policies",
    "Policy",
    "ReviewType",
    "StageCode",
    "StageGate",
    "UnitCatalogue",
    "shipped_gates",
    "shipped_kinds",
    "shipped_policies",
    "shipped_units",
]
