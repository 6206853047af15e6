"""Commands for the people who write lessons: `flask content check`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from settings import read_settings

if TYPE_CHECKING:
    from .check import Report


@click.group()
def content() -> None:
    """Lessons and quizzes, as files."""


@content.command()
@click.option("--json", "as_json", is_flag=True, help="Print the counts and mistakes as data.")
@click.option("--complete", is_flag=True, help="What a whole bank holds is counted, and a mistake where it is missing.")
@click.option("--release", is_flag=True, help="An overdue review or an unverified fact is a mistake.")
@click.option("--own", is_flag=True, help="Check the school's own lessons instead (SAFE_HARBOUR_LESSONS).")
def check(as_json: bool, complete: bool, release: bool, own: bool) -> None:
    """Print every mistake in the content with its file and line, and what to do."""
    from . import check as checking  # here: a server checks nothing, and the rules take memory

    if own:
        _check_own()
    report = checking.check_content(checking.SHIPPED, datetime.now(UTC).date(), complete, release)
    click.echo(_as_json(report) if as_json else _as_words(report, complete))
    sys.exit(1 if report.mistakes else 0)


def _check_own() -> None:
    """The school's own lessons, read anew."""
    from .own_reading import read_own

    folder = read_settings().own_lessons
    if folder is None:
        raise click.ClickException("SAFE_HARBOUR_LESSONS names no folder: docs/own-lessons.md says how to begin.")
    bank = read_own(folder, datetime.now(UTC).date())
    for mistake in bank.mistakes:
        click.echo(str(mistake))
    for note in bank.notes:
        click.echo(f"{note.path}:{note.line}: (to think about) {note.message}")
    if not bank.is_level_checked:
        click.echo("reading level: not checked (textstat is not installed)")
    if not bank.is_spelling_checked:
        click.echo("spelling: American forms alone were looked for (hunspell-en-gb is not installed)")
    click.echo(f"own lessons that are taught: {len(bank.lessons)}; mistakes: {len(bank.mistakes)}")
    sys.exit(1 if bank.mistakes else 0)


def _as_json(report: Report) -> str:
    told = {"mistake_list": list(map(str, report.mistakes)), "warning_list": list(map(str, report.warnings))}
    return json.dumps({**report.counts, **told}, indent=2, ensure_ascii=False)


def _as_words(report: Report, has_table: bool) -> str:
    from .table import as_table  # with the rules, which a server does not need

    lines = [*as_table(report.counts), ""] if has_table else []
    lines += [str(mistake) for mistake in report.mistakes]
    lines += [f"{warning.path}:{warning.line}: (to think about) {warning.message}" for warning in report.warnings]
    if report.counts.get("reading_level") == "not checked":
        lines.append("reading level: not checked (textstat is not installed)")
    if report.counts.get("spelling") != "checked":
        lines.append("spelling: American forms alone were looked for (hunspell-en-gb is not installed)")
    lessons, missing, count = report.counts["lessons"], report.counts["missing_lessons"], len(report.mistakes)
    written = "one lesson" if lessons == 1 else f"{lessons} lessons"
    found = "no mistakes" if not count else "one mistake" if count == 1 else f"{count} mistakes"
    lines.append(f"{written}, {missing} not written yet: {found}")
    return "\n".join(lines)
