"""What is understood of words saves questions only where it is sure."""

from datetime import datetime

import pytest

from hotline.conversation.events import Said
from hotline.conversation.session import Session
from hotline.intake.learned import said
from hotline.understanding.message import understand

NOW = datetime.fromisoformat("2026-11-24T20:00")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("em trai em bị bắt", ("kind", "arrest")),
        ("em bị cảnh sát hỏi thẻ ở ga Ueno", ("guess", "arrest")),
        ("chào", None),
    ],
)
def test_only_a_sure_kind_saves_the_question(text: str, kept: tuple[str, str] | None) -> None:
    session = Session("sms", "start", 1, "door")
    value = said(Said(NOW, text), session, understand(text, NOW))
    found = [(one.field, one.value) for one in value.kept if one.field in ("kind", "guess")]
    assert found == ([kept] if kept else [])
