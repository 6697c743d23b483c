"""A customer's touches by scope, sorted: how guards and cadences look them up."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, final

from attrs import frozen

__all__ = ["ANY", "Diary", "Scope"]


@final
@frozen(cache_hash=True)
class Scope:
    """Which touches count.

    Args:
        channels: By these channels; all by default.
        purposes: With these purposes; all by default.
        depths: Of these depths; all by default.
        person: With this person; everybody by default.
    """

    channels: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    depths: tuple[str, ...] = ()
    person: str = ""

    def holds(self, touch: Any) -> bool:
        """Say whether a touch counts."""
        return (
            (not self.channels or touch.channel in self.channels)
            and (not self.purposes or touch.purpose in self.purposes)
            and (not self.depths or touch.depth in self.depths)
            and (not self.person or touch.person == self.person)
        )


ANY = Scope()


@final
class Diary:
    """Touches that can be added and taken out; instants are sorted, in UTC, scope by scope."""

    __slots__ = ("_by_name", "_held", "_times", "version")

    def __init__(self, touches: Iterable[Any] = ()) -> None:
        self._held: list[tuple[datetime, Any]] = [(touch.at.astimezone(UTC), touch) for touch in touches]
        self._times: dict[Scope, list[datetime]] = {}
        self._by_name: dict[str, list[Any]] | None = None
        self.version = 0

    def times(self, scope: Scope = ANY) -> list[datetime]:
        """Return the instants of the touches that count; the list must not be changed."""
        found = self._times.get(scope)
        if found is None:
            if scope is ANY:
                found = sorted(at for at, _ in self._held)
            else:
                found = sorted(at for at, touch in self._held if scope.holds(touch))
            self._times[scope] = found
        return found

    def for_(self, name: str) -> list[Any]:
        """Return the touches that were made, or are planned, for a cadence or occasion."""
        if self._by_name is None:
            self._by_name = {}
            for _, touch in self._held:
                for each in touch.for_:
                    self._by_name.setdefault(each, []).append(touch)
        return self._by_name.get(name, [])

    def add(self, touch: Any) -> None:
        """Add a touch."""
        self._by_name = None
        at = touch.at.astimezone(UTC)
        self._held.append((at, touch))
        self.version ^= hash((at, touch.channel, touch.for_))
        for scope, found in self._times.items():
            if scope.holds(touch):
                insort(found, at)

    def remove(self, touch: Any) -> None:
        """Take out a touch that was added."""
        self._by_name = None
        at = touch.at.astimezone(UTC)
        self._held.remove((at, touch))
        self.version ^= hash((at, touch.channel, touch.for_))
        for scope, found in self._times.items():
            if scope.holds(touch):
                del found[bisect_left(found, at)]

    def copy(self) -> Diary:
        """Return a diary of the same touches."""
        twin = Diary()
        twin.version = self.version
        twin._held = list(self._held)
        twin._times = {scope: list(found) for scope, found in self._times.items()}
        return twin

    def touches(self) -> list[Any]:
        """Return the touches in order of time."""
        return [touch for _, touch in sorted(self._held, key=lambda held: held[0])]
