"""Facts computed from a book's orders, with every part of the definition named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from crmrules.parameters import Parameter
from crmrules.purchases import OrderFact

__all__ = ["Computed"]


def _options(options: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(dict(options).items())


@frozen
class Computed:
    """How one fact is computed from orders; an option may be a parameter, so that a host can change it.

    Args:
        fact: Name of the fact.
        options: The options of an ``OrderFact`` by name: literals, or ``Parameter``.
    """

    fact: str
    options: tuple[tuple[str, Any], ...] = field(converter=_options)

    def __attrs_post_init__(self) -> None:
        _ = self.definition

    @property
    def definition(self) -> OrderFact:
        """The definition with every parameter's value in place."""
        return OrderFact(**{name: _value(option) for name, option in self.options})

    def rebuilt(self, change: Callable[[Any], Any]) -> Computed:
        """Return the definition with its parameters passed through ``change``."""
        return evolve(self, options=tuple((name, change(option)) for name, option in self.options))

    def plain(self) -> Mapping[str, Any]:
        """Return the options as a document writes them."""
        return {name: option.name if isinstance(option, Parameter) else option for name, option in self.options}


def _value(option: Any) -> Any:
    return option.value if isinstance(option, Parameter) else option
