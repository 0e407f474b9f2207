"""The READMEs: their recipe for a real bot works as it stands, and their table has every setting."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config import SettingsError, load_settings
from content import load_content
from playground.remote.processes import ROOT, PlaygroundServer, Process
from tests.e2e.forks import forked
from tests.e2e.story import Employee

READMES = {"en": ROOT / "README.md", "ru": ROOT / "README.ru.md"}
THIRD_STEPS = {"en": "## A real bot in three steps", "ru": "## Настоящий бот за три шага"}
BLOCK = re.compile(r"^ *```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
HOST = "../../"  # pages beside the files, where the repository is hosted
OWNER = 1001
NEWCOMER = 1002


def recipe(language: str) -> list[str]:
    """Return what the three steps tell the reader to write or run, block by block."""
    _, _, after = READMES[language].read_text(encoding="utf-8").partition(f"{THIRD_STEPS[language]}\n")
    steps, _, _ = after.partition("\n## ")
    return [re.sub(r"^ +", "", block, flags=re.MULTILINE).strip() for block in BLOCK.findall(steps)]


def filled_in(template: str, token: str) -> str:
    """Return `.env` as a reader fills it in: only the dots are replaced."""
    own = {"BOT_TOKEN=…": f"BOT_TOKEN={token}", "ADMIN_IDS=…": f"ADMIN_IDS={OWNER}"}
    own |= {'"checked": "…"': f'"checked": "{datetime.now(UTC).date()}"', '["…"]': '["A doctor, 0000"]'}
    for dots, value in own.items():
        assert dots in template
        template = template.replace(dots, value)
    assert "…" not in template
    return template


def program(command: str, folder: Path, env: dict[str, str]) -> Process:
    """Return what a line of the recipe runs, with this interpreter as the one in `.venv`."""
    interpreter, script, *arguments = command.split()
    assert (interpreter, script) == (".venv/bin/python", "manage.py")
    return Process(str(ROOT / script), *arguments, folder=folder, env=env, name=arguments[0])


async def run(manage: Process) -> list[str]:
    """Run a program to its end; return what it said."""
    await manage.start()
    assert await manage.ended() == 0, manage.output
    return manage.output.splitlines()


def test_both_languages_tell_the_same_three_steps() -> None:
    """Up to the names of the organisation and the department."""
    (settings, *commands, invite), (russian_settings, *russian_commands, russian_invite) = recipe("en"), recipe("ru")
    assert [line.partition("=")[0] for line in settings.splitlines()] == [
        line.partition("=")[0] for line in russian_settings.splitlines()
    ]
    assert commands == russian_commands
    assert invite.rpartition(" ")[0] == russian_invite.rpartition(" ")[0]


async def test_the_three_steps_end_with_a_bot_that_people_can_join(
    server: PlaygroundServer, make_bot: Callable[..., Process], tmp_path: Path
) -> None:
    env_file, start, doctor, invite = recipe("ru")
    assert start == "make run"
    assert "\n\t@exec $(PY) bot.py\n" in (ROOT / "Makefile").read_text(encoding="utf-8")
    (tmp_path / ".env").write_text(filled_in(env_file, server.bot_env["BOT_TOKEN"]), encoding="utf-8")
    elsewhere = {"BOT_API_URL": server.bot_env["BOT_API_URL"]}  # the playground in Telegram's place
    bot = make_bot(**elsewhere)
    await bot.start()
    await bot.says("ready")

    owner = Employee(server.control, OWNER, "ru")
    await owner.says("/start")
    await owner.chooses("consent.agree")
    await owner.says("/hr")
    await owner.reads("undertakings.title")
    await owner.chooses("undertakings.accept")
    await owner.reads("hr.what_is_here")

    lines = await run(program(doctor, tmp_path, elsewhere))
    assert lines
    assert all(line.startswith("ok  ") for line in lines), lines

    *_, link = await run(forked(program(invite, tmp_path, elsewhere)))
    newcomer = Employee(server.control, NEWCOMER, "en")
    await newcomer.joins(link.replace("=", " ").split()[-1])
    assert await server.control.refused() == []


@pytest.mark.parametrize("language", READMES)
def test_each_value_that_was_not_filled_in_is_refused(tmp_path: Path, language: str) -> None:
    template, *_ = recipe(language)
    whole = filled_in(template, "7000000001:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").splitlines()
    load_settings(_env_file=written(tmp_path, whole))
    marked = [place for place, line in enumerate(template.splitlines()) if "…" in line]
    assert len(marked) == 3
    for place in marked:
        lines = [*whole[:place], template.splitlines()[place], *whole[place + 1 :]]
        with pytest.raises(SettingsError):
            load_settings(_env_file=written(tmp_path, lines))


def written(folder: Path, lines: list[str]) -> Path:
    """Write a settings file and return where it is."""
    path = folder / ".env"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("language", READMES)
def test_every_setting_of_the_example_is_in_the_table(language: str) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    settings = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    page = READMES[language].read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Z_]+)`", page))
    assert settings - named == set()


@pytest.mark.parametrize("language", READMES)
def test_every_picture_and_page_that_is_linked_exists(language: str) -> None:
    page = READMES[language].read_text(encoding="utf-8")
    linked = [target for target in re.findall(r"\]\(([^)#]+)", page) if not target.startswith(("https://", HOST))]
    assert linked
    assert [target for target in linked if not (ROOT / target).exists()] == []


def test_no_picture_is_left_that_no_page_shows() -> None:
    pages = [*READMES.values(), *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    shown = set(re.findall(r"screenshots/([\w-]+\.webp)", text))
    assert {picture.name for picture in (ROOT / "docs" / "screenshots").iterdir()} == shown


@pytest.mark.parametrize(("language", "answer"), [("en", "Answer for me"), ("ru", "Ответить за меня")])
def test_the_first_steps_name_what_the_page_shows(language: str, answer: str) -> None:
    page = READMES[language].read_text(encoding="utf-8")
    demo = load_content().demo
    newcomer = next(person for person in demo.people if person.invited and person.language == language)
    hr = next(person for person in demo.people if person.role in ("hr", "admin") and person.language == language)
    strings = (ROOT / "playground" / "page" / "strings.js").read_text(encoding="utf-8")
    assert f'answer: "{answer}"' in strings
    for name in (answer, demo.next_reminder[language], demo.next_summary[language], newcomer.name):
        assert name in page
    assert hr.name.rstrip("а") in page
