"""Forms filled in and sent past the scripts of their page, as a browser without scripts does."""

from __future__ import annotations

from playwright.sync_api import Page

WRITTEN = ":is(textarea, input:not([type]), [type=text], [type=email], [type=password]):not([hidden])"

FORMS = f"""() => [...document.querySelectorAll("main form[method=post]")]
  .filter((form) => form.querySelector("{WRITTEN}")).map((form) => form.getAttribute("action"))"""
FILL = f"""([action, text]) => {{
  for (const field of document.querySelectorAll(`main form[action="${{action}}"] {WRITTEN}`))
    field.value = field.type === "password" ? "court" : text;
}}"""
SEND = """(action) =>
  HTMLFormElement.prototype.submit.call(document.querySelector(`main form[action="${action}"]`))"""
LOST = f"""([action, text]) => [...document.querySelectorAll(`main form[action="${{action}}"] {WRITTEN}`)]
  .filter((field) => field.type !== "password" && field.value !== text).map((field) => field.value)"""


def forms_to_write_in(page: Page) -> list[str]:
    """The addresses of the forms where a person writes something."""
    actions: list[str] = page.evaluate(FORMS)
    return actions


def fill(page: Page, action: str, text: str) -> None:
    """Write ``text`` everywhere in a form, and a password too short for any account."""
    page.evaluate(FILL, [action, text])


def send(page: Page, action: str) -> int:
    """Send a form as it stands; the status of the page it leads to."""
    with page.expect_navigation() as sent:
        page.evaluate(SEND, action)
    return sent.value.status


def lost(page: Page, action: str, text: str) -> list[str]:
    """What the fields of a form hold instead of what :func:`fill` wrote; passwords are not written back."""
    found: list[str] = page.evaluate(LOST, [action, text])
    return found
