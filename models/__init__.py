"""The tables. Importing this package gives Alembic the whole metadata."""

from models.base import Base, UTCDateTime
from models.checkins import Assessment, Draft, Metric, Recommendation
from models.operations import Breathing, ContactRequest, Conversation, DeadLetter, Delivery, Fact
from models.people import ROLES, Department, Invite, OldUser, User

__all__ = [
    "ROLES",
    "Assessment",
    "Base",
    "Breathing",
    "ContactRequest",
    "Conversation",
    "DeadLetter",
    "Delivery",
    "Department",
    "Draft",
    "Fact",
    "Invite",
    "Metric",
    "OldUser",
    "Recommendation",
    "UTCDateTime",
    "User",
]
