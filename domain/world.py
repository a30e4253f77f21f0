"""What a decision may look at: the states of the streams it named, and nothing else.

Knows no aggregate, so that every aggregate may know it. Which state belongs to which stream is
told by the state's class; `domain.folding` makes the states from recorded events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import ClassVar, Self, TypeVar

from domain import ids


@dataclass(frozen=True, slots=True)
class State:
    """Base of every aggregate's state. The state of a stream without facts is the default one.

    `facts` counts the facts that count now; `withdrawn` says that at least one was taken back.
    """

    category: ClassVar[str]

    facts: int = 0
    withdrawn: bool = False

    @classmethod
    def stream(cls, identifier: str) -> str:
        """Return the stream that the state of this identifier is folded from."""
        return ids.stream(cls.category, identifier)

    def counted(self, facts: int, *, withdrawn: bool) -> Self:
        """Return the state with its facts counted; folding does this, no aggregate by itself."""
        return replace(self, facts=facts, withdrawn=withdrawn)


StateT = TypeVar("StateT", bound=State)


@dataclass(frozen=True, slots=True)
class World:
    """The states of the streams that `needs` named. Frozen; holds no stream that was not read.

    `needs` may also name a subject, `unit:HR`: then the state is folded from all facts that
    concern it. Only the versions of streams are fenced when the decision is recorded, so a
    decision may not rest its safety on a subject's state alone.
    """

    states: Mapping[str, State] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", MappingProxyType(dict(self.states)))

    def get(self, kind: type[StateT], identifier: str = "") -> StateT:
        """Return the state of one aggregate.

        A stream that was read and is empty has the default state. Raises LookupError when the
        stream was not read at all: a decision on it would rest on nothing, so `needs` is wrong.
        """
        name = kind.stream(identifier)
        state = self.of_stream(name)
        if not isinstance(state, kind):
            raise TypeError(f"the stream {name} holds a {type(state).__name__}, no {kind.__name__}")
        return state

    def of_stream(self, name: str) -> State:
        """Return the state of a stream by its full name. Raises LookupError as `get` does."""
        state = self.states.get(name)
        if state is None:
            raise LookupError(
                f"the stream {name} was not read: `needs` of the command must name it"
            )
        return state
