"""What the bot asks and says that is versioned or data: YAML files, read once and validated at start.

Plain interface texts are in locales/. The content package imports nothing else of the project.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from content.base import Words
from content.causes import Cause, Causes
from content.crisis import Crisis
from content.demo import DemoContent
from content.hr_actions import HrActions
from content.pulse import Pulse
from content.questionnaire import Questionnaire
from content.recommendations import RecommendationCatalogue, RecommendationText
from content.talk import Talk, TalkQuestion
from content.texts import Consent, Typed, WordsToSay

__all__ = [
    "Cause",
    "Causes",
    "Consent",
    "Content",
    "ContentError",
    "Crisis",
    "DemoContent",
    "HrActions",
    "Pulse",
    "Questionnaire",
    "RecommendationCatalogue",
    "RecommendationText",
    "Talk",
    "TalkQuestion",
    "Typed",
    "Words",
    "WordsToSay",
    "load_content",
]

M = TypeVar("M", bound=BaseModel)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where PyYAML was built with libyaml


class ContentError(Exception):
    """A content file is missing or wrong. The text is one line that names the file and the field."""


@dataclass(frozen=True, slots=True)
class Content:
    """All content. A draft is finished with the version of the questionnaire with which it was begun."""

    questionnaires: Mapping[int, Questionnaire]
    causes: Causes
    pulse: Pulse
    recommendations: RecommendationCatalogue
    hr_actions: HrActions
    talk: Talk
    consent: Consent
    crisis: Crisis
    words: WordsToSay
    typed: Typed
    demo: DemoContent

    @property
    def questionnaire(self) -> Questionnaire:
        """The newest version."""
        return self.questionnaires[max(self.questionnaires)]


def load_content(folder: Path | None = None) -> Content:
    """Read and validate the YAML files of a folder, by default of this package. Raises ContentError."""
    folder = folder or Path(__file__).parent
    content = Content(
        questionnaires=_questionnaires(folder),
        causes=_read(folder / "causes.yaml", Causes),
        pulse=_read(folder / "pulse.yaml", Pulse),
        recommendations=_read(folder / "recommendations.yaml", RecommendationCatalogue),
        hr_actions=_read(folder / "hr_actions.yaml", HrActions),
        talk=_read(folder / "talk.yaml", Talk),
        consent=_read(folder / "consent.yaml", Consent),
        crisis=_read(folder / "crisis.yaml", Crisis),
        words=_read(folder / "words.yaml", WordsToSay),
        typed=_read(folder / "typed.yaml", Typed),
        demo=_read(folder / "demo.yaml", DemoContent),
    )
    _check_items_of_rules(content)
    _check_causes(content)
    return content


def _questionnaires(folder: Path) -> dict[int, Questionnaire]:
    versions: dict[int, Questionnaire] = {}
    for path in sorted(folder.glob("questionnaire*.yaml")):
        questionnaire = _read(path, Questionnaire)
        if questionnaire.version in versions:
            raise ContentError(f"{path.name}: version: {questionnaire.version} is taken by another file")
        versions[questionnaire.version] = questionnaire
    if not versions:
        raise ContentError(f"questionnaire.yaml: not found in {folder}")
    return versions


def _read(path: Path, model: type[M]) -> M:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 (either one is a safe loader)
        return model.model_validate(data)
    except FileNotFoundError:
        raise ContentError(f"{path.name}: not found in {path.parent}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ContentError(f"{path.name}: not readable as YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise ContentError(": ".join(part for part in (path.name, field, reason) if part)) from None


def _check_items_of_rules(content: Content) -> None:
    """A rule may name an item (q1) only if the newest questionnaire has it."""
    items = {f"q{item.key}" for item in content.questionnaire.items}
    rules = [(f"items.{item.id}.only_when", item.only_when) for item in content.recommendations.items if item.only_when]
    musts = [("selection.must_include", must.when) for must in content.recommendations.selection.must_include]
    for field, rule in [*rules, *musts]:
        unknown = {name for name in rule.names if name[0] == "q" and name[1:].isdigit()} - items
        if unknown:
            raise ContentError(f"recommendations.yaml: {field}: “{min(unknown)}” is no item of the questionnaire")


def _check_causes(content: Content) -> None:
    """A rule of HR's and the invented company may name only what is counted."""
    counted = {cause.id for cause in content.causes.counted}
    rules = {f"hr_actions.yaml: rules.{rule.id}.when": _causes_in(rule.when.names) for rule in content.hr_actions.rules}
    demo = {"demo.yaml: departments": {cause for one in content.demo.departments for cause in one.causes}}
    for field, causes in (rules | demo).items():
        if unknown := causes - counted:
            raise ContentError(f"{field}: “{min(unknown)}” is never counted")


def _causes_in(names: Iterable[str]) -> set[str]:
    return {name.removeprefix("cause_") for name in names if name.startswith("cause_")}
