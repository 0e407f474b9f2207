"""The content is read whole or not at all, and a mistake in it is named in one line."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

import content as content_package
from content import Content, ContentError, Words, load_content
from services.kit.text import Phrases
from views import commands

CONTENT = Path(content_package.__file__).parent


@pytest.fixture(scope="module")
def loaded() -> Content:
    return load_content()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the content to change; of its files, those that are as they were are validated once."""
    for file in CONTENT.glob("*.yaml"):
        shutil.copy(file, tmp_path)
    monkeypatch.setattr(content_package, "_read", read_once)
    return tmp_path


read = content_package._read
validated: dict[str, Any] = {}


def read_once(path: Path, model: type[BaseModel]) -> Any:
    own = CONTENT / path.name
    if not (path.exists() and own.exists() and path.read_bytes() == own.read_bytes()):
        return read(path, model)
    if path.name not in validated:
        validated[path.name] = read(path, model)
    return validated[path.name]


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    change(data)
    file.write_text(yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), encoding="utf-8")


def test_everything_is_there(loaded: Content) -> None:
    assert len(loaded.questionnaire.items) == 20
    assert len(loaded.questionnaire.response_scale) == 7
    assert len(loaded.pulse.items) == 3
    assert len(loaded.recommendations.items) == 40
    assert len([cause for cause in loaded.causes.counted if not cause.stands_alone]) == 9
    assert [cause.id for cause in loaded.causes.items if not cause.counted] == ["outside"]
    assert len(loaded.hr_actions.rules) == 28
    assert loaded.consent.version == 2
    assert set(loaded.crisis.rules) == {"ru", "en"}


def test_reversed_items_stand_fifth_twelfth_and_last(loaded: Content) -> None:
    order = loaded.questionnaire.order
    places = [place for place, key in enumerate(order, 1) if loaded.questionnaire.item(key).reverse]
    assert places == [5, 12, 20]


def words_in(value: object, path: str = "") -> list[tuple[str, Words]]:
    found = [(path, value)] if isinstance(value, Words) else []
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, dict):
        return found + [pair for key, part in value.items() for pair in words_in(part, f"{path}.{key}")]
    if isinstance(value, tuple):
        return found + [pair for place, part in enumerate(value) for pair in words_in(part, f"{path}[{place}]")]
    return found


def all_words(loaded: Content) -> list[tuple[str, Words]]:
    parts = ("questionnaire", "causes", "pulse", "recommendations", "hr_actions", "consent", "crisis", "words")
    return [pair for name in parts for pair in words_in(getattr(loaded, name), name)]


def test_every_text_is_in_its_own_language(loaded: Content) -> None:
    texts = all_words(loaded)
    assert len(texts) > 250
    for path, words in texts:
        assert not re.search("[а-яё]", words.en, re.I), path
        assert re.search("[а-яё]", words.ru, re.I) or words.ru == "HR", path
        assert set(re.findall(r"{(\w+)}", words.ru)) == set(re.findall(r"{(\w+)}", words.en)), path


def test_a_figure_and_its_word_do_not_part_in_russian(loaded: Content) -> None:
    figure_and_word = re.compile(r"(\d|}) (%|(?!в |на |по |и |у |до |из |с |от |против |прямо )[а-яё])")
    for path, words in all_words(loaded):
        is_button = "response_scale" in path  # does not wrap
        follows_a_name = "NG212 " in words.ru or "{since} " in words.ru
        if not is_button and not follows_a_name:
            assert not figure_and_word.search(words.ru), (path, words.ru)


def test_the_note_of_a_step_begins_with_a_plain_sentence(loaded: Content) -> None:
    for item in loaded.recommendations.items:
        for note in (item.evidence.note.ru, item.evidence.note.en):
            first = re.split(r"[.!?;:]( |$)", note)[0]
            assert note[0].isupper(), item.id
            assert note.endswith("."), item.id
            assert not re.search(r"[=<>≈−]|\d\.\d|\d,\d", first), (item.id, first)


def test_a_plan_says_when_and_then_what(loaded: Content) -> None:
    for item in loaded.recommendations.items:
        assert not re.match("Если .*, то ", item.plan.ru), item.id
        assert not re.match("If .*, then ", item.plan.en), item.id


def test_grades_follow_what_was_tested(loaded: Content) -> None:
    grades = {item.id: item.evidence.grade for item in loaded.recommendations.items}
    not_alone = ("workload_talk", "sleep_window", "wind_down", "skill_hour", "job_crafting")
    assert {grades[id_] for id_ in not_alone} == {"C"}


def test_steps_for_what_a_person_does_not_cause_are_there(loaded: Content) -> None:
    for id_, words in {
        "pressure_from_above": ("не подчиняется этому человеку", "doesn't report to that person"),
        "hours_and_rest": ("инспекция труда", "labour inspectorate"),
        "sick_leave": ("терапевту", "GP"),
    }.items():
        item = loaded.recommendations.get(id_)
        assert item is not None
        assert words[0] in item.text.ru
        assert words[1] in item.text.en


def test_words_answer_by_language(loaded: Content) -> None:
    option = loaded.questionnaire.response_scale[0]
    assert option["en"] == option.in_("en") == "Never"
    assert option["ru"] == "Ни разу"
    with pytest.raises(KeyError):
        option.in_("de")


def test_a_new_consent_says_what_changed(folder: Path) -> None:
    edit(folder / "consent.yaml", lambda data: data.update(version=3, changes=None))
    with pytest.raises(ContentError, match=r"consent\.yaml: changes: a new version has to say what changed"):
        load_content(folder)
    edit(folder / "consent.yaml", lambda data: data.update(changes={"ru": "уточнено", "en": "made clearer"}))
    assert load_content(folder).consent.changes is not None


def test_words_to_say_need_a_place_for_the_time(folder: Path) -> None:
    edit(folder / "words.yaml", lambda data: data["what"][0].update(ru="Много задач."))
    with pytest.raises(ContentError, match=r"words\.yaml: what: every sentence has a place for \{since\}"):
        load_content(folder)


def test_content_is_frozen(loaded: Content) -> None:
    with pytest.raises(ValidationError):
        loaded.questionnaire.items[0].key = "99"  # type: ignore[misc]


def test_an_older_questionnaire_stays_beside_the_newest(folder: Path) -> None:
    known = load_content(folder).questionnaires
    shutil.copy(folder / "questionnaire.yaml", folder / f"questionnaire.v{max(known)}.yaml")
    edit(folder / "questionnaire.yaml", lambda data: data.update(version=max(known) + 1))
    loaded = load_content(folder)
    assert sorted(loaded.questionnaires) == [*sorted(known), max(known) + 1]
    assert loaded.questionnaire.version == max(known) + 1


def test_two_files_of_one_version_are_refused(folder: Path) -> None:
    newest = load_content(folder).questionnaire.version
    shutil.copy(folder / "questionnaire.yaml", folder / "questionnaire.again.yaml")
    with pytest.raises(ContentError, match=f"version: {newest} is taken"):
        load_content(folder)


BROKEN: list[tuple[str, Callable[[dict[str, Any]], Any], str]] = [
    ("questionnaire.yaml", lambda d: d["items"][1].update(key="0"), "items: “0” occurs twice"),
    ("questionnaire.yaml", lambda d: d["order"].pop(), "order: must name every item once"),
    ("questionnaire.yaml", lambda d: d["order"].__setitem__(0, "1"), "order: must name every item once"),
    ("questionnaire.yaml", lambda d: d["items"][0].update(scale="DP"), "scales.EE.items: is 9, but 8 items"),
    ("questionnaire.yaml", lambda d: d["items"][0].update(scale="XX"), "items.0.scale: "),
    ("questionnaire.yaml", lambda d: d["scales"]["EE"].update(max=53), "scales.EE.max: must be 54"),
    ("questionnaire.yaml", lambda d: d["scales"]["DP"].update(min_answered=6), "scales.DP.min_answered: "),
    ("questionnaire.yaml", lambda d: d["scales"].pop("RA"), "scales: must be EE, DP and RA"),
    ("questionnaire.yaml", lambda d: d["items"][3].update(en=" "), "items.3.en: "),
    ("questionnaire.yaml", lambda d: d["items"][3].pop("ru"), "items.3.ru: "),
    ("questionnaire.yaml", lambda d: d["response_scale"].reverse(), "response_scale: values must count up from 0"),
    ("questionnaire.yaml", lambda d: d["scoring"]["total_cuts"].update(high=71), "scoring.total_cuts.high: must be 70"),
    (
        "questionnaire.yaml",
        lambda d: d["scoring"]["scale_cuts"]["EE"].update(medium=22),
        "scale_cuts.EE.medium: must be 23",
    ),
    ("questionnaire.yaml", lambda d: d["scoring"]["scale_cuts"].pop("DP"), "scoring.scale_cuts.DP: is missing"),
    ("questionnaire.yaml", lambda d: d["scoring"]["profiles"][0].update(when="EE=X"), "profiles.0.when: rule “EE=X”"),
    ("questionnaire.yaml", lambda d: d["scoring"]["profiles"][0].update(id="odd"), "unknown profile odd"),
    ("questionnaire.yaml", lambda d: d["scoring"]["profiles"].pop(), "the last one must be “otherwise”"),
    ("questionnaire.yaml", lambda d: d["reliable_change"]["EE"].update(threshold=9), "threshold must be at least 11.2"),
    ("questionnaire.yaml", lambda d: d["quality"].update(suspect_when="slow"), "quality.suspect_when: rule “slow”"),
    ("questionnaire.yaml", lambda d: d["quality"]["contradiction"].update(pair=["16", "20"]), "contradiction.pair: "),
    ("questionnaire.yaml", lambda d: d["examples"][0]["answers"].update({"20": 1}), "“seed row” answers an item"),
    ("questionnaire.yaml", lambda d: d.update(colour="red"), "colour: "),
    ("pulse.yaml", lambda d: d["items"][1].update(metric="burnout"), "items: “burnout” occurs twice"),
    ("pulse.yaml", lambda d: d["offers"][0].update(when="joy >= 3"), "offers.0.when: rule “joy >= 3”"),
    ("recommendations.yaml", lambda d: d["items"][0].update(category="naps"), "items.micro_breaks.category: “naps”"),
    ("recommendations.yaml", lambda d: d["items"][6].update(context=["moon"]), "items.walk_30.context: “moon”"),
    ("recommendations.yaml", lambda d: d["items"][0].update(dimensions=["XX"]), "items.0.dimensions.0: "),
    ("recommendations.yaml", lambda d: d["items"][0].update(dimensions=[]), "items.0.dimensions: "),
    ("recommendations.yaml", lambda d: d["items"][1].update(id="micro_breaks"), "items: “micro_breaks” occurs twice"),
    ("recommendations.yaml", lambda d: d["items"][0]["evidence"].update(grade="D"), "items.0.evidence.grade: "),
    ("recommendations.yaml", lambda d: d["items"][0].update(only_when="mood = bad"), "items.0.only_when: rule"),
    ("recommendations.yaml", lambda d: d["items"][0].update(only_when="q20 >= 4"), "“q20” is no item"),
    ("recommendations.yaml", lambda d: d["evidence_words"].pop("A"), "evidence.grade: “A” is not defined"),
    ("recommendations.yaml", lambda d: d["selection"]["count"].pop("low"), "selection.count: “low” is not defined"),
    (
        "recommendations.yaml",
        lambda d: d["selection"]["must_include"][0].update(best_of=["nap"]),
        "selection.must_include.best_of: “nap”",
    ),
    (
        "recommendations.yaml",
        lambda d: d["selection"]["must_include"][0].update(when="burnout_level = huge"),
        "“huge” is no value of “burnout_level”",
    ),
    ("hr_actions.yaml", lambda d: d["rules"][0].update(owner="nobody"), "rules.too_few.owner: “nobody”"),
    ("hr_actions.yaml", lambda d: d["rules"][0].update(horizon="never"), "rules.too_few.horizon: “never”"),
    ("hr_actions.yaml", lambda d: d["rules"][0].update(area="garden"), "rules.0.area: "),
    ("hr_actions.yaml", lambda d: d["rules"][0].update(when="n <"), "rules.0.when: rule “n <”"),
    ("hr_actions.yaml", lambda d: d["rules"][0].update(when="q20 >= 3"), "rules.0.when: rule “q20 >= 3”"),
    ("hr_actions.yaml", lambda d: d["selection"].update(always=["nothing"]), "selection.always: “nothing”"),
    ("consent.yaml", lambda d: d.pop("version"), "version: "),
    ("crisis.yaml", lambda d: d["rules"]["ru"][0]["find"].append("Жить"), "rules.ru.0.find: “Жить”: “Жить” is no stem"),
    ("crisis.yaml", lambda d: d["lookalikes"]["english"].update(seen="0"), "lookalikes.english: every sign in “seen”"),
    ("crisis.yaml", lambda d: d["rules"]["en"][0].update(windows=3), "rules.en.0.windows: "),
    ("causes.yaml", lambda d: d["items"][1].update(id="load"), "items: “load” occurs twice"),
    ("causes.yaml", lambda d: d["items"][1].update(id="weather"), "items.1.id: "),
    ("causes.yaml", lambda d: d["items"][0]["words"].update(en="x" * 31), "items.load.words: a button holds 30"),
    ("causes.yaml", lambda d: d.update(limit=3), "limit: an answer has a place for two"),
    ("hr_actions.yaml", lambda d: d["rules"][2].update(when="cause_outside >= 0.2"), "“outside” is never counted"),
    ("demo.yaml", lambda d: d["departments"][0]["causes"].update(outside=0.1), "“outside” is never counted"),
    ("recommendations.yaml", lambda d: d["items"][0].update(causes=["weather"]), "items.0.causes.0: "),
]


@pytest.mark.parametrize(("file", "change", "message"), BROKEN, ids=[f"{file}: {text}" for file, _, text in BROKEN])
def test_a_mistake_is_named(folder: Path, file: str, change: Callable[[dict[str, Any]], Any], message: str) -> None:
    edit(folder / file, change)
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    text = str(caught.value)
    assert text.startswith(f"{file}: ")
    assert message in text
    assert "\n" not in text


@pytest.mark.parametrize("file", ["questionnaire", "pulse", "recommendations", "hr_actions", "consent", "crisis"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    for path in folder.glob(f"{file}*.yaml"):
        path.unlink()
    with pytest.raises(ContentError, match=rf"^{file}\.yaml: not found in "):
        load_content(folder)


def test_a_file_that_is_no_yaml_is_named(folder: Path) -> None:
    (folder / "pulse.yaml").write_text("a: [1, 2\nb: 3", encoding="utf-8")
    with pytest.raises(ContentError, match=r"^pulse\.yaml: not readable as YAML: [^\n]+$"):
        load_content(folder)


def test_every_phrase_means_one_command(loaded: Content) -> None:
    phrases = Phrases(loaded.typed)
    for command, means_it in loaded.typed.commands.items():
        assert {phrases.command(f" {phrase.upper()}!") for phrase in means_it} == {f"/{command}"}


@pytest.mark.parametrize("command", sorted({*commands.ADMIN, *commands.MANAGER, *commands.STRANGER}))
def test_a_command_in_the_menu_is_no_word_for_another(loaded: Content, command: str) -> None:
    assert Phrases(loaded.typed).command(command) in (None, f"/{command}")


def test_no_step_promises_an_effect(loaded: Content) -> None:
    """What the evidence allows to be said stands behind «Where this comes from», with its source."""
    promised = re.compile(
        r"помога[ею]т|помо(?:жет|гут)|избав|вылеч|\b(?:helps|cures?|will help|guarantee)", re.IGNORECASE
    )
    for step in loaded.recommendations.items:
        for words in (step.title, step.text, step.plan, step.duration):
            assert [text for text in words.texts.values() if promised.search(text)] == [], step.id
