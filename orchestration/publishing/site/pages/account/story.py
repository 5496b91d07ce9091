"""An account's way: milestones, what its people say, what is done about it and what became of that.

Belongs here: what surrounds the score. Does not belong here: the score (account_score.py).
"""

import datetime as dt

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Column, Section, Table
from orchestration.publishing.site.components.tables import headed
from orchestration.publishing.site.content.facts import Row
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.prose import prose
from orchestration.publishing.site.content.words import counted, listed, paragraph, quotation
from orchestration.publishing.site.pages.account.score import AccountRows

say = prose("account/story")


def next_steps(rows: AccountRows) -> Section:
    """What is to be done now, by whom and until when, and the plan it belongs to."""
    tasks, mart = rows.of["recommended"], "scores.fct_recommended_plays"
    if not tasks:
        return Section("Next", _no_task(rows))
    key = ("scored_on", "task_id")
    first = rows.facts.cells(mart, tasks[0], *key)
    prose = say.task_owner_and_due_day(
        first, task=tasks[0]["task"], deliverable=_lower(tasks[0]["deliverable"]), owner=_owner(tasks[0])
    )
    columns = headed("account/story", "next_steps")
    named = [{**task, "owner": _owner(task)} for task in tasks]
    return Section("Next", prose, table=Table("next", "In the order of the worklist.", columns, named))


def _no_task(rows: AccountRows) -> Markup:
    last = next((task for task in rows.of["tasks"] if task["closed_on"] is not None), None)
    if last is None:
        return Markup("No task is open.")
    return say.no_task_is_open(last, rows.facts.cells("scores.fct_tasks", last, "task_id"))


def talking_points(rows: AccountRows) -> Section:
    """Two or three facts to open a conversation with."""
    found = rows.of["points"]
    if not found:
        return Section("What to say", Markup("Nothing stands out."))
    columns = headed("account/story", "points")
    return Section("What to say", Markup(""), table=Table("points", "The most telling first.", columns, found))


def _owner(task: Row) -> str:
    return str(task["owner"]) if task["is_assigned"] else f"nobody yet ({words(task['owner_id'])})"


def _lower(text: str | None) -> str:
    return text[:1].lower() + text[1:] if text else "–"


def journey(rows: AccountRows) -> Section:
    """Milestones with their targets, and where the way is blocked."""
    account, found = rows.account, rows.of["milestones"]
    mart = "milestones.onboarding_journeys_current"
    if account["stage"] is None:
        return Section("Milestones", Markup("It has no journey yet."))
    cells = rows.facts.cells(mart, account, "account_id")
    names = rows.facts.milestone_names
    said = [say.of_milestones_are_reached(cells, account)]
    if account["next_milestone_id"]:
        said.append(say.next_comes(name=quotation(names[account["next_milestone_id"]])))
    if account["time_to_first_value_days"] is not None:
        said.append(say.first_value_came_after(cells))
    if account["is_stalled"]:
        said.append(say.it_has_been_stalled(cells))
    if account["blocker_theme"]:
        said.append(say.an_open_ticket_has(account, cells))
    said += [say.usage_and_voice(cells), Markup.escape(account["diagnosis_statement"] or "")]
    columns = headed("account/story", "journey")
    return Section(
        "Milestones",
        paragraph(*said),
        table=Table("milestones", "In their order.", columns, found, (), 20),
        width="two-thirds",
    )


def voice(rows: AccountRows) -> Section:
    """What its people answer and ask for; never their words."""
    answers, tickets, names = rows.of["answers"], rows.of["tickets"], rows.facts.milestone_names
    since = rows.facts.today - dt.timedelta(180)
    where = f"{rows.key} and created_at >= date '{since}'"
    n, n_waiting = sum(row["n"] for row in tickets), sum(row["n_waiting"] for row in tickets)
    said = []
    if answers:
        nps = next((row for row in answers if row["question"] == "nps"), None)
        if nps:
            cells = rows.facts.cells("core.fct_survey_responses", nps, "response_id", "question")
            said.append(say.the_last_answer_to(cells, nps))
    else:
        said.append(Markup("Nobody answered a survey."))
    said.append(
        say.in_half_a_year(
            n,
            where,
            n_waiting,
            waiting=counted(n_waiting, "core.fct_tickets", f"{where} and solved_at is null"),
            most=say.most_about(tickets) if tickets and tickets[0]["theme"] else "",
        )
    )
    told = [
        {
            "what": words(row["question"]).replace("nps", "NPS"),
            "said": row["score"],
            "at": row["responded_at"],
            "note": ", ".join(
                filter(None, [words(row["nps_group"]) if row["nps_group"] else "", names.get(row["milestone_id"], "")])
            )
            or "–",
        }
        for row in answers
    ] + [
        {
            "what": f"tickets: {words(row['theme']) if row['theme'] else 'no theme'}",
            "said": row["n"],
            "at": row["last_at"],
            "note": f"{row['n_waiting']} open" if row["n_waiting"] else "all solved",
        }
        for row in tickets
    ]
    columns = headed("account/story", "voice")
    columns[-1] = Column("Note", "note")
    return Section(
        "Voice of the customer",
        paragraph(*said),
        table=Table("voice", "Answers and tickets of half a year.", columns, told, empty="Nothing was said."),
        width="third",
    )


def tasks(rows: AccountRows) -> Section:
    """What was done, what became of it, and who set a band by hand."""
    found = rows.of["tasks"]
    mart = "scores.fct_tasks"
    where = f"{rows.key} and status = 'done'"
    n_done = sum(row["n"] for row in rows.of["done"])
    said = [say.done_so_far(n_done, mart, where)]
    alerts = rows.of["alerts"]
    if alerts:
        said.append(say.in_four_weeks_this(what=listed([quotation(alert["reason"]) for alert in alerts])))
    forced = [row for row in rows.of["overrides"] if row["status"] == "in_force"]
    if forced:
        cells = rows.facts.cells("scores.fct_score_overrides", forced[0], "override_id")
        said.append(say.set_it_to_until(forced, cells))
    columns = headed("account/story", "tasks")
    return Section(
        "What was done",
        paragraph(*said),
        table=Table(
            "tasks", "The last twelve, the newest first.", columns, found, (), 12, "Nobody was asked for anything yet."
        ),
    )


def bands(rows: AccountRows) -> Section:
    """Since when it was in which band."""
    spells = rows.of["bands"]
    mart = "scores.fct_account_scores"
    since = (
        rows.facts.cells(mart, {**spells[0], "is_published": True}, "account_id", "scored_on", "is_published")
        if spells
        else None
    )
    prose = say.it_has_been_since(spells, since) if since else Markup("It was not scored yet.")
    columns = headed("account/story", "bands")
    return Section(
        "Bands",
        prose,
        table=Table("bands", "Changes of the band, the newest first.", columns, spells, (), 8),
        width="third",
    )
