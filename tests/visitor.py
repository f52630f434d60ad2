"""Somebody with a browser and no script: reads a page, fills in its form, sends it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import html
from werkzeug.test import Client, TestResponse

Form = dict[str, str]


@dataclass(frozen=True)
class Page:
    """What came back: the form it holds, what it says, what can be pressed."""

    status: int
    headers: Mapping[str, str]
    raw: str
    form: Form
    said: str
    buttons: Mapping[str, str]
    draft: str

    @property
    def code(self) -> str:
        """The receipt that it shows."""
        (code,) = re.findall(r"\d{4} \d{4} \d{4} \d{4}", self.said)[-1:]
        return str(code)


def page_of(answer: TestResponse) -> Page:
    """A page as a browser reads it."""
    raw = answer.get_data(as_text=True)
    root: Any = html.fromstring(raw)
    (chat,) = root.xpath("//form[@id='chat']")
    hidden = {i.get("name"): i.get("value") for i in chat.xpath(".//input[@type='hidden']")}
    buttons = {
        button.text_content(): button.get("value")
        for button in chat.xpath(".//button[@name='pick']")
    }
    said = "\n".join(p.text_content().strip() for p in root.xpath("//div[@id='log']//p"))
    (field_,) = chat.xpath(".//textarea")
    return Page(
        answer.status_code,
        dict(answer.headers),
        raw,
        hidden,
        said,
        buttons,
        str(field_.text or "").removeprefix("\n"),
    )


@dataclass
class Visitor:
    """One tab: the page it shows."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> Page:
        """Open or load the page anew."""
        self.page = page_of(self.client.get("/", headers=self.headers))
        return self.page

    def write(self, words: str, page: Page | None = None) -> Page:
        """Write words into the form of a page, by default the one that is shown, and send it."""
        return self.send({**(page or self.page).form, "words": words})

    def press(self, label: str, words: str = "", page: Page | None = None) -> Page:
        """Press a button of a page."""
        page = page or self.page
        return self.send({**page.form, "words": words, "pick": page.buttons[label]})

    def send(self, form: Form, path: str = "/") -> Page:
        """Send a form as it is."""
        self.page = page_of(self.client.post(path, data=form, headers=self.headers))
        return self.page
