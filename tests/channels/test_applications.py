"""WhatsApp and Messenger: the route of texts, with what only applications send."""

import pytest

from hotline.conversation.flow import Choose
from hotline.wording.files import load_flows
from hotline.wording.sms import segments
from tests.line import TestLine

WHATSAPP, MESSENGER = "whatsapp:+840000000001", "messenger:100000000000001"
BOTH = pytest.mark.parametrize("sender", [WHATSAPP, MESSENGER])
OKUBO = {"Latitude": "35.70130001", "Longitude": "139.70030001", "NumMedia": "0"}
PRIVATE = {
    "ProfileName": "Nguyen Canary Profile",
    "WaId": "840000000001",
    "Address": "1-2-3 Canary Street",
    "Label": "Canary House",
}


def everything(line: TestLine) -> str:
    """Every tip, every key and value of the durable store, and all that was logged."""
    tips, keys = "".join(map(str, line.tips())), line.keys()
    return tips + str(line.logged) + "".join(str(key) + str(line.dump(key)) for key in keys)


@BOTH
def test_names_of_profiles_and_addresses_go_nowhere(line: TestLine, sender: str) -> None:
    line.text("hôm qua 2 người bị bắt ở ga Ueno", sender, **PRIVATE)
    line.text("XONG", sender, **PRIVATE)
    kept = everything(line)
    assert "Ueno" in kept
    assert not [word for word in PRIVATE.values() if word in kept]


@BOTH
def test_a_shared_place_is_asked_as_stations_and_its_point_kept_nowhere(
    line: TestLine, sender: str
) -> None:
    line.text("bạn em bị bắt hôm qua", sender)
    asked = line.text("", sender, **OKUBO, **PRIVATE)
    assert "1 = " in asked
    assert "Ōkubo" in asked
    line.text("1", sender)
    line.text("XONG", sender)
    (tip,) = line.tips()
    assert [station.name for station in tip.place.stations] == ["新大久保"]
    kept = everything(line)
    assert not [point for point in ("35.7013000", "139.7003000") if point in kept]


@BOTH
def test_a_conversation_may_begin_with_a_place(line: TestLine, sender: str) -> None:
    assert "Ōkubo" in line.text("", sender, **OKUBO)
    menu = line.text("1", sender)
    assert "Báo tin về một người" in menu
    line.text("1", sender)
    line.text("bạn em mất liên lạc hôm qua", sender)
    line.text("XONG", sender)
    (tip,) = line.tips()
    assert tip.place.stations[0].name == "新大久保"


def test_a_label_that_came_along_is_no_word_of_the_caller(line: TestLine) -> None:
    asked = line.text("Canary House", WHATSAPP, **OKUBO, **PRIVATE)
    assert "Ōkubo" in asked
    assert "Canary" not in everything(line)


@pytest.mark.parametrize(
    "point",
    [("10.7769", "106.7009"), ("91", "0"), ("nan", "nan"), ("1e999", "0")],
)
def test_a_place_without_a_station_is_answered_truly(
    line: TestLine, point: tuple[str, str]
) -> None:
    line.text("bạn em bị bắt hôm qua", WHATSAPP)
    answer = line.text("", WHATSAPP, Latitude=point[0], Longitude=point[1])
    assert "Mình chưa tìm ra chỗ này" in answer


def test_what_is_no_point_is_no_place(line: TestLine) -> None:
    line.text("bạn em bị bắt hôm qua", WHATSAPP)
    answer = line.text("", WHATSAPP, Latitude="here", Longitude="there")
    assert "Mình chưa thấy chữ nào" in answer


def test_a_shared_place_finds_the_desk_for_a_family(line: TestLine) -> None:
    line.text("NHA", WHATSAPP)
    assert "+81-3-3580-0082" in line.text("", WHATSAPP, **OKUBO)
    assert line.tips() == []


@pytest.mark.parametrize("media", ["image/jpeg", "text/vcard", "audio/ogg", "application/pdf"])
def test_what_cannot_be_read_is_said_so(line: TestLine, media: str) -> None:
    line.text("bạn em bị bắt hôm qua", WHATSAPP)
    answer = line.text("", WHATSAPP, NumMedia="1", MediaContentType0=media)
    assert "Mình chưa xem được ảnh" in answer


@BOTH
def test_a_button_is_the_words_on_it(line: TestLine, sender: str) -> None:
    line.text("alo", sender)
    answer = line.text("Hỏi thông tin", sender, ButtonText="Hỏi thông tin", ButtonPayload="3")
    assert "Muốn về nước" in answer
    assert "Chuyện khác" not in answer
    answer = line.text("", sender, ButtonText="Muốn về nước", ButtonPayload="2")
    assert "Lên cục xin về" in answer


def test_a_button_of_an_old_message_does_not_press_a_key_of_the_new_one(line: TestLine) -> None:
    line.text("alo", WHATSAPP)
    line.text("3", WHATSAPP)
    line.text("4", WHATSAPP)  # who reads this: its third key is about the phone
    answer = line.text("Lương, tai nạn ở chỗ làm", WHATSAPP, ButtonPayload="3")
    assert "xoá nhật ký" not in answer


@BOTH
def test_long_answers_are_sent_whole(line: TestLine, sender: str) -> None:
    line.text("alo", sender)
    for key in ("3", "2", "1", "1"):
        answer = line.text(key, sender)
    assert segments(answer) == 3
    assert answer.endswith("4 = Chuyện khác")


def test_no_label_stands_for_two_keys() -> None:
    flows = load_flows()
    for flow in flows.by_id.values():
        for node in flow.nodes.values():
            if isinstance(node, Choose):
                labels = [flow.texts[f"{node.name}.{key}"].written for key in node.options]
                assert len(set(labels)) == len(labels), node.name
