"""The few elements the control pages are made of: tables whose rows end in small forms."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.html import Markup, h
from sandbox.stories import STORIES


def form(path: str, *children: Markup | str) -> Markup:
    return h("form", *children, method="post", action=f"/sandbox/do/{path}")


def button(words: str) -> Markup:
    return h("button", words, type="submit")


def number(name: str, words: str, value: float) -> Markup:
    field = h("input", type="number", name=name, value=f"{value:g}", step="any", size="6")
    return h("label", f"{words} ", field)


def select_story(chosen: str | None = None) -> Markup:
    options = [h("option", name, value=name, selected=name == chosen) for name in STORIES]
    return h("select", *options, name="story", aria_label="Story")


def table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[Markup | str]]) -> Markup:
    top = h("tr", *(h("th", head or "Actions", scope="col") for head in heads))
    body = [h("tr", *(h("td", cell) for cell in row)) for row in rows]
    if not body:
        body = [h("tr", h("td", "None yet.", colspan=str(len(heads))))]
    whole = h("table", h("caption", caption), h("thead", top), h("tbody", *body))
    return h("div", whole, class_="scroll", tabindex="0", role="region", aria_label=caption)
