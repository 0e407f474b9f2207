"""The tables. Importing this package gives Alembic the whole metadata."""

from models import computed as computed
from models.base import Base, UTCDateTime
from models.checkins import Assessment, Draft, Metric, Recommendation
from models.operations import Breathing, CompanyDay, ContactRequest, Conversation, DeadLetter, Delivery, Fact
from models.people import ROLES, Department, Invite, OldUser, RosterProposal, User
from models.reporting import (
    AuditEntry,
    Grouping,
    Hold,
    Membership,
    Promise,
    ProposalAnswer,
    Reaction,
    Readership,
    ReportingGroup,
    Round,
    StepAnswer,
    StoredPublication,
    StoredSummary,
)

__all__ = [
    "ROLES",
    "Assessment",
    "AuditEntry",
    "Base",
    "Breathing",
    "CompanyDay",
    "ContactRequest",
    "Conversation",
    "DeadLetter",
    "Delivery",
    "Department",
    "Draft",
    "Fact",
    "Grouping",
    "Hold",
    "Invite",
    "Membership",
    "Metric",
    "OldUser",
    "Promise",
    "ProposalAnswer",
    "Reaction",
    "Readership",
    "Recommendation",
    "ReportingGroup",
    "RosterProposal",
    "Round",
    "StepAnswer",
    "StoredPublication",
    "StoredSummary",
    "UTCDateTime",
    "User",
]
