"""The same shape with a few fields changed, at half the cost of `dataclasses.replace`: a turn does
it half a dozen times."""

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

Shape = TypeVar("Shape")
_Copy = tuple[Callable[[Any], Any], Callable[[Any, Any], None]]
_copies: dict[type, tuple[_Copy, ...]] = {}  # by shape: how each of its fields is read and written

if TYPE_CHECKING:
    from dataclasses import replace  # which mypy knows well
else:

    def replace(one: Shape, **changes: Any) -> Shape:
        """`one` with other values in some fields; for frozen dataclasses with slots alone."""
        shape = type(one)
        new = object.__new__(shape)
        for get, put in _copies.get(shape) or _learn(shape):
            put(new, get(one))
        for name, value in changes.items():
            object.__setattr__(new, name, value)  # an AttributeError where there is no such field
        return new


def _learn(shape: Any) -> tuple[_Copy, ...]:
    slots = [shape.__dict__[field.name] for field in fields(shape)]
    return _copies.setdefault(shape, tuple((slot.__get__, slot.__set__) for slot in slots))


__all__ = ["replace"]
