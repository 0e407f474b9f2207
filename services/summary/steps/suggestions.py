"""From published figures to something to do: the rules of content/hr_actions.yaml.

The rules see publications only, so which of them fires says no more than the figures do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from content import HrActions
from content.hr_actions import Action
from content.rules import Value
from services.company.memberships import COMPANY, GroupKey
from services.gate import trends
from services.gate.publications import GroupFigures, Publication

PULSE_RULES = frozenset({"stress_trend", "stress_high_weeks"})
"""A rule that is looked at on an ordinary Monday names one of these; the others would repeat the last period's step."""


@dataclass(frozen=True, slots=True)
class SuggestedAction:
    """An action that the figures suggest, with the keys of the cells that it is for: the company first."""

    action: Action
    cells: tuple[GroupKey, ...]


SuggestedFor = tuple[str, GroupKey]
"""The id of an action, and the key of a cell that it may be suggested for."""


@dataclass(frozen=True, slots=True)
class Unsuggested:
    """What HR has answered: nothing that is `silent` is suggested; what is `returning` is on an ordinary Monday too,
    when the figures still ask for it. Whatever is said of the company holds for its groups."""

    silent: frozenset[SuggestedFor] = frozenset()
    returning: frozenset[SuggestedFor] = frozenset()

    def is_silent(self, action: str, key: GroupKey) -> bool:
        """Return whether this action isn't suggested for this cell."""
        return bool({(action, key), (action, COMPANY)} & self.silent)


NOTHING_ANSWERED = Unsuggested()


@dataclass(frozen=True, slots=True)
class ActionFigures:
    """The publications that rules look at. `weeks`: the latest pulse weeks, oldest first; `period`: the latest check-in
    period and `before` the one before it, None where there is none; `pooled`: the latest pulses of periods; `unasked`:
    the Mondays of weeks in which no one was asked."""

    weeks: Sequence[Publication]
    period: Publication | None
    before: Publication | None
    pooled: Sequence[Publication] = ()
    unasked: Collection[date] = ()


class Actions:
    """Evaluates the rules."""

    def __init__(self, content: HrActions) -> None:
        self._content = content

    def after_period(self, evidence: ActionFigures, answered: Unsuggested = NOTHING_ANSWERED) -> list[SuggestedAction]:
        """Return at most `max_shown` steps after a period was published, those that are always shown among them."""
        firing = self._firing(evidence.period, evidence, self._content.rules, answered)
        return self._chosen(firing, self._content.selection.max_shown)

    def in_week(self, evidence: ActionFigures, answered: Unsuggested = NOTHING_ANSWERED) -> list[SuggestedAction]:
        """Return the step of an ordinary Monday, at most `max_shown_ordinary_week`; what comes back leads."""
        rules = [rule for rule in self._content.rules if rule.when.names & PULSE_RULES]
        week = evidence.weeks[-1] if evidence.weeks else None
        limit = self._content.selection.max_shown_ordinary_week
        back = [
            SuggestedAction(step.action, cells)
            for step in self._firing(evidence.period, evidence, self._content.rules, answered)
            if (cells := tuple(key for key in step.cells if (step.action.id, key) in answered.returning))
        ]
        known = {step.action.id for step in back}
        firing = self._firing(week, evidence, [rule for rule in rules if rule.id not in known], answered)
        return [*back, *self._chosen(firing, limit)][:limit]

    def for_cell(self, publication: Publication, key: GroupKey, evidence: ActionFigures) -> list[Action]:
        """Return everything that holds for one cell, shown or hidden, in order; a rule that stops leaves nothing after
        it.
        """
        values = self._values(publication, key, evidence)
        holding: list[Action] = []
        for rule in self._ordered(self._content.rules):
            if rule.when.holds(values):
                holding.append(rule)
                if rule.stop:
                    break
        return _most_named_first(holding, values)

    # --- inside ------------------------------------------------------------------------------------------------------

    def _firing(
        self, publication: Publication | None, evidence: ActionFigures, rules: Sequence[Action], answered: Unsuggested
    ) -> list[SuggestedAction]:
        """Return the rules that hold for some cell, in order, with these cells."""
        if publication is None or publication.company is None:
            return []
        firing = {
            cell.key: {rule.id for rule in self.for_cell(publication, cell.key, evidence)} for cell in publication.cells
        }
        return [
            SuggestedAction(rule, cells)
            for rule in self._ordered(rules)
            if (
                cells := tuple(
                    key for key, ids in firing.items() if rule.id in ids and not answered.is_silent(rule.id, key)
                )
            )
        ]

    def _chosen(self, steps: Sequence[SuggestedAction], limit: int) -> list[SuggestedAction]:
        """Return at most that many, those that are always shown last."""
        kept = [step for step in steps if step.action.id in self._content.selection.always][:limit]
        others = [step for step in steps if step not in kept]
        return others[: limit - len(kept)] + kept

    @staticmethod
    def _ordered(rules: Sequence[Action]) -> list[Action]:
        """Return them by priority, then in the order of the content."""
        return sorted(rules, key=lambda rule: rule.priority)

    def _values(self, publication: Publication, key: GroupKey, evidence: ActionFigures) -> Mapping[str, Value]:
        """Return every name of the rules' vocabulary, None where nothing was published."""
        asked = _cell(evidence.period, key)
        levels = None if asked is None else asked.levels
        change = None if evidence.period is None else trends.change(evidence.period, evidence.before, key, "total")
        gap = None if evidence.period is None else trends.gap(evidence.period, key, "total")
        weeks, pooled = evidence.weeks, evidence.pooled
        is_pooled = bool(weeks) and weeks[-1].reports_once(key)
        strain = trends.shift(weeks, key, "stress", pooled)
        values: dict[str, Value] = dict.fromkeys(self._names())
        values |= {} if asked is None else {name: mean.value for name, mean in asked.means.items()}
        values |= {} if asked is None else {f"cause_{named.id}": named.share.value for named in asked.causes}
        return values | {
            "hidden": publication.cell(key) is None,
            "participation": None if asked is None or asked.participation is None else asked.participation.value,
            "share_high": None if levels is None or levels.high is None else levels.high.value,
            "change": None if change is None else change.difference,
            "change_sig": None if change is None else change.is_clear,
            "gap": None if gap is None else gap.difference,
            "gap_sig": None if gap is None else gap.is_clear,
            "stress_trend": None if strain is None or strain.change is None else strain.change.difference,
            "stress_trend_sig": strain is not None and strain.change is not None and strain.change.is_clear,
            "stress_high_weeks": trends.weeks_high(
                pooled if is_pooled else weeks, key, "stress", self._content.thresholds.high_pulse
            ),
        }

    def _names(self) -> set[str]:
        return {name for rule in self._content.rules for name in rule.when.names}


def _most_named_first(holding: Sequence[Action], values: Mapping[str, Value]) -> list[Action]:
    """Return the actions, those that a cause asks for in the order of its share and in each others' places."""

    def share(rule: Action) -> float:
        return max((float(values[name] or 0) for name in rule.when.names if name.startswith("cause_")), default=0.0)

    named = iter(sorted(filter(share, holding), key=share, reverse=True))
    return [next(named) if share(rule) else rule for rule in holding]


def _cell(publication: Publication | None, key: GroupKey) -> GroupFigures | None:
    return None if publication is None else publication.cell(key)
