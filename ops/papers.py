"""The papers around the bot as documents that a lawyer can edit, filled in from the settings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import docx

from config import Settings
from content.papers import Paper, Papers, load_papers
from locales import LOCALES


def write_papers(settings: Settings, folder: Path) -> list[Path]:
    """Write every paper in every language as a DOCX file into `folder`, which is made if need be; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for locale in LOCALES:
        papers = load_papers(locale)
        values = _values(settings, papers, locale)
        written += [_write(folder, papers, document, values) for document in papers.documents]
    return written


def _values(settings: Settings, papers: Papers, locale: str) -> dict[str, str]:
    return {
        "org": settings.org_name or papers.blank,
        "min_n": str(settings.min_group),
        "period_weeks": str(settings.checkin_period_weeks),
        "retention_days": str(settings.retention_days),
        "answers_months": str(settings.answers_months),
        "backup_days": str(settings.backup_days),
        "support": settings.support_contact or papers.blank,
        "contacts": "; ".join(settings.help_contacts.in_(locale)) or papers.blank,
    }


def _write(folder: Path, papers: Papers, document: Paper, values: Mapping[str, str]) -> Path:
    paper = docx.Document()
    paper.core_properties.title = document.title.format_map(values)
    paper.core_properties.author = values["org"]
    paper.add_heading(document.title.format_map(values), level=0)
    paper.add_paragraph().add_run(papers.draft).bold = True
    for section in document.sections:
        paper.add_heading(section.heading, level=1)
        for paragraph in section.paragraphs:
            paper.add_paragraph(paragraph.format_map(values))
        for point in section.points:
            paper.add_paragraph(point.format_map(values), style="List Bullet")
    path = folder / f"{document.file}.docx"
    paper.save(str(path))
    return path
