"""A browser's visit to Airflow: it logs in as a person does, and looks at a run."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from airflow_fargate_rehearsal.report.devtools import BrowserError, Page, browser

_SECONDS = 90.0
"""For all of it. A page takes a second or two; a machine that is busy, ten times as long."""
_SIZE = {"width": 1440, "height": 900}
_LOGIN_FORM = "!!document.querySelector('form[name=login] input[name=password]')"
_LOADED = """[...document.querySelectorAll('.chakra-skeleton, #root [role=progressbar]')]
  .every(each => !each.checkVisibility({visibilityProperty: true}))"""
"""Airflow 3.3.2 shows grey bars where something is still to come, and a moving one above, which is
hidden later."""
_AT_REST = """(() => {
  const now = document.body.innerText + document.querySelectorAll('*').length;
  if (window.seen !== now) { window.seen = now; window.since = Date.now(); }
  window.began ??= Date.now();
  return Date.now() - window.since > 1500 || Date.now() - window.began > 10000;
})()"""
"""Whether nothing has changed for a while: the grid comes after the table. But a page that always
changes, as of a run that goes on, is good enough after a time."""
_TEXT = "(document.body ? document.body.innerText : '')"


def screenshot(
    url: str, *, user: str, password: str, dag_id: str, run_id: str, file: Path
) -> str | None:
    """Log into Airflow at `url`, open the page of a DAG's run, and write it to `file` as PNG.

    None when it is done, else a sentence that says why there is no picture.
    """
    try:
        with browser(_SECONDS) as page:
            _log_in(page, url, user, password)
            _open_run(page, url, dag_id, run_id)
            file.write_bytes(page.picture())
    except (BrowserError, OSError) as error:
        return str(error)
    return None


def _log_in(page: Page, url: str, user: str, password: str) -> None:
    page.show(url, **_SIZE)
    page.wait(_LOGIN_FORM, "Airflow's login form")
    page.value(
        "(() => { const form = document.querySelector('form[name=login]');"
        f" form.querySelector('[name=username]').value = {json.dumps(user)};"
        f" form.querySelector('[name=password]').value = {json.dumps(password)};"
        " form.setAttribute('data-filled', 'yes');"
        " form.querySelector('[type=submit]').click(); })()"
    )
    # Back at a form that nobody filled in: the login was refused.
    again = f"{_LOGIN_FORM} && !document.querySelector('[data-filled]')"
    inside = "!!document.querySelector('#root') && !location.pathname.startsWith('/auth/')"
    if page.wait(f"({again}) ? 'refused' : ({inside})", "the page behind the login") == "refused":
        raise BrowserError(f"Airflow did not let the user {user} in: wrong user or password.")


def _open_run(page: Page, url: str, dag_id: str, run_id: str) -> None:
    page.show(f"{url}/dags/{quote(dag_id)}/runs/{quote(run_id)}", **_SIZE)
    shown = f"{_TEXT}.includes({json.dumps(dag_id)}) && {_TEXT}.includes({json.dumps(run_id)})"
    page.wait(f"{shown} && {_LOADED}", f"the page of run {run_id}")
    page.wait(_AT_REST, "the page to be complete")
