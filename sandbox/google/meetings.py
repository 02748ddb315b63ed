"""What these people meet about: series and single meetings, as tables."""

from __future__ import annotations

from dataclasses import dataclass

MO, TU, WE, TH, FR = range(5)
WEEKDAYS = (MO, TU, WE, TH, FR)

NORTHWIND = {
    "maya": ("maya@northwind.example", "Maya Lindqvist"),
    "jonas": ("jonas@northwind.example", "Jonas Berg"),
    "elin": ("elin@northwind.example", "Elin Sandberg"),
    "tomas": ("tomas@northwind.example", "Tomas Öhman"),
    "aisha": ("aisha@northwind.example", "Aisha Rahman"),
    "karin": ("karin@northwind.example", "Karin Holm"),
}
OUTSIDE = {
    "priya": ("priya@harborlight.example", "Priya Nair"),
    "daniel": ("daniel.weiss@harborlight.example", "Daniel Weiss"),
    "sofia": ("sofia@aurorafoods.example", "Sofia Marchetti"),
    "ben": ("ben@kestrelrail.example", "Ben O'Connor"),
    "lena": ("lena@lindgren.example", "Lena Lindgren"),
    "recruit": ("alex.moreno@mail.example", "Alex Moreno"),
}
PEOPLE = {**NORTHWIND, **OUTSIDE}


@dataclass(frozen=True, slots=True)
class Series:
    id: str
    calendar: str
    title: str
    weekdays: tuple[int, ...]
    time: str
    minutes: int
    link: str  # meet, zoom, teams or ""
    people: tuple[str, ...]
    every_weeks: int = 1
    starts_in_week: int = 0


_MAYA, _JONAS = "maya@northwind.example", "jonas@northwind.example"
_PRODUCT = "c_product@group.calendar.northwind.example"
_PRIYA, _SAM = "priya@harborlight.example", "sam.ortega@mail.example"

SERIES = (
    Series("standup", _MAYA, "Daily standup", WEEKDAYS, "09:15", 15, "meet",
           ("maya", "jonas", "elin", "tomas")),
    Series("weekly", _MAYA, "Northwind weekly", (MO,), "10:00", 45, "meet",
           ("maya", "jonas", "elin", "tomas", "aisha", "karin")),
    Series("planning", _MAYA, "Sprint planning", (TU,), "13:00", 60, "zoom",
           ("maya", "jonas", "elin", "tomas"), 2),
    Series("oneonone", _MAYA, "Maya / Jonas 1:1", (WE,), "11:00", 30, "meet", ("maya", "jonas")),
    Series("harbor", _MAYA, "Harborlight × Northwind: pilot check-in", (TH,), "15:00", 45, "zoom",
           ("maya", "karin", "priya", "daniel")),
    Series("design", _MAYA, "Design review", (FR,), "10:30", 45, "meet",
           ("aisha", "maya", "jonas", "elin")),
    Series("kestrel", _MAYA, "Kestrel Rail QBR", (TU,), "16:00", 50, "teams",
           ("karin", "maya", "ben"), 2, 1),
    Series("lunch", _MAYA, "Team lunch", (FR,), "12:00", 60, "", ("maya", "jonas", "elin")),
    Series("focus", _MAYA, "Focus time", (MO, WE), "14:00", 90, "", ()),
    Series("refine", _PRODUCT, "Backlog refinement", (WE,), "13:30", 45, "meet",
           ("jonas", "maya", "tomas")),
    Series("demo", _PRODUCT, "Product demo", (TH,), "11:00", 30, "teams",
           ("elin", "maya", "jonas", "aisha")),
    Series("roadmap", _PRODUCT, "Roadmap review", (MO,), "15:30", 60, "zoom",
           ("maya", "jonas", "karin"), 2),
    Series("jstandup", _JONAS, "Daily standup", WEEKDAYS, "09:15", 15, "meet",
           ("maya", "jonas", "elin", "tomas")),
    Series("jcode", _JONAS, "Code reading", (TH,), "16:00", 45, "meet", ("jonas", "tomas")),
    Series("pweekly", _PRIYA, "Customer care weekly", (MO,), "10:00", 45, "teams",
           ("priya", "daniel")),
    Series("ppilot", _PRIYA, "Harborlight × Northwind: pilot check-in", (TH,), "14:00", 45, "zoom",
           ("priya", "daniel", "maya", "karin")),
    Series("scoffee", _SAM, "Coffee with Alex", (TU,), "17:00", 30, "meet", ("recruit",)),
)  # fmt: skip

_LONG_TITLE = (
    "Partner intro: a conversation about everything we could possibly do together in the coming "
    "year if the stars, the budgets and the calendars align"
)

# Single meetings: title, link, minutes, people. A day's are drawn from these by the seed.
SINGLES: dict[str, tuple[tuple[str, str, int, tuple[str, ...]], ...]] = {
    _MAYA: (
        ("Intro call: Aurora Foods", "zoom", 30, ("maya", "karin", "sofia")),
        ("Kestrel Rail: security questions", "teams", 45, ("maya", "ben", "tomas")),
        ("Interview: Alex Moreno (backend)", "meet", 60, ("maya", "jonas", "recruit")),
        ("Hiring debrief: backend engineer", "meet", 30, ("maya", "jonas", "elin", "aisha")),
        ("Incident review: late notifications", "meet", 45, ("tomas", "maya", "jonas")),
        ('Q4 <b>bold</b> plans & "quotes"', "zoom", 45, ("maya", "karin", "jonas")),
        ("Lindgren renewal call", "teams", 30, ("karin", "maya", "lena")),
        ("Prototype critique: onboarding", "meet", 40, ("aisha", "maya", "elin")),
        ("Budget catch-up with Karin", "meet", 25, ("maya", "karin")),
        ("Dentist", "", 45, ()),
        ("Call the landlord", "", 15, ()),
        ("Kickoff: mobile pages", "zoom", 60, ("jonas", "maya", "aisha", "elin")),
        ("Harborlight onboarding, second group 🚢", "zoom", 60, ("karin", "maya", "priya")),
        ("Reading: <script>alert('hello')</script> and other customer feedback", "meet", 30,
         ("maya", "aisha")),
        (_LONG_TITLE, "teams", 45,
         ("maya", "ben", "sofia")),
        ("", "meet", 30, ("maya", "tomas")),
    ),
    _PRODUCT: (
        ("Usability test: calendar page", "meet", 45, ("aisha", "maya")),
        ("API design review", "zoom", 60, ("tomas", "jonas", "maya")),
    ),
    _JONAS: (
        ("Pairing with Tomas", "meet", 60, ("jonas", "tomas")),
        ("Interview: Alex Moreno (backend)", "meet", 60, ("maya", "jonas", "recruit")),
    ),
    _PRIYA: (
        ("Supplier call", "teams", 30, ("priya", "sofia")),
        ("Works council preparation", "", 60, ("priya", "daniel")),
    ),
    _SAM: (("Portfolio review", "meet", 30, ("recruit",)),),
}  # fmt: skip

# Fixed days off, month and day.
HOLIDAYS = (
    (1, 1, "New Year's Day"), (1, 6, "Epiphany"), (5, 1, "May Day"), (6, 6, "National Day"),
    (11, 29, "First Advent"), (12, 6, "Second Advent"), (12, 13, "Saint Lucia"),
    (12, 20, "Fourth Advent"), (12, 24, "Christmas Eve"), (12, 25, "Christmas Day"),
    (12, 26, "Boxing Day"), (12, 31, "New Year's Eve"), (2, 14, "Valentine's Day"),
    (3, 8, "International Women's Day"), (4, 30, "Walpurgis Night"), (10, 31, "Halloween"),
)  # fmt: skip
HOLIDAY_CALENDAR = "sv.swedish#holiday@group.v.calendar.example"
