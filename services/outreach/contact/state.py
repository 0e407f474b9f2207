"""How far requests to be contacted got, as conditions on `contact_requests`."""

from __future__ import annotations

from functools import cache

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from models import ContactRequest, Delivery, User
from services.account.permissions import HR_ROLES
from services.outbox import kinds

UNDER_WAY = ("pending", "leased", "sending")
FAILED = ("failed", "skipped", "unknown")  # an author who is not sure may send it again


@cache  # every tick asks
def is_delivery_in(states: tuple[str, ...]) -> ColumnElement[bool]:
    """Return whether the delivery of a request to HR is in one of these states."""
    return exists().where(
        Delivery.user_id == ContactRequest.hr_id,
        Delivery.kind == kinds.CONTACT_REQUEST,
        Delivery.subject_id == ContactRequest.id,
        Delivery.state.in_(states),
    )


@cache
def is_lost() -> ColumnElement[bool]:
    """Return whether no one will answer a request: it was not delivered, or whoever has it left HR or cannot be
    reached.

    Someone who has read it and then stopped the bot may still answer outside it.
    """
    hr = aliased(User)  # statements about requests often join `users` themselves
    reader = exists().where(hr.id == ContactRequest.hr_id)
    works_in_hr = reader.where(hr.role.in_(HR_ROLES), hr.offboarded_at.is_(None))
    is_unread_for_good = or_(is_delivery_in(FAILED), reader.where(hr.unreachable_at.is_not(None)))
    return or_(
        and_(ContactRequest.state == "open", is_unread_for_good), and_(ContactRequest.state != "closed", ~works_in_hr)
    )
