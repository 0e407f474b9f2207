"""The shapes of the content files. Models are frozen and know no field beyond their own, so a typo stops the start."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveInt,
    StringConstraints,
    model_validator,
)

from content.rules import Rule, Vocabulary

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
ScaleKey = Literal["EE", "DP", "RA"]
Level = Literal["low", "medium", "high"]
Grade = Literal["A", "B", "C", "G"]

LEVELS: tuple[Level, ...] = ("low", "medium", "high")
"""Levels from the lightest on: the place in the tuple is the rank."""

_FIGURE: frozenset[str] = frozenset()
_LETTERS = frozenset({"L", "M", "H"})
_PROFILES = frozenset(
    {"all_high", "exhausted_plus", "overextended", "detached", "disengaged", "ineffective", "steady", "mixed"}
)
_ITEMS = {f"q{number}": _FIGURE for number in range(100)}

_PROFILE_VOCABULARY: Vocabulary = {"EE": _LETTERS, "DP": _LETTERS, "RA": _LETTERS}
_PERSON_VOCABULARY: Vocabulary = {
    **_PROFILE_VOCABULARY,
    **_ITEMS,
    "burnout_level": frozenset(LEVELS),
    "profile": _PROFILES,
}
_QUALITY_VOCABULARY: Vocabulary = dict.fromkeys(("fast_hard", "fast_soft", "longstring", "contradiction"), _FIGURE)
_PULSE_VOCABULARY: Vocabulary = {
    f"{metric}_{suffix}": _FIGURE
    for metric in ("burnout", "stress", "productivity")
    for suffix in ("lowest_of_2", "trend")
}
_GROUP_VOCABULARY: Vocabulary = {
    **_ITEMS,
    **dict.fromkeys(("n", "k", "participation", "EE", "DP", "RA", "total", "share_high_low95"), _FIGURE),
    **dict.fromkeys(("change", "change_sig", "gap", "gap_sig", "stress_trend"), _FIGURE),
}


def _rule(vocabulary: Vocabulary) -> BeforeValidator:
    return BeforeValidator(lambda text: Rule.parse(str(text), vocabulary))


ProfileRule = Annotated[Rule, _rule(_PROFILE_VOCABULARY)]
PersonRule = Annotated[Rule, _rule(_PERSON_VOCABULARY)]
QualityRule = Annotated[Rule, _rule(_QUALITY_VOCABULARY)]
PulseRule = Annotated[Rule, _rule(_PULSE_VOCABULARY)]
GroupRule = Annotated[Rule, _rule(_GROUP_VOCABULARY)]


class Model(BaseModel):
    """Frozen; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Words(Model):
    """A text in both languages."""

    ru: Text
    en: Text

    def in_(self, locale: str) -> str:
        """The text in this language. Raises KeyError for a language that the content doesn't have."""
        return {"ru": self.ru, "en": self.en}[locale]

    def __getitem__(self, locale: str) -> str:
        return self.in_(locale)


# --- questionnaire ----------------------------------------------------------------------------------------------------


class Option(Words):
    """One answer, 0 to 6."""

    value: int


class Scale(Words):
    """A scale: its short name, the column that keeps it, and how many of its items must be answered."""

    column: Text
    items: PositiveInt
    max: PositiveInt
    min_answered: PositiveInt
    long: Words | None = None


class Item(Words):
    """A statement that is answered. `key` is its key in the stored answers."""

    key: Text
    scale: ScaleKey
    reverse: bool


class Cuts(Model):
    """The smallest values that count as medium and as high."""

    medium: float
    high: float


class Profile(Model):
    """A name for a pattern of scale levels (L, M, H)."""

    id: Text
    when: ProfileRule


class Scoring(Model):
    """Cuts and profiles. `cut_means` is the rule; the other cuts are the same in sums, for readers and for SQL."""

    cut_means: Cuts
    total_cuts: Cuts
    scale_cuts: Mapping[ScaleKey, Cuts]
    profiles: tuple[Profile, ...]


class Reliability(Model):
    """How much a figure scatters, and the difference between two of them that is more than chance (95 %)."""

    sd: float
    reliability: float = Field(gt=0, lt=1)
    threshold: PositiveInt

    @model_validator(mode="after")
    def _more_than_chance(self) -> Reliability:
        chance = 1.96 * self.sd * math.sqrt(2 * (1 - self.reliability))
        if self.threshold < chance:
            raise ValueError(f"threshold must be at least {chance:.1f}")
        return self


class ReliableChange(Model):
    """Thresholds of change, in points."""

    provisional: bool
    EE: Reliability
    DP: Reliability
    RA: Reliability
    total: Reliability
    recompute_when_n: PositiveInt


class Contradiction(Model):
    """Two items that can't both be true so often."""

    pair: tuple[str, str]
    both_at_least: int


class QualityRules(Model):
    """When answers are taken for careless."""

    fast_hard_seconds_per_item: float = Field(gt=0)
    fast_soft_seconds_per_item: float = Field(gt=0)
    longstring_presented: PositiveInt
    contradiction: Contradiction
    suspect_when: QualityRule


class Expected(Model):
    """The figures that an example must give."""

    EE: float
    DP: float
    RA: float
    score: float
    burnout_level: Level
    profile: Text
    quality: Literal["ok", "suspect"]


class Example(Model):
    """A row of answers with its figures: for the tests, and for the playground's "Answer for me"."""

    name: Text
    answers: Mapping[str, int]
    expect: Expected


class Questionnaire(Model):
    """One version of the check-in."""

    id: Text
    version: PositiveInt
    window_days: PositiveInt
    min_working_days_in_window: PositiveInt
    few_working_days: Words
    stem: Words
    hint: Words
    response_scale: tuple[Option, ...]
    scales: Mapping[ScaleKey, Scale]
    items: tuple[Item, ...]
    order: tuple[str, ...]
    scoring: Scoring
    reliable_change: ReliableChange
    quality: QualityRules
    examples: tuple[Example, ...]

    def item(self, key: str) -> Item:
        """The item with this key. Raises KeyError."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    @property
    def top(self) -> int:
        """The highest answer of the response scale."""
        return self.response_scale[-1].value

    @model_validator(mode="after")
    def _items_and_scales(self) -> Questionnaire:
        keys = _unique("items", (item.key for item in self.items))
        if sorted(self.order) != sorted(keys):
            raise ValueError("order: must name every item once")
        if [option.value for option in self.response_scale] != list(range(len(self.response_scale))):
            raise ValueError("response_scale: values must count up from 0")
        if set(self.scales) != {"EE", "DP", "RA"}:
            raise ValueError("scales: must be EE, DP and RA")
        for name, scale in self.scales.items():
            count = sum(item.scale == name for item in self.items)
            if scale.items != count:
                raise ValueError(f"scales.{name}.items: is {scale.items}, but {count} items name this scale")
            if scale.max != count * self.top:
                raise ValueError(f"scales.{name}.max: must be {count * self.top}")
            if scale.min_answered > count:
                raise ValueError(f"scales.{name}.min_answered: must not be above {count}")
        return self

    @model_validator(mode="after")
    def _cuts_and_profiles(self) -> Questionnaire:
        scoring = self.scoring
        _check_cuts("total_cuts", scoring.total_cuts, scoring.cut_means, len(self.items))
        for name, scale in self.scales.items():
            if name not in scoring.scale_cuts:
                raise ValueError(f"scoring.scale_cuts.{name}: is missing")
            _check_cuts(f"scale_cuts.{name}", scoring.scale_cuts[name], scoring.cut_means, scale.items)
        ids = _unique("scoring.profiles", (profile.id for profile in scoring.profiles))
        if set(ids) - _PROFILES:
            raise ValueError(f"scoring.profiles: unknown profile {sorted(set(ids) - _PROFILES)[0]}")
        if scoring.profiles[-1].when.text != "otherwise":
            raise ValueError("scoring.profiles: the last one must be “otherwise”")
        return self

    @model_validator(mode="after")
    def _references(self) -> Questionnaire:
        keys = {item.key for item in self.items}
        if not set(self.quality.contradiction.pair) <= keys:
            raise ValueError("quality.contradiction.pair: must name two items")
        for example in self.examples:
            if not set(example.answers) <= keys:
                raise ValueError(f"examples: “{example.name}” answers an item that doesn't exist")
        return self


def _check_cuts(field: str, cuts: Cuts, means: Cuts, items: int) -> None:
    for level in ("medium", "high"):
        expected = math.ceil(getattr(means, level) * items)
        if getattr(cuts, level) != expected:
            raise ValueError(f"scoring.{field}.{level}: must be {expected}, the smallest sum that reaches the mean")


# --- pulse ------------------------------------------------------------------------------------------------------------


class PulseSchedule(Model):
    """When the pulse is offered. `weekday` is the ISO one, 1 is Monday."""

    weekday: int = Field(ge=1, le=7)
    local_time: Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d$")]
    reminders: int = Field(ge=0)
    reminder_after_hours: PositiveInt


class PulseAnswer(Model):
    """The buttons of a pulse question; the stored metric is answer × factor."""

    min: int
    max: int
    factor: PositiveInt
    buttons_per_row: PositiveInt


class PulseItem(Words):
    """One question of the pulse and the metric that it feeds."""

    metric: Literal["burnout", "stress", "productivity"]
    better: Literal["lower", "higher"]
    label: Words
    low: Words
    high: Words


class BurnoutPoint(Model):
    """How a finished check-in becomes a point of the burnout line: score / max_score × 100."""

    metric: Literal["burnout"]
    max_score: PositiveInt
    source: Text
    example: Mapping[str, float]


class PulseDisplay(Model):
    """The own line: the mean of the latest weeks, when enough of them were answered."""

    weeks_of_line: PositiveInt
    min_weeks: PositiveInt


class PulseTrend(Model):
    """When the latest weeks are called different from those before."""

    weeks: PositiveInt
    min_weeks_each: PositiveInt
    threshold: PositiveInt
    provisional: bool


class PulseOffer(Model):
    """What a pulse may lead to."""

    when: PulseRule
    action: Literal["offer_tip", "offer_checkin"]
    dimension: ScaleKey | None = None


class Pulse(Model):
    """The three weekly questions."""

    id: Text
    version: PositiveInt
    window_days: PositiveInt
    schedule: PulseSchedule
    answer: PulseAnswer
    intro: Words
    items: tuple[PulseItem, ...]
    on_questionnaire: BurnoutPoint
    display: PulseDisplay
    trend: PulseTrend
    offers: tuple[PulseOffer, ...]
    unanswered_until_quiet: PositiveInt

    @model_validator(mode="after")
    def _one_item_per_metric(self) -> Pulse:
        _unique("items", (item.metric for item in self.items))
        return self


# --- recommendations --------------------------------------------------------------------------------------------------


class ShortBonus(Model):
    """What a step that takes little time gains."""

    minutes: PositiveInt
    bonus: float


class ScoreWeights(Model):
    """What is added to the mean of a recommendation's scales."""

    priority: Mapping[Level, float]
    grade: Mapping[Grade, float]
    short: ShortBonus


class MustInclude(Model):
    """When the rule holds, the best-scored of these is offered."""

    when: PersonRule
    best_of: tuple[str, ...] = Field(min_length=1)


class SelectionRules(Model):
    """How recommendations are chosen; services/selection.py follows it."""

    count: Mapping[Level, PositiveInt]
    max_open: PositiveInt
    max_per_category: PositiveInt
    rest_days: PositiveInt
    score: ScoreWeights
    must_include: tuple[MustInclude, ...]
    covers_no_scale: tuple[str, ...]


class Nudges(Model):
    """Days after the start of a step on which the bot asks how it goes."""

    days_after_start: tuple[PositiveInt, ...]
    after_high_result: tuple[PositiveInt, ...]
    review_day: PositiveInt


class Evidence(Model):
    """How well a recommendation is studied."""

    grade: Grade
    note: Words
    source: Text | None


class Recommendation(Model):
    """One thing to do."""

    id: Text
    category: Text
    dimensions: tuple[ScaleKey, ...] = Field(min_length=1)
    min_level: Level
    priority: Level
    minutes: PositiveInt
    context: tuple[str, ...] = ()
    only_when: PersonRule | None = None
    duration: Words
    title: Words
    text: Words
    plan: Words
    evidence: Evidence


class Recommendations(Model):
    """The catalogue and the rules of choosing from it."""

    version: PositiveInt
    categories: Mapping[str, Words]
    evidence_words: Mapping[Grade, Words]
    kinds_of_work: Mapping[str, Words]
    selection: SelectionRules
    nudges: Nudges
    items: tuple[Recommendation, ...]

    def get(self, id_: str) -> Recommendation | None:
        """The recommendation with this id, or None when this version of the content no longer has it."""
        return next((item for item in self.items if item.id == id_), None)

    @model_validator(mode="after")
    def _references(self) -> Recommendations:
        ids = _unique("items", (item.id for item in self.items))
        for item in self.items:
            _known(f"items.{item.id}.category", [item.category], self.categories)
            _known(f"items.{item.id}.context", item.context, self.kinds_of_work)
            _known(f"items.{item.id}.evidence.grade", [item.evidence.grade], self.evidence_words)
        for must in self.selection.must_include:
            _known("selection.must_include.best_of", must.best_of, ids)
        _known("selection.covers_no_scale", self.selection.covers_no_scale, self.categories)
        _known("selection.count", LEVELS, self.selection.count)
        _known("selection.score.priority", LEVELS, self.selection.score.priority)
        _known("selection.score.grade", self.evidence_words, self.selection.score.grade)
        return self


# --- actions for HR ---------------------------------------------------------------------------------------------------


class Steps(Model):
    """The grid on which a figure is published."""

    item_mean: float = Field(gt=0)
    total: float = Field(gt=0)
    pulse: float = Field(gt=0)
    share: float = Field(gt=0)


class Thresholds(Model):
    """From how many people what may be shown, and how coarsely."""

    min_group_floor: PositiveInt
    min_n_levels: PositiveInt
    min_cell: PositiveInt
    steps: Steps
    n_bands: tuple[PositiveInt, ...]


class ActionSelection(Model):
    """How many actions are shown at once, beside those that always are."""

    max_shown: PositiveInt
    max_shown_ordinary_week: PositiveInt
    always: tuple[str, ...]


class ActionEvidence(Model):
    """The grade of an action and the note behind it."""

    grade: Grade
    note: Words | None


class Action(Words):
    """What can be done about published figures: `when` is a rule over them."""

    id: Text
    priority: PositiveInt
    area: Text
    when: GroupRule
    stop: bool = False
    owner: Text
    horizon: Text
    evidence: ActionEvidence


class TeamTalk(Model):
    """Questions for a talk that needs no figures."""

    title: Words
    intro: Words
    questions: tuple[Words, ...]
    close: Words


class HrActions(Model):
    """What HR may see and do about it."""

    version: PositiveInt
    thresholds: Thresholds
    prohibited_uses: tuple[Words, ...]
    areas: Mapping[str, Words]
    owners: Mapping[str, Words]
    horizons: Mapping[str, Words]
    selection: ActionSelection
    rules: tuple[Action, ...]
    five_questions: TeamTalk

    @model_validator(mode="after")
    def _references(self) -> HrActions:
        ids = _unique("rules", (rule.id for rule in self.rules))
        for rule in self.rules:
            _known(f"rules.{rule.id}.area", [rule.area], self.areas)
            _known(f"rules.{rule.id}.owner", [rule.owner], self.owners)
            _known(f"rules.{rule.id}.horizon", [rule.horizon], self.horizons)
        _known("selection.always", self.selection.always, ids)
        return self


# --- consent and crisis -----------------------------------------------------------------------------------------------


class Consent(Words):
    """The consent text; placeholders {min_n}, {org}, {backup_days}. `changes`: what is new since the version before."""

    version: PositiveInt
    changes: Words | None = None

    @model_validator(mode="after")
    def _says_what_changed(self) -> Consent:
        if self.version > 1 and self.changes is None:
            raise ValueError("changes: a new version has to say what changed")
        return self


class Match(Model):
    """The steps that a message and the triggers go through before they are compared."""

    normalise: tuple[Literal["lower", "yo_to_ye", "no_apostrophes", "words_only", "trim"], ...]
    gap_words: int = Field(ge=0)
    edges: Literal["open", "closed"]


class Triggers(Model):
    """Phrases by language, already normalised."""

    ru: tuple[Text, ...]
    en: tuple[Text, ...]


class Crisis(Model):
    """How typed text is read for words of despair."""

    version: PositiveInt
    pause_days: PositiveInt
    match: Match
    contacts_default: tuple[Words, ...]
    triggers: Triggers


# --- words to say it --------------------------------------------------------------------------------------------------


class Phrase(Words):
    """A sentence, and the button that chooses it."""

    label: Words


class Tone(Model):
    """How the message begins and ends."""

    label: Words
    opening: Words
    closing: Words


class WordsToSay(Model):
    """The sentences of a message to one's manager; every one of them goes with every other."""

    version: PositiveInt
    what: tuple[Phrase, ...]
    since: tuple[Phrase, ...]
    wish: tuple[Phrase, ...]
    tone: tuple[Tone, ...]

    @model_validator(mode="after")
    def _since_has_a_place(self) -> WordsToSay:
        if not all("{since}" in text for phrase in self.what for text in (phrase.ru, phrase.en)):
            raise ValueError("what: every sentence has a place for {since}")
        return self


# --- what people type -------------------------------------------------------------------------------------------------


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"“{name}” is not a time zone") from None
    return name


Zone = Annotated[Text, AfterValidator(_zone)]


class Typed(Model):
    """Words for days and columns, zones to choose from, and cities that the time zone database does not know."""

    version: PositiveInt
    days: Mapping[int, tuple[Text, ...]]
    roster: Mapping[Literal["name", "department"], tuple[Text, ...]]
    zones: tuple[Zone, ...]
    cities: Mapping[Zone, tuple[Text, ...]]


# --- playground -------------------------------------------------------------------------------------------------------


class DemoPerson(Model):
    """An invented person: a newcomer with an invite, somebody with a past, or a stranger."""

    id: PositiveInt
    language: Literal["ru", "en"]
    name: Text
    note: Words
    invited: bool = False
    role: Literal["employee", "hr", "admin"] | None = None
    department: int = Field(0, ge=0)
    past: tuple[int, ...] = ()


class DemoDepartment(Model):
    """An invented department. `levels` and `lately` (what was added in the last period) by figure: the scales as mean
    item scores 0–6, `stress` 0–10."""

    name: Words
    kind_of_work: Text
    colleagues: int = Field(ge=0)
    levels: Mapping[Literal["EE", "DP", "RA", "stress"], float]
    lately: Mapping[Literal["EE", "DP", "RA", "stress"], float]
    manager: int | None = None


class DemoAnswering(Model):
    """The share of people who answer a check-in and a pulse, tick off a tip, and notice what was promised."""

    checkin: float = Field(ge=0, le=1)
    pulse: float = Field(ge=0, le=1)
    tip: float = Field(ge=0, le=1)
    noticed: float = Field(ge=0, le=1)


class DemoPromise(Model):
    """Something that HR promised: to everybody or to a department, due in so many days or (None) done."""

    text: Words
    department: int | None = Field(None, ge=0, alias="in")
    days: int | None = None


class Demo(Model):
    """Who lives in the playground."""

    version: PositiveInt
    organisation: Words
    departments: tuple[DemoDepartment, ...]
    names: tuple[Text, ...]
    initials: Text
    periods: PositiveInt
    answer: DemoAnswering
    promises: tuple[DemoPromise, ...]
    next_reminder: Words
    next_summary: Words
    people: tuple[DemoPerson, ...]


def _unique(field: str, values: Iterable[str]) -> list[str]:
    seen: list[str] = []
    for value in values:
        if value in seen:
            raise ValueError(f"{field}: “{value}” stands there twice")
        seen.append(value)
    return seen


def _known(field: str, values: Iterable[str], known: Iterable[str]) -> None:
    for value in values:
        if value not in set(known):
            raise ValueError(f"{field}: “{value}” is not defined")
