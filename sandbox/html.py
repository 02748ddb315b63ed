"""Just enough HTML for the sandbox's own pages: elements as calls, text always escaped."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def h(tag: str, *children: Markup | str, **attributes: str | bool) -> Markup:
    """`h("a", "Bots", href="/bots")`; a trailing underscore is dropped (`class_`, `for_`)."""
    head = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in ("input", "meta", "link", "br"):
        return Markup(f"<{tag}{head}>")
    return Markup(f"<{tag}{head}>{''.join(map(_safe, children))}</{tag}>")


def join(*children: Markup | str) -> Markup:
    return Markup("".join(map(_safe, children)))


def document(title: str, body: Markup, *, page: str) -> str:
    head = h(
        "head",
        h("meta", charset="utf-8"),
        h("meta", name="viewport", content="width=device-width, initial-scale=1"),
        h("title", title),
        h("link", rel="icon", href="data:,"),
        h("link", rel="stylesheet", href="/sandbox/static/sandbox.css"),
    )
    return "<!doctype html>" + h("html", head, h("body", body, class_=page), lang="en")


def _safe(child: Markup | str) -> str:
    return child if isinstance(child, Markup) else escape(child)


def _attribute(name: str, value: str | bool) -> str:
    name = name.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{escape(value)}"'
