"""How often an unchanged person is told of a change, how surely a creep is named, and whom the careless rule flags.

Simulated people answer through the bot's own rules (`services/wellbeing/scoring.py`). The spread of a person's totals
around an unchanging true score is SD × √(1 − r), with SD and the retest reliability r of the questionnaire's content.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from content import Questionnaire, load_content
from services.wellbeing.scoring import Result, change, quality, score

PEOPLE = 4_000
LOOKS_A_YEAR = {4: 13, 8: 7, 12: 5}  # check-ins that fall into a year, by weeks of a period
CREEP = (20, 34, 48, 62, 76)
SPREADS = (0.0, 0.3, 0.5, 0.8, 1.2)
CALM_SECONDS = 8.0


def noise_of_total(questionnaire: Questionnaire) -> float:
    """The standard error of a total, in points."""
    total = questionnaire.reliable_change.total
    return total.sd * math.sqrt(1 - total.reliability)


def year(questionnaire: Questionnaire, true: Sequence[float], dice: random.Random) -> tuple[int, int, int]:
    """How often one person is told «easier», «harder» and «harder over time» in a year of these true totals."""
    noise = noise_of_total(questionnaire)
    seen = [with_total(min(120.0, max(0.0, round(dice.gauss(value, noise), 1)))) for value in true]
    easier = harder = crept = 0
    for place in range(1, len(seen)):
        found = change(questionnaire, seen[place - 1 :: -1], seen[place])
        if found is not None:
            easier += found.total.verdict == "better"
            harder += found.total.verdict == "worse"
            crept += found.creep is not None
    return easier, harder, crept


def with_total(total: float) -> Result:
    """A result of which only the total matters here."""
    return Result({"EE": None, "DP": None, "RA": None}, total, None, {"EE": None, "DP": None, "RA": None}, None)


def false_alarms(questionnaire: Questionnaire, looks: int, people: int = PEOPLE, seed: int = 1) -> float:
    """The share of people without any change who are told of one, at least once a year."""
    dice = random.Random(seed)
    return sum(any(year(questionnaire, [60.0] * looks, dice)) for _ in range(people)) / people


def creep_found(questionnaire: Questionnaire, true: Sequence[float], people: int = PEOPLE, seed: int = 2) -> float:
    """The share of people on this way who are told that it got harder."""
    dice = random.Random(seed)
    return sum(any(year(questionnaire, true, dice)[1:]) for _ in range(people)) / people


def flagged(questionnaire: Questionnaire, mean: float, spread: float, people: int = 500, seed: int = 3) -> float:
    """The share of calm, honest people with this mean and spread of item scores whom the careless rule flags."""
    dice, found = random.Random(seed), 0
    top, seconds = questionnaire.top, [CALM_SECONDS] * len(questionnaire.items)
    for _ in range(people):
        felt = {item.key: min(top, max(0, round(dice.gauss(mean, spread)))) for item in questionnaire.items}
        raw = {item.key: top - felt[item.key] if item.reverse else felt[item.key] for item in questionnaire.items}
        found += quality(questionnaire, raw, seconds) == "suspect"
    return found / people


def main() -> None:
    """Print the three tables."""
    questionnaire = load_content().questionnaire
    print(f"standard error of a total: {noise_of_total(questionnaire):.1f} points")
    for weeks, looks in LOOKS_A_YEAR.items():
        print(
            f"every {weeks:2} weeks: told of a change without one in a year: {false_alarms(questionnaire, looks):.1%}"
        )
    print(f"a creep of {' → '.join(map(str, CREEP))} is named: {creep_found(questionnaire, CREEP):.1%}")
    named = change(questionnaire, [with_total(value) for value in reversed(CREEP[:-1])], with_total(CREEP[-1]))
    print(f"the same without noise, last step: {named and named.creep}")
    print("careless rule, share of honest people flagged (rows: mean 0 to 6, columns: spread)")
    print("      " + "".join(f"{spread:8.1f}" for spread in SPREADS))
    for half in range(13):
        rates = (flagged(questionnaire, half / 2, spread) for spread in SPREADS)
        print(f"{half / 2:6.1f}" + "".join(f"{rate:8.1%}" for rate in rates))
    assert score(questionnaire, questionnaire.examples[0].answers).total == 78


if __name__ == "__main__":
    main()
