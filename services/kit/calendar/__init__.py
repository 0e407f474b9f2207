"""The one calendar: weeks and check-in periods of the organisation, days off of everyone, hours of the person."""

from services.kit.calendar.periods import (
    DAY,
    FIRST_MONDAY,
    MIN_DAYS_BETWEEN,
    WEEK,
    Calendar,
    Period,
    at_local,
    monday_of,
)
from services.kit.calendar.rhythm import MISSED_AFTER, MONDAY_TO_FRIDAY, Rhythm

__all__ = [
    "DAY",
    "FIRST_MONDAY",
    "MIN_DAYS_BETWEEN",
    "MISSED_AFTER",
    "MONDAY_TO_FRIDAY",
    "WEEK",
    "Calendar",
    "Period",
    "Rhythm",
    "at_local",
    "monday_of",
]
