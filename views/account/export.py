"""The own data as two files: JSON for programs, and a page to read. Pure and slow enough for a thread."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from html import escape
from typing import Any

from content import Content, Questionnaire
from services.account.export import Export
from views.screen import Document
from views.translator import Translator, language_name

Row = dict[str, Any]
STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}"
    "td,th{border-bottom:1px solid #ccc;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "th{font-weight:normal;color:#555;width:40%}"
)


def documents(t: Translator, export: Export, content: Content) -> tuple[Document, Document]:
    """The same rows twice; the names carry the date."""
    name = f"exhale-{export.day.isoformat()}"
    return (
        Document(f"{name}.html", as_html(t, export, content).encode(), t("export.to_read")),
        Document(f"{name}.json", as_json(export).encode(), t("export.for_programs")),
    )


def as_json(export: Export) -> str:
    """Every column of every row, by table. Moments are UTC in ISO 8601."""
    whole = {
        "date": export.day,
        "tables": export.tables,
        "mentions": [
            {"table": mention.table, "column": mention.column, "row": mention.row} for mention in export.mentions
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_plain)


def as_html(t: Translator, export: Export, content: Content) -> str:
    """What a person recognises first, with the texts of the questions, then every record as it is stored."""
    rows = export.tables
    sections = [
        _section(t("export.profile"), _profile(t, export)),
        _section(t("export.checkins"), *(_checkin(t, row, content) for row in _by_date(rows["assessments"], "date"))),
        _section(t("export.draft"), *(_answers(t, row, content) for row in rows["drafts"])),
        _section(t("export.pulse"), _pulse(t, rows["metrics"], content)),
        _section(
            t("export.recommendations"), *(_step(t, row) for row in _by_date(rows["recommendations"], "created_at"))
        ),
        _section(t("export.records"), _paragraph(t("export.records_about")), _records(export)),
    ]
    title = t("export.title", date=t.date(export.day, year=True))
    return (
        f'<!doctype html><html lang="{t.locale}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>{_paragraph(t('export.about'))}"
        f"{''.join(sections)}</body></html>"
    )


def _profile(t: Translator, export: Export) -> str:
    (person,) = export.tables["users"]
    return _table(
        (
            (t("export.name"), person["name"]),
            (t("export.position"), person["position"]),
            (t("export.department"), export.department),
            (t("export.email"), person["email"]),
            (t("export.joined"), t.date(person["join_date"].date(), year=True)),
            (t("export.consent"), t.date(person["consent_at"].date(), year=True)),
            (t("export.language"), language_name(person["locale"])),
            (t("export.zone"), t.place(person["timezone"])),
        )
    )


def _checkin(t: Translator, row: Row, content: Content) -> str:
    questionnaire = _questionnaire(content, row)
    figures = [
        (t.words(scale), t("export.of", score=t.number(row[scale.column]), max=scale.max))
        for scale in questionnaire.scales.values()
    ]
    maximum = len(questionnaire.items) * questionnaire.top
    total = (t("export.total"), t("export.of", score=t.number(row["score"]), max=maximum))
    heading = f"<h3>{escape(t.date(row['date'].date(), year=True))}</h3>"
    named = (content.causes.get(id_) for id_ in (row["cause"], row["second_cause"]) if id_)
    causes = (t("export.causes"), "; ".join(t.words(cause.words) for cause in named if cause) or None)
    return heading + _table((*figures, total, causes)) + _answers(t, row, content)


def _answers(t: Translator, row: Row, content: Content) -> str:
    """Each statement that was answered, or that was passed in a check-in, with the answer in words."""
    questionnaire = _questionnaire(content, row)
    answers = row["answers"]
    is_finished = "score" in row
    asked = (questionnaire.item(key) for key in questionnaire.order if is_finished or key in answers)
    return _table(
        (
            t.words(item),
            t("export.skipped")
            if (value := answers.get(item.key)) is None
            else t.words(questionnaire.response_scale[value]),
        )
        for item in asked
    )


def _pulse(t: Translator, rows: Sequence[Row], content: Content) -> str:
    factor = content.pulse.answer.factor
    labels = {item.metric: t.words(item.label) for item in content.pulse.items}
    return _table(
        (
            t.date(date.fromisoformat(row["date"]), year=True),
            "; ".join(
                f"{label}: {t.number(row[metric] / factor)}"
                for metric, label in labels.items()
                if row[metric] is not None
            ),
        )
        for row in _by_date(rows, "date")
        if row["source"] == "pulse"
    )


def _step(t: Translator, row: Row) -> str:
    closed = row["closed_at"]
    return _table(
        (
            (row["title"], row["description"]),
            (t("export.state"), t(f"export.state_{row['state']}")),
            (t("export.plan"), row["plan"]),
            (t("export.closed"), t.date(closed.date(), year=True) if closed else None),
        )
    )


def _records(export: Export) -> str:
    own = (
        f"<h3>{escape(name)}</h3>{_table((column, _text(value)) for column, value in row.items())}"
        for name, rows in export.tables.items()
        for row in rows
    )
    pointers = (
        _paragraph(f"{mention.table}.{mention.column}: {', '.join(map(str, mention.row))}")
        for mention in export.mentions
    )
    return "".join((*own, *pointers))


def _section(title: str, *parts: str) -> str:
    """A heading and what belongs under it; nothing at all where there is nothing."""
    body = "".join(parts)
    return f"<h2>{escape(title)}</h2>{body}" if body else ""


def _table(rows: Iterable[tuple[str, object]]) -> str:
    cells = [
        f"<tr><th>{escape(name)}</th><td>{escape(str(value))}</td></tr>" for name, value in rows if value is not None
    ]
    return f"<table>{''.join(cells)}</table>" if cells else ""


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _by_date(rows: Sequence[Row], column: str) -> list[Row]:
    return sorted(rows, key=lambda row: row[column], reverse=True)


def _questionnaire(content: Content, row: Row) -> Questionnaire:
    return content.questionnaires.get(row["questionnaire_version"], content.questionnaire)


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=_plain).strip('"')


def _plain(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(f"a stored value of an unexpected type: {type(value).__name__}")
