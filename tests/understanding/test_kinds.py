"""What happened, and who writes."""

from datetime import datetime

import pytest

from hotline.understanding.message import understand

NOW = datetime.fromisoformat("2026-11-24T20:00")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nghe nói hôm qua có 2 bạn bị bắt", "arrest"),
        ("em trai em bi bat roi mat lien lac", "arrest"),
        ("không biết chồng em có bị bắt không, tắt máy từ hôm qua", "missing"),
        ("quá hạn visa có bị bắt không ạ", "question"),
        ("bị bắt thì gọi ai vậy", "question"),
        ("chủ bắt em làm 16 tiếng, bị bắt làm cả chủ nhật", "abuse"),
        ("em bị chồng đánh", "abuse"),
        ("em trai em bị mấy người lạ đánh gãy tay", "injury"),
        ("em trai em mất rồi", "death"),
        ("em bị mất thẻ ngoại kiều", "other"),
        ("em muốn chết", "other"),
        ("công ty chưa trả lương cho em", "wages"),
        ("e muon ve nuoc", "return"),
        ("ông chủ biến mất, chưa ai có lương", "wages"),
        ("công ty bị cảnh sát vào bắt 5 người", "arrest"),
        ("ông chủ bắt mấy đứa ngủ chuồng gà", "abuse"),
        ("bị giữ lại 3 man tiền cọc", "wages"),
        ("chú em cứ đòi nhảy lầu", "other"),
        ("bà ngoại em mất, em chưa về được", "death"),
        ("ai bị nyukan giữ rồi cho em xin kinh nghiệm", "question"),
        ("cháy nhà trọ mà không ai sao", "other"),
        ("không có chuyện bạn Tú bị bắt đâu", "other"),
        ("sao mấy bạn bị bắt hay bị giữ 23 ngày vậy ạ", "question"),
        ("mẹ ốm nặng, em muốn xin về nước", "return"),
        ("tuyển 5 bạn nữ, lương cao", "other"),
        ("em trai em đã về nhà rồi, cảm ơn mọi người", "other"),
        ("Lạc em trai 9 tuổi ở ga Ebina khoảng 4 rưỡi chiều nay", "missing"),
        ("Em đi lạc, xuống nhầm ga Toyohashi, giờ không còn tàu về", "other"),
        ("bạn nữ bị mất tích, cảnh sát dán hình ở ga Kitami", "missing"),
        ("sep doa dam chet neu e bao nghiep doan", "abuse"),
        ("hai vợ chồng nó bị ngạt khí than chết cả đôi", "death"),
        ("thg chau toi con dung cho xe bus truoc ga Ueda, gio mat bong", "missing"),
        ("con em mới sinh được 2 ngày thì mất, em làm giấy khai tử ở đâu", "death"),
        ("Xưởng cháy rụi, công ty bảo không có tiền trả lương cho em", "wages"),
        ("goi cho thang con tui khong duoc, ho noi no bo di mo mat roi", "missing"),
        ("hết hợp đồng, muốn về mà công ty cứ lần lữa không làm giấy cho", "return"),
        ("Nếu đang đi đường bị cảnh sát hỏi giấy thì mình có quyền im lặng không?", "question"),
        ("Nếu bị sếp đánh hôm qua thì em kiện ở đâu ạ, em gãy tay rồi", "abuse"),
        ("Nếu chồng em bị bắt hôm qua ở ga Ueno thì em phải hỏi ở đâu ạ?", "arrest"),
        ("neu ai thay chong em o ga Ueno thi bao em, anh ay mat tich tu hom qua", "missing"),
        ("từ sân bay Chubu về ga Anjo đi tàu gì nhanh ạ", "question"),
    ],
)
def test_the_kind_is_told(text: str, kind: str) -> None:
    assert understand(text, NOW).kind == kind


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("em bị cảnh sát bắt", "self"),
        ("ba em bị bắt tối qua", "relative"),
        ("vừa thấy cảnh sát bắt mấy bạn ở ga", "witness"),
        ("nghe nói có 3 bạn bị bắt", "unknown"),
        ("bạn cùng phòng em bị bắt", "relative"),
        ("bọn em bị quỵt lương", "self"),
        ("cho em hỏi luật sư ở đâu ạ", "unknown"),
        ("luong bi tru vo ly, e co chup bang luong", "self"),  # "vô lý", no wife
        ("tôi là mẹ của cháu Toàn, sáng nay cháu bị cảnh sát đưa lên xe", "relative"),
        ("Chú tám tui đi câu bị cảnh sát biển giữ ở Nagasaki", "relative"),
        ("Chế tui bị xét thẻ rồi bắt luôn", "relative"),
        ("em bị đánh ở ga Ueno, bảo vệ đứng nhìn", "self"),
        ("dan di 2 vo chong tre, minh chi dung nhin k dam lai gan", "witness"),
        ("chú họ tui bị tạm giữ ở ga Tosu", "relative"),
        ("nghe noi nyukan vo day nha tro, bat 9 nguoi", "unknown"),  # "vô dãy", no wife
        ("em thấy một anh bị áp giải lên xe, anh ấy nhờ báo cho vợ", "witness"),
    ],
)
def test_the_writer_is_told(text: str, role: str) -> None:
    assert understand(text, NOW).role == role


@pytest.mark.parametrize(
    "text", ["em đang bị đánh, cứu em với", "em muốn chết", "đang chảy máu nhiều", "nhà đang cháy"]
)
def test_danger_now_is_urgent(text: str) -> None:
    assert understand(text, NOW).urgent


@pytest.mark.parametrize("text", ["xin chào", "em trai em bị bắt tối qua", "thủ tục gia hạn visa"])
def test_the_rest_is_not_urgent(text: str) -> None:
    assert not understand(text, NOW).urgent


def test_the_signs_are_shown() -> None:
    text = "Em trai em bị bắt hôm qua"
    (span, *_) = understand(text, NOW).evidence["kind"]
    assert text[span.start : span.end] == "bị bắt"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("em trai em bị bắt tối qua", True),
        ("em ở công ty mà sếp cứ gọi em hoài", False),  # words of the field only
        ("em bị cảnh sát hỏi thẻ ở ga Ueno", False),  # stopped, perhaps held
    ],
)
def test_a_kind_told_by_words_of_the_field_alone_is_not_sure(text: str, sure: bool) -> None:
    assert understand(text, NOW).sure is sure
