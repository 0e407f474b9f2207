"""`manage.py papers`: every paper in both languages, filled in from the settings and marked as a draft."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import pytest

from config import Settings
from content.papers import load_papers
from locales import LOCALES
from ops.papers import write_papers

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def text_of(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


@pytest.fixture
def settings() -> Settings:
    contacts = {"ru": ["Горячая линия 123"], "en": ["Helpline 123"]}
    return Settings(_env_file=None, org_name="Acme", min_group=9, answers_months=18, help_contacts=contacts)


def test_every_paper_is_written_in_both_languages(tmp_path: Path, settings: Settings) -> None:
    written = write_papers(settings, tmp_path / "new" / "folder")
    kinds = ("dpia", "consent", "agreement", "announcement")
    assert sorted(path.name for path in written) == sorted(
        f"{kind}-{locale}.docx" for kind in kinds for locale in LOCALES
    )
    for path in written:
        text = text_of(path)
        locale = path.stem.rpartition("-")[2]
        assert load_papers(locale).draft in text
        assert "9" in text, "the threshold is the one that is set"
        assert not re.search(r"[{}]", text)
        assert bool(CYRILLIC.search(text)) is (locale == "ru")
    assert "18 месяцев" in text_of(tmp_path / "new" / "folder" / "consent-ru.docx")
    assert "Helpline 123" in text_of(tmp_path / "new" / "folder" / "agreement-en.docx")


def test_what_is_not_set_is_left_for_the_reader(tmp_path: Path) -> None:
    write_papers(Settings(_env_file=None), tmp_path)
    assert "[fill in]" in text_of(tmp_path / "announcement-en.docx")
    assert "[заполните]" in text_of(tmp_path / "announcement-ru.docx")
