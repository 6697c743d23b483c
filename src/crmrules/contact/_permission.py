"""The guard of consent: no contact by a channel and for a purpose that the customer has not agreed to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, final, get_args

from attrs import field, frozen

from crmrules._checks import must
from crmrules.conditions import Condition
from crmrules.contact._attempt import Attempt, Hold
from crmrules.contact._consents import consented, next_grant
from crmrules.contact._scoped import Scoped, channels_field, purposes_field
from crmrules.tables.policies import applies_field, name_field, note_field, source_field, title_field
from crmrules.wording import Wording, sentence

__all__ = ["WithConsent"]

WithoutData = Literal["admit", "hold"]


@final
@frozen(slots=False)
class WithConsent(Scoped):
    """Admit touches that the customer agreed to, by channel and purpose.

    Args:
        name: Stable identifier; appears in answers.
        without_data: What holds for an account of which nothing is known about consent (``consents=None``):
            ``admit`` leaves the guard off, ``hold`` admits nothing. An empty list of consents is known to be none.
        channels: Channels it is about; all by default.
        purposes: Purposes it is about, such as selling alone; all by default.
        applies: Customers it is about; everybody by default.
        source: Ids of the clauses it comes from.
        title: What it is called, in English and Chinese.
        note: How a source was read where it leaves room.
    """

    name: str = name_field()
    without_data: WithoutData = field(default="admit", kw_only=True)
    channels: tuple[str, ...] = channels_field()
    purposes: tuple[str, ...] = purposes_field()
    applies: Condition = applies_field()
    source: tuple[str, ...] = source_field()
    title: Wording = title_field()
    note: Wording = note_field()

    def __attrs_post_init__(self) -> None:
        known = get_args(WithoutData)
        must(
            self.without_data in known,
            f"guard {self.name!r}",
            "have without_data = 'admit' or 'hold'",
            self.without_data,
        )

    def hold(self, attempt: Attempt, at: datetime) -> Hold | None:
        """Return until when consent is missing, as far as it is recorded, or None if it stands."""
        held, who = attempt.account.consents, attempt.person_id
        if held is None:
            if self.without_data == "admit":
                return None
            return self.held(None, sentence("nothing is known about consent"))
        if consented(held, attempt.channel, attempt.purpose, at, who) is not None:
            return None
        again = next_grant(held, attempt.channel, attempt.purpose, at, who)
        why = sentence("no consent to {channel} for {purpose}", channel=attempt.channel, purpose=attempt.purpose)
        return self.held(again and attempt.here(again), why)
