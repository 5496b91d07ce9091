"""An account's way: milestones, what its people say, what is done about it and what became of that.

Belongs here: what surrounds the score. Does not belong here: the score (account_score.py).
"""

import datetime as dt

from markupsafe import Markup

from orchestration.publishing.site.components.blocks import Column, Section, Table
from orchestration.publishing.site.content.facts import Row
from orchestration.publishing.site.content.formats import words
from orchestration.publishing.site.content.words import counted, listed, paragraph, plural, quotation, sentence
from orchestration.publishing.site.pages.account.score import AccountRows


def next_steps(rows: AccountRows) -> Section:
    """What is to be done now, by whom and until when, and the plan it belongs to."""
    tasks, mart = rows.of["recommended"], "scores.fct_recommended_plays"
    if not tasks:
        return Section("Next", Markup("No play is called for today."))
    key = ("scored_on", "task_id")
    first = rows.facts.cells(mart, tasks[0], *key)
    prose = sentence(
        "<strong>{task}</strong>: {owner}, by {due}; {deliverable}.", task=tasks[0]["task"],
        deliverable=_lower(tasks[0]["deliverable"]),
        owner=_owner(tasks[0]), due=first.figure("due_date", "day"),
    )  # fmt: skip
    columns = [
        Column("Task", "task"), Column("Owner", "owner"), Column("Due", "due_date", "due"),
        Column("Why", "reason", "words"), Column("Status", "status", "words"),
    ]  # fmt: skip
    named = [{**task, "owner": _owner(task)} for task in tasks]
    return Section("Next", prose, table=Table("next", "In the order of the worklist.", columns, named))


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
    said = [sentence(
        "{n} of {all} milestones are reached; it is at the stage {stage}.", n=cells.figure("n_attained"),
        all=cells.figure("n_milestones"), stage=quotation(words(account["stage"])),
    )]  # fmt: skip
    if account["next_milestone_id"]:
        said.append(
            sentence(
                "Next comes {name}.",
                name=quotation(names[account["next_milestone_id"]]),
            )
        )
    if account["time_to_first_value_days"] is not None:
        said.append(sentence("First value came after {days}.", days=cells.figure("time_to_first_value_days", "days")))
    if account["is_stalled"]:
        said.append(
            sentence("It has been <strong>stalled</strong> since {day}.", day=cells.figure("stalled_on", "day"))
        )
    if account["blocker_theme"]:
        said.append(
            sentence(
                "An open {theme} ticket has blocked it since {day}.",
                theme=words(account["blocker_theme"]),
                day=cells.figure("blocked_since", "day"),
            )
        )
    said.append(Markup.escape(account["diagnosis_statement"] or ""))
    columns = [
        Column("#", "sequence", "count"), Column("Milestone", "name"), Column("Target", "target_date", "day"),
        Column("Reached", "attained_at", "day"), Column("After", "days_to_attain", "days"),
        Column("Status", "status", "status"),
        Column("Reached when", "success_statement"),
    ]  # fmt: skip
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
            said.append(sentence(
                "The last answer to the NPS question is {score} ({group}), of {day}.", score=cells.figure("score"),
                group=words(nps["nps_group"]), day=cells.figure("responded_at", "day"),
            ))  # fmt: skip
    else:
        said.append(Markup("Nobody answered a survey."))
    said.append(sentence(
        "{n} {tickets} in half a year{most}; {waiting} {wait} for a solution.", n=counted(n, "core.fct_tickets", where),
        tickets=plural(n, "ticket", "tickets"), waiting=counted(n_waiting, "core.fct_tickets",
        f"{where} and solved_at is null"),
        wait=plural(n_waiting, "waits", "wait"),
        most=sentence(", most about {theme}",
        theme=words(tickets[0]["theme"])) if tickets and tickets[0]["theme"] else "",
    ))  # fmt: skip
    told = [
        {"what": words(row["question"]).replace("nps", "NPS"), "said": row["score"], "at": row["responded_at"],
         "note": ", ".join(filter(None, [words(row["nps_group"]) if row["nps_group"] else "",
         names.get(row["milestone_id"], "")])) or "–"}
        for row in answers
    ] + [
        {"what": f"tickets: {words(row['theme']) if row['theme'] else 'no theme'}", "said": row["n"],
        "at": row["last_at"],
         "note": f"{row['n_waiting']} open" if row["n_waiting"] else "all solved"}
        for row in tickets
    ]  # fmt: skip
    columns = [
        Column("What", "what"),
        Column("Score or number", "said", "number"),
        Column("Last", "at", "day"),
        Column("", "note"),
    ]
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
    said = [
        sentence(
            "{n} {tasks} done so far.", n=counted(n_done, mart, where), tasks=plural(n_done, "task was", "tasks were")
        )
    ]
    alerts = rows.of["alerts"]
    if alerts:
        said.append(
            sentence(
                "In four weeks this was seen: {what}",
                what=listed([quotation(alert["reason"]) for alert in alerts]),
            )
        )
    forced = [row for row in rows.of["overrides"] if row["status"] == "active"]
    if forced:
        cells = rows.facts.cells("scores.fct_score_overrides", forced[0], "override_id")
        said.append(sentence(
            "{author} set it to {band} until {day}: {why}", author=forced[0]["author"], band=words(forced[0]["band"]),
            day=cells.figure("expires_at", "day"), why=quotation(forced[0]["reason"]),
        ))  # fmt: skip
    columns = [
        Column("Opened", "opened_on", "day"), Column("Task", "task"), Column("Owner", "owner"),
        Column("Due", "due_date", "day"),
        Column("Closed", "closed_on", "day"), Column("Status", "status", "status"),
        Column("Did it help?", "outcome", "words"),
        Column("Annotation", "annotation"),
    ]  # fmt: skip
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
    prose = (
        sentence("It has been {band} since {day}.", band=words(spells[0]["band"]), day=since.figure("scored_on", "day"))
        if since
        else Markup("It was not scored yet.")
    )
    columns = [
        Column("Since", "scored_on", "day"),
        Column("Band", "band", "band"),
        Column("Before", "band_before", "band"),
    ]
    return Section(
        "Bands",
        prose,
        table=Table("bands", "Changes of the band, the newest first.", columns, spells, (), 8),
        width="third",
    )
