"""Closed words and scales: what is not in the contract is rejected by name, or means what the source says it means."""

import re
import shutil

import pytest

from orchestration.common.workspace import PROJECT_ROOT, Workspace
from orchestration.landing.config.contract import DEFINED_WORDS, ENTITIES
from tests.support.landing_tools import landed, pull, refused, rejected, valid_cells


def test_docs_list_the_words_of_the_contract():
    page = (PROJECT_ROOT / "docs" / "bring-your-own-data.md").read_text()
    listed = dict(re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.*) \|$", page, flags=re.M))
    for entity in ENTITIES.values():
        for column, words in entity.words.items():
            assert listed.pop(f"{entity.name}.{column}") == ", ".join(words)
    assert listed.keys() == {".".join(place) for place in DEFINED_WORDS}


BILLING = """
sources:
  billing:
    entity: subscriptions
    path: a.csv
"""
HEAD = "subscription_id,account_id,valid_from,mrr,status\n"


@pytest.mark.parametrize(("entity", "column"), [(e.name, column) for e in ENTITIES.values() for column in e.words])
def test_an_unknown_word_is_rejected_by_name_and_a_known_one_lands(workspace: Workspace, entity: str, column: str):
    contract = ENTITIES[entity]
    names = [*dict.fromkeys([*contract.required, column])]
    known = contract.words[column]
    rows = []
    for number, word in enumerate([*known, known[0].upper(), "something_else", ""]):
        cells = valid_cells(entity)
        rows.append(",".join((cells | {contract.key[0]: f"r{number}", column: word})[name] for name in names))
    (workspace.root / "a.csv").write_text("\n".join([",".join(names), *rows]) + "\n")
    pull(workspace, f"sources:\n  one:\n    entity: {entity}\n    path: a.csv\n")
    found = {row[0] for row in landed(workspace, entity, column)}
    assert found == set(known) | ({None} if column not in contract.required else set())
    reasons = [reason for reason, _ in rejected(workspace)]
    refusal = f"is not one of {', '.join(known)}; say what it means in `values`"
    assert f"{column} something_else {refusal}" in reasons
    assert f"{column} {known[0].upper()} {refusal}" in reasons
    assert (f"no {column}" in reasons) == (column in contract.required)


def test_a_source_says_what_its_words_mean(workspace: Workspace):
    words = ["Active", "in_trial", "non_renewing", "Gekündigt", "active", "test", "whatever"]
    (workspace.root / "a.csv").write_text(HEAD + "".join(f"{i},a,2025-01-01,1,{w}\n" for i, w in enumerate(words)))
    meant = "{Active: active, in_trial: trialing, non_renewing: active, Gekündigt: churned, test: null}"
    pull(workspace, BILLING + f"    values: {{status: {meant}}}\n")
    assert [row[0] for row in landed(workspace, "subscriptions", "status", "true")] == [
        "active",
        "active",
        "active",
        "churned",
        "trialing",
    ]
    assert [reason.split(";")[0] for reason, _ in rejected(workspace)] == [
        "no status",
        "status whatever is not one of trialing, active, past_due, paused, churned, completed",
    ]


def test_a_star_says_what_every_other_word_means(workspace: Workspace):
    (workspace.root / "a.csv").write_text(
        "ticket_id,account_id,created_at,updated_at,status,channel\n"
        + "".join(f"{c},a,2025-01-01,2025-01-01,open,{c}\n" for c in ("email", "voice", "carrier pigeon"))
        + "none,a,2025-01-01,2025-01-01,open,\n"
    )
    pull(
        workspace,
        "sources:\n  desk:\n    entity: tickets\n    path: a.csv\n    values: {channel: {voice: phone, '*': other}}\n",
    )
    assert dict(landed(workspace, "tickets", "ticket_id, channel")) == {
        "email": "email",
        "voice": "phone",
        "carrier pigeon": "other",
        "none": None,
    }


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("{status: {Active: actve}}", "values.status.Active: 'actve' is none of the contract's words; did you mean"),
        ("{state: {Active: active}}", "values: not a column of subscriptions: state; did you mean 'status'?"),
        ("{status: {yes: active}}", "YAML reads on, off, yes and no as true or false; put the word in quotes"),
    ],
)
def test_what_a_word_means_is_checked_before_anything_is_read(workspace: Workspace, values: str, told: str):
    assert told in refused(workspace, BILLING + f"    values: {values}\n")


ANSWERS = """
sources:
  nps:
    entity: survey_responses
    path: a.csv
"""


def answers(workspace: Workspace, question: str, *scores: object) -> None:
    head = "response_id,account_id,survey_id,question,responded_at,score\n"
    rows = "".join(f"r{i},a,s,{question},2025-01-01,{score}\n" for i, score in enumerate(scores))
    (workspace.root / "a.csv").write_text(head + rows)


def test_an_answer_beyond_its_scale_is_no_answer(workspace: Workspace):
    answers(workspace, "nps", 0, 10, 9, 11, -1, 95, -100)
    pull(workspace, ANSWERS)
    assert [row[0] for row in landed(workspace, "survey_responses", "score")] == [0, 9, 10]
    assert {reason for reason, _ in rejected(workspace)} == {
        f"score {score} is no answer from 0 to 10" for score in ("11.0", "-1.0", "95.0", "-100.0")
    }


@pytest.mark.parametrize(
    ("scale", "given", "expected"),
    [
        ("[0, 100]", [0, 50, 100], [1, 3, 5]),
        ("[1, 7]", [1, 4, 7], [1, 3, 5]),
        ("{perceived_value: [0, 1]}", [0, 0.5, 1], [1, 3, 5]),
        ("{nps: [0, 100]}", [1, 3, 5], [1, 3, 5]),
    ],
)
def test_a_source_on_another_scale_is_converted(
    workspace: Workspace, scale: str, given: list[float], expected: list[float]
):
    answers(workspace, "perceived_value", *given, 101)
    manifest = pull(workspace, ANSWERS + f"    scale: {scale}\n")
    assert [row[0] for row in landed(workspace, "survey_responses", "score")] == pytest.approx(expected)
    assert manifest.rejected == 1


def test_a_question_is_one_of_the_workspaces_own(workspace: Workspace):
    answers(workspace, "csat", 1)
    assert pull(workspace, ANSWERS).rejected == 1
    assert "question csat is not one of nps, ease_of_integration" in rejected(workspace)[0][0]
    shutil.copytree(PROJECT_ROOT / "seeds", workspace.root / "seeds")
    with (workspace.root / "seeds" / "survey_questions.csv").open("a") as file:
        file.write("csat,Satisfaction,1,5,,,support,Asked after tickets\n")
    assert pull(Workspace(workspace.root, workspace.root / "again"), ANSWERS).landed == 1


def test_satisfaction_with_tickets_is_one_to_five(workspace: Workspace):
    rows = "".join(f"{i},a,2025-01-01,2025-01-01,open,{score}\n" for i, score in enumerate([0, 1, 5, 90]))
    (workspace.root / "a.csv").write_text("ticket_id,account_id,created_at,updated_at,status,csat_score\n" + rows)
    desk = "sources:\n  desk:\n    entity: tickets\n    path: a.csv\n"
    pull(workspace, desk)
    assert [row[0] for row in landed(workspace, "tickets", "csat_score")] == [1, 5]
    again = Workspace(workspace.root, workspace.root / "again")
    pull(again, desk + "    scale: [0, 100]\n")
    assert [row[0] for row in landed(again, "tickets", "csat_score")] == pytest.approx([1, 1.04, 1.2, 4.6])


@pytest.mark.parametrize("column", ["region", "attribute_tier"])
def test_words_that_stand_for_the_total_and_for_nothing_are_no_segments(workspace: Workspace, column: str):
    rows = "".join(f"{word or 'none'},2025-01-01,{word}\n" for word in ("all", "unknown", "emea", ""))
    (workspace.root / "a.csv").write_text(f"account_id,signed_up_at,{column}\n{rows}")
    crm = "sources:\n  crm:\n    entity: accounts\n    path: a.csv\n"
    assert pull(workspace, crm).rejected == 2
    assert rejected(workspace)[0][0] == f"{column} all is a reserved word; say what it means in `values`"
    again = Workspace(workspace.root, workspace.root / "again")
    assert pull(again, crm + f"    values: {{{column}: {{unknown: null, all: everywhere}}}}\n").rejected == 0


def test_spaces_around_a_word_are_none_of_it(workspace: Workspace):
    (workspace.root / "a.csv").write_text(HEAD + "1,a,2025-01-01,1,active \n2,a,2025-01-01,1, churned\n")
    assert pull(workspace, BILLING).rejected == 0
    assert [row[0] for row in landed(workspace, "subscriptions", "status")] == ["active", "churned"]
    answers(workspace, '"nps "', 95)
    again = Workspace(workspace.root, workspace.root / "again")
    assert pull(again, ANSWERS).rejected == 1


@pytest.mark.parametrize(
    ("yml", "scale", "told"),
    [
        (ANSWERS, "{npss: [0, 100]}", "scale: unknown question 'npss'; did you mean 'nps'?"),
        (BILLING, "[0, 100]", "scale: subscriptions has no answers on a scale"),
        (ANSWERS, "[10, 0]", "scale: 10 to 0, expected the lowest answer first"),
    ],
)
def test_a_scale_for_what_has_none_is_refused(workspace: Workspace, yml: str, scale: str, told: str):
    answers(workspace, "nps", 9)
    assert told in refused(workspace, yml + f"    scale: {scale}\n")
