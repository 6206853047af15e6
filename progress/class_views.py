"""The teacher's class page, and the same as a sheet for a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, abort, render_template, request, url_for
from markupsafe import Markup

from accounts.bands import BAND_NAMES, BANDS, YEAR_NAMES
from accounts.models import SchoolClass
from accounts.policy import Action, class_or_404, may, needs
from accounts.sessions import Actor, signed_in
from quizzes import catalogue

from .blueprint import bp
from .class_sheet import table_of, to_csv
from .queries import ClassPage, NoSuchPlace, read_class_page


@bp.app_template_filter("drawn_as")
def drawn_as(cells: Sequence[int], kinds: Sequence[Markup]) -> Markup:
    """These cells, each as its kind is drawn, in one piece: one by one they would be most of the page's work."""
    return Markup("".join([kinds[cell] for cell in cells]))  # each kind is safe already: a macro made it


@bp.get("/classes/<public_id>")
@needs(Action.SEE_CLASS)
def class_page(public_id: str) -> str:
    teacher = signed_in()
    school_class, page = _page_or_404(teacher, public_id)
    return render_template(
        "progress/class_page.html",
        school_class=school_class,
        page=page,
        year_name=YEAR_NAMES[school_class.year_group],
        band_name=BAND_NAMES[page.band],
        short_band=BANDS[page.band],
        may_run=may(teacher, Action.RUN_CLASS),
        summary_link=url_for(".summary_preview", public_id="PUPIL") if may(teacher, Action.SEE_FAMILIES) else "",
    )


@bp.get("/classes/<public_id>/sheet.csv")
@needs(Action.SEE_CLASS)
def class_sheet(public_id: str) -> Response:
    """The table of the class page, cell by cell, for Excel."""
    page = _page_or_404(signed_in(), public_id)[1]
    response = Response(to_csv(table_of(page.sheet, page.ideas)), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="class-{page.place}.csv"'
    return response


def _page_or_404(teacher: Actor, public_id: str) -> tuple[SchoolClass, ClassPage]:
    """A class this person may see, and its page for the place in the address."""
    school_class = class_or_404(teacher, public_id)
    try:
        return school_class, read_class_page(
            school_class, request.args.get("place", ""), catalogue.load().for_school(teacher.local_facts)
        )
    except NoSuchPlace:
        abort(404)
