"""What the closed sets are called."""

from hotline.desk.i18n import N_
from hotline.desk.reasons import BAND, LINK

KIND = {
    "arrest": N_("Bị bắt"),
    "missing": N_("Mất liên lạc"),
    "injury": N_("Bị thương, ốm"),
    "death": N_("Qua đời"),
    "abuse": N_("Bị bạo hành, ép buộc"),
    "wages": N_("Lương, việc làm"),
    "return": N_("Muốn về nước"),
    "question": N_("Câu hỏi"),
    "other": N_("Khác"),
}
CHANNEL = {
    "sms": N_("SMS"),
    "whatsapp": N_("WhatsApp"),
    "messenger": N_("Messenger"),
    "voice": N_("Gọi điện"),
    "web": N_("Trang web"),
    "operator": N_("Người trực ghi"),
}
FLOW = {
    "start": N_("Mới mở lời"),
    "report": N_("Báo tin"),
    "help": N_("Cần giúp"),
    "home": N_("Về nước"),
    "info": N_("Hỏi thông tin"),
    "receipt": N_("Có mã số"),
}
QUESTION = {
    "kind": N_("chuyện gì"),
    "what": N_("chuyện gì"),
    "where": N_("ở đâu"),
    "when": N_("khi nào"),
    "who": N_("những ai"),
    "count": N_("mấy người"),
    "more": N_("kể thêm"),
    "voice": N_("kể thêm"),
    "story": N_("kể thêm"),
}
ROLE = {
    "witness": N_("Người chứng kiến"),
    "relative": N_("Người thân"),
    "self": N_("Chính người ấy"),
    "unknown": N_("Chưa rõ"),
}
STATE = {"new": N_("Mới"), "seen": N_("Đã đọc"), "closed": N_("Đã đóng")}
STATUS = {
    "received": N_("Đã nhận"),
    "triaged": N_("Đã xem"),
    "in_progress": N_("Đang lo"),
    "referred": N_("Đã chuyển nơi khác"),
    "closed": N_("Đã xong"),
    "rejected": N_("Không theo được"),
}
DELIVERY = {
    "due": N_("Chờ đến lượt"),
    "held": N_("Chờ người cho gửi"),
    "parked": N_("Đang treo"),
    "delivered": N_("Đã đến"),
    "dead": N_("Không gửi được"),
    "withdraw": N_("Đang rút lại"),
    "discarded": N_("Đã bỏ"),
}
AUDIENCE = {
    "helpers": N_("người giúp đọc"),
    "consulate": N_("lãnh sự đọc"),
    "authority": N_("nhà chức trách đọc"),
    "public": N_("ai cũng đọc được"),
}
GENDER = {"male": N_("nam"), "female": N_("nữ")}
PRECISION = {
    "minute": N_("đúng phút"),
    "hour": N_("khoảng một giờ"),
    "part_of_day": N_("một buổi"),
    "day": N_("trong ngày"),
    "span": N_("một khoảng thời gian"),
}
REDACTED = {
    "phone": N_("số điện thoại"),
    "residence_card": N_("số thẻ cư trú"),
    "passport": N_("số hộ chiếu"),
    "receipt": N_("mã số của người báo"),
    "email": N_("địa chỉ email"),
    "social": N_("tài khoản mạng xã hội"),
}
DESK_ROLE = {
    "viewer": N_("Người xem"),
    "operator": N_("Người trực"),
    "admin": N_("Quản trị"),
    "auditor": N_("Kiểm tra"),
}
ACT = {
    "case.open": N_("Xem vụ"),
    "case.notes": N_("Đọc ghi chú của vụ"),
    "case.note": N_("Ghi chú vào vụ"),
    "case.closed": N_("Đóng vụ"),
    "case.reopen": N_("Mở lại vụ"),
    "case.merge": N_("Gộp hai vụ"),
    "case.split": N_("Tách vụ"),
    "match.accepted": N_("Nhận là cùng chuyện"),
    "match.rejected": N_("Nói là không cùng chuyện"),
    "login": N_("Vào"),
    "logout": N_("Ra"),
    "tip.typed": N_("Ghi cuộc gọi thành tin"),
    "tip.take_in": N_("Đưa tin vào danh sách chung"),
    "tip.open": N_("Mở tin"),
    "card.open": N_("Mở thẻ việc cần làm"),
    "tip.show": N_("Đọc lời kể"),
    "tip.hear": N_("Nghe bản ghi"),
    "tip.new": N_("Đặt lại là mới"),
    "tip.seen": N_("Đặt là đã đọc"),
    "tip.closed": N_("Đóng tin"),
    "tip.received": N_("Đặt: đã nhận"),
    "tip.triaged": N_("Đặt: đã xem"),
    "tip.in_progress": N_("Đặt: đang lo"),
    "tip.referred": N_("Đặt: đã chuyển nơi khác"),
    "tip.rejected": N_("Đặt: không theo được"),
    "tip.claim": N_("Nhận lo tin"),
    "tip.unclaim": N_("Thôi lo tin"),
    "tip.labels": N_("Đổi nhãn"),
    "tip.note": N_("Ghi chú"),
    "tip.answer": N_("Trả lời người kể"),
    "tip.erase": N_("Xoá tin"),
    "home.step": N_("Đường về: sang bước sau"),
    "home.undo": N_("Đường về: lùi một bước"),
    "home.answer": N_("Đường về: gửi lời của bước"),
    "login.recovery": N_("Vào bằng mã dự phòng"),
    "login.passkey": N_("Vào bằng khoá trên máy"),
    "own.passkey": N_("Thêm khoá trên máy"),
    "own.passkey_gone": N_("Bỏ khoá trên máy"),
    "own.recovery": N_("Làm mã dự phòng mới"),
    "own.out": N_("Ra khỏi mọi trình duyệt"),
    "people.add": N_("Thêm người trực"),
    "people.reset": N_("Đặt lại tài khoản"),
    "people.role": N_("Đổi vai trò"),
    "people.close": N_("Đóng tài khoản"),
    "people.out": N_("Cho ra khỏi mọi nơi"),
    "map.table": N_("Lấy bảng số liệu"),
    "export.begin": N_("Bắt đầu lấy tin ra tệp"),
    "export.end": N_("Lấy xong tin ra tệp"),
    "export.broken": N_("Lấy tin ra tệp bị đứt"),
    "audit.verify": N_("Kiểm tra chuỗi nhật ký"),
    "delivery.replay": N_("Gửi lại cho nơi nhận"),
    "delivery.park": N_("Giữ lại, chưa gửi"),
    "delivery.release": N_("Cho gửi đi"),
    "delivery.discard": N_("Bỏ, không gửi"),
}
CASE_STATE = {"open": N_("Đang mở"), "closed": N_("Đã đóng")}
LABELS = {
    "case_state": CASE_STATE,
    "kind": KIND,
    "channel": CHANNEL,
    "flow": FLOW,
    "question": QUESTION,
    "role": ROLE,
    "state": STATE,
    "status": STATUS,
    "delivery": DELIVERY,
    "audience": AUDIENCE,
    "gender": GENDER,
    "precision": PRECISION,
    "redacted": REDACTED,
    "desk_role": DESK_ROLE,
    "act": ACT,
    "band": BAND,
    "link": LINK,
}
