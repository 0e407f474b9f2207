"""Drafts of the papers around the bot, for lawyers and HR: one YAML file a language, for `manage.py papers`."""

from __future__ import annotations

from pathlib import Path

import yaml

from content.base import Model, Text

FOLDER = Path(__file__).parent


class PaperSection(Model):
    """A heading with what stands below it: paragraphs first, then points."""

    heading: Text
    paragraphs: tuple[Text, ...] = ()
    points: tuple[Text, ...] = ()


class Paper(Model):
    """One paper: its file name without an ending, its title and its sections."""

    file: Text
    title: Text
    sections: tuple[PaperSection, ...]


class Papers(Model):
    """All papers in one language. `draft` stands on each of them; `blank` replaces a setting that is not set."""

    draft: Text
    blank: Text
    documents: tuple[Paper, ...]


def load_papers(locale: str) -> Papers:
    """Read the papers in this language. Raise FileNotFoundError for a language that has none."""
    text = (FOLDER / f"{locale}.yaml").read_text(encoding="utf-8")
    return Papers.model_validate(yaml.safe_load(text))
