"""/sandbox/: the same strings for people, as plain pages with forms and no script.

Each form goes to /sandbox/do/<the path of the API call>, which comes back to the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.clock import iso
from sandbox.control import consent_pages, event_pages, trouble_pages
from sandbox.control.forms import button, form, number, select_story, table
from sandbox.html import Markup, document, h, join
from sandbox.play import Play
from sandbox.provider.models import Booking, Bot

_PAGES = (
    ("/sandbox/", "Bots"),
    ("/sandbox/events", "Events"),
    ("/sandbox/accidents", "Accidents"),
    ("/sandbox/deliveries", "Deliveries"),
    ("/sandbox/requests", "Requests"),
    ("/sandbox/google", "Google"),
    ("/sandbox/microsoft", "Microsoft"),
    ("/sandbox/zoom", "Zoom"),
)


class Pages:
    def __init__(self, play: Play) -> None:
        self.play, self.world = play, play.world

    def routes(self) -> list[Route]:
        async def home(request: Request) -> Response:
            return RedirectResponse("/sandbox/", 307)

        pages: dict[str, Callable[[], Markup]] = {
            "/sandbox/": self._bots,
            "/sandbox/events": lambda: event_pages.events(self.play),
            "/sandbox/accidents": lambda: trouble_pages.accidents(self.world),
            "/sandbox/deliveries": lambda: trouble_pages.deliveries(self.world),
            "/sandbox/requests": self._requests,
            "/sandbox/google": lambda: consent_pages.google(self.world),
            "/sandbox/microsoft": lambda: consent_pages.microsoft(self.world),
            "/sandbox/zoom": lambda: consent_pages.zoom(self.world),
        }
        shown = [Route(path, self._shown(path, body)) for path, body in pages.items()]
        return [Route("/sandbox", home), *shown]

    def _shown(self, path: str, body: Callable[[], Markup]) -> Callable[[Request], Response]:
        title = dict(_PAGES)[path]

        def answer(request: Request) -> Response:
            links = [
                h("a", name, href=address, **({"aria_current": "page"} if address == path else {}))
                for address, name in _PAGES
            ]
            page = join(h("nav", *links), h("h1", f"Sandbox: {title}"), body())
            return HTMLResponse(document(f"{title} · Sandbox", h("main", page, class_="pages"),
                                         page="plain"))  # fmt: skip

        return answer

    def _bots(self) -> Markup:
        bots = sorted(self.world.provider.bots.values(), key=lambda b: -b.created_at)
        waiting = [b for b in self.world.provider.bookings.values() if b.status == "scheduled"]
        waiting.sort(key=lambda booking: booking.join_at)
        return join(
            self._time_controls(),
            table("Bots that went", ("Meeting", "State", "Story", "Recorded", ""),
                  [self._bot_row(bot) for bot in bots]),
            table("Bots that are booked", ("Meeting", "Joins at", "Story", ""),
                  [self._booking_row(booking) for booking in waiting[:100]]),
        )  # fmt: skip

    def _time_controls(self) -> Markup:
        clock = self.world.clock
        following = self.world.provider.next_story or "chosen by its link, else happy_path"
        return join(
            h("p", f"It is {iso(clock.now())}; stories run at {clock.speed:g} times the clock. "
                   f"Story of the next bot: {following}.", class_="quiet"),
            form("speed", number("speed", "Speed", clock.speed), button("Set speed")),
            form("advance", number("seconds", "Seconds", 300), button("Jump ahead")),
            form("next_story", select_story(), button("Use for the next bot")),
        )  # fmt: skip

    def _bot_row(self, bot: Bot) -> Sequence[Markup | str]:
        live = join(
            form(f"bots/{bot.bot_id}/story", select_story(bot.script), button("Tell")),
            form(f"bots/{bot.bot_id}/chat", button("Somebody chats"),
                 h("input", type="hidden", name="text", value="Can you see my screen?")),
            form(f"bots/{bot.bot_id}/leave", button("Leave")),
        )  # fmt: skip
        return (
            join(bot.title, h("br"), h("span", bot.meeting_url, class_="quiet")),
            h("span", bot.status, class_="bad" if bot.status == "failed" else "good"),
            bot.script if not bot.error_code else f"{bot.script}: {bot.error_code}",
            f"{bot.recorded_seconds:.0f} s",
            "" if bot.is_terminal else live,
        )

    def _booking_row(self, booking: Booking) -> Sequence[Markup | str]:
        event = self.world.provider.event(booking.event_id or "")
        title = event.title if event else "Booked by hand"
        return (
            join(title, h("br"), h("span", booking.meeting_url, class_="quiet")),
            iso(booking.join_at),
            form(f"bots/{booking.bot_id}/story", select_story(booking.story), button("Choose")),
            form(f"bots/{booking.bot_id}/start", button("Send it now")),
        )

    def _requests(self) -> Markup:
        entries = list(self.world.requests.entries)[::-1][:200]
        rows = [
            (
                e["at"],
                e["method"],
                e["path"],
                str(e["status"]),
                str(e["body"] or "")[:600],
            )
            for e in entries
        ]
        return table("Newest first", ("At", "Method", "Path", "Status", "Body"), rows)
