"""Strategies for any value that an event type of the domain allows, made from its annotations."""

import re
import types
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from domain.message import DomainEvent

LARGEST_INTEGER = 2**53 - 1


def events_of(event_type: type[DomainEvent]) -> st.SearchStrategy[DomainEvent]:
    """Any event of a type whose texts are in normal form, as they come back from the log."""
    return _models(event_type)


def plain_texts(least: int = 0, most: int = 20) -> st.SearchStrategy[str]:
    """Texts that a log can hold, in normal form C, within limits of length."""
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    return (
        st.text(characters, min_size=least, max_size=most)
        .map(lambda text: unicodedata.normalize("NFC", text))
        .filter(lambda text: least <= len(text) <= most)
    )


def _models(model: type[Any]) -> st.SearchStrategy[Any]:
    fields = {
        name: _values(field.annotation, field.metadata)
        for name, field in model.model_fields.items()
    }
    return st.fixed_dictionaries(fields).map(lambda given: model(**given))


def _values(annotation: Any, metadata: Sequence[object] = ()) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _values(arguments[0], [*arguments[1:], *metadata])
    if origin in (Union, types.UnionType):
        return st.one_of([_values(each, metadata) for each in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        least = int(_limit(metadata, "min_length", 0))
        most = min(int(_limit(metadata, "max_length", least + 2)), least + 2)
        return st.lists(_values(arguments[0]), min_size=least, max_size=most).map(tuple)
    if origin is dict:
        keys = st.text("abc_", min_size=1, max_size=5)
        return st.dictionaries(keys, _values(arguments[1]), max_size=2)
    if annotation is type(None):
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _models(annotation)
    return _scalars(annotation, metadata)


def _scalars(annotation: Any, metadata: Sequence[object]) -> st.SearchStrategy[Any]:
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        least = _limit(metadata, "ge", -LARGEST_INTEGER)
        return st.integers(int(least), int(_limit(metadata, "le", LARGEST_INTEGER)))
    if annotation is date:
        return st.dates()
    if annotation is UUID:
        return st.uuids()
    pattern = _limit(metadata, "pattern", None)
    if pattern is not None:
        return _matching(str(pattern).removeprefix("^").removesuffix("$"))
    least, most = _limit(metadata, "min_length", 0), _limit(metadata, "max_length", 40)
    return plain_texts(int(least), min(int(most), 40))


def _matching(pattern: str) -> st.SearchStrategy[str]:
    # The model's own engine counts every script's blanks as blanks, and no script's digits but ours.
    flags = re.UNICODE if r"\s" in pattern else re.ASCII
    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    found = st.from_regex(re.compile(pattern, flags), fullmatch=True, alphabet=characters)
    return found.filter(lambda text: unicodedata.is_normalized("NFC", text))


def _limit(metadata: Sequence[object], name: str, default: Any) -> Any:
    """A limit of a field, wherever it stands: in the field itself or in its type's own parts."""
    for each in metadata:
        inner = each.metadata if isinstance(each, FieldInfo) else [each]
        for part in inner:
            found = getattr(part, name, None)
            if found is not None:
                return found
    return default
