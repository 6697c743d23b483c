"""Processes that several tests share, and a builder of cases."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from crmrules.events import Event
from crmrules.facts import choice, facts, flag
from crmrules.sla.processes import Ease, End, Item, Move, Notice, Process, Stage
from crmrules.tables import otherwise
from crmrules.worktime import WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = WorkCalendar("Asia/Shanghai", week={"mon-fri": "9-12, 13-18"})
F = facts(
    settled_on_the_spot=flag(none=False),
    complexity=choice("simple", "complex"),
    kind=choice("complaint", "inquiry"),
)


def at(text: str) -> datetime:
    """Return an instant in Shanghai: ``at("03-02 09:00")`` lies in 2026."""
    return datetime.fromisoformat(f"2026-{text.replace(' ', 'T')}").replace(tzinfo=SHANGHAI)


def told(text: str) -> tuple[Event, ...]:
    """Return events from lines ``03-02 09:00 acceptance channel=phone``."""
    return tuple(_event(number, line.split()) for number, line in enumerate(text.strip().splitlines(), start=1))


def _event(number: int, parts: list[str]) -> Event:
    day, time, kind, *facts = parts
    named = dict(fact.split("=") for fact in facts)
    return Event(kind, at(f"{day} {time}"), f"e-{number:02}", facts={name: _value(named[name]) for name in named})


def _value(text: str) -> object:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return {"yes": True, "no": False}.get(text, text)


def complaint(**changes) -> Process:
    """Acceptance, investigation, solution, implementation, feedback; settled on the spot skips to feedback."""
    return Process(
        "complaint",
        **{
            "stages": (
                Stage("acceptance", limit="2h", role="service desk", items=("confirmed",)),
                Stage("investigation", limit="3 working days", role="quality"),
                Stage("solution", limit="2 working days", role="service manager"),
                Stage("implementation", role="after-sales"),
                Stage(
                    "feedback",
                    limit={"24h": F.complexity == "simple", "5 days": F.complexity == "complex"},
                    items=(Item("result_told", channels=("phone", "email", "letter"), required=True),),
                ),
            ),
            "moves": {
                "acceptance": ("investigation", Move("feedback", when=F.settled_on_the_spot)),
                "investigation": "solution",
                "solution": ("implementation", "investigation"),
                "implementation": "feedback",
                "feedback": "closed",
                "closed": "investigation",
            },
            "notice": Notice(
                "progress_told", within="24h", every="48h", expected="expected_on", when=~F.settled_on_the_spot
            ),
            "calendar": OFFICE,
            "applies": F.kind == "complaint",
            "source": "CQ-15",
            **changes,
        },
    )


def inquiry(**changes) -> Process:
    """The shorter flow: intake, handling, feedback, service evaluation."""
    return Process(
        "inquiry",
        stages=("intake", Stage("handling", limit={"4h": F.complexity == "simple", "24h": otherwise}), "feedback"),
        ends=("evaluated",),
        **changes,
    )


def dispute() -> Process:
    """Each step opens only when the one before failed."""
    return Process(
        "dispute",
        stages=("negotiation", "mediation", "litigation"),
        ends=("settled", "judged"),
        moves={
            "negotiation": ("settled", Move("mediation", after="negotiation_failed")),
            "mediation": ("settled", Move("litigation", after="mediation_failed")),
            "litigation": ("settled", "judged"),
        },
        source="CQ-17",
    )


def sales() -> Process:
    """Four stages, then won or lost; a deal can be lost at any time."""
    names = ("first_contact", "requirement_confirmation", "proposal_submission", "contract_negotiation")
    ends = (*names[1:], "won")
    return Process(
        "sales",
        stages=[Stage(name, limit=f"{limit} days") for name, limit in zip(names, (14, 21, 14, 30), strict=True)],
        ends=(End("won"), End("lost", good=False)),
        moves={name: (later, "lost") for name, later in zip(names, ends, strict=True)},
        source="STRAT-10",
    )


def request() -> Process:
    """An after-sales request: one step, online."""
    return Process(
        "after_sales_request",
        stages=("submitted", "handling"),
        ends=("done",),
        ease=Ease(("submitted", "details_given"), most_steps=1, least_online="0.9"),
        source="UPLIFT-30",
    )
