"""The checks of what is said: complete, affordable, speakable, and true to our promises."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hotline.conversation.hearing import Line
from hotline.conversation.report import JsonValue
from hotline.conversation.session import Locale
from hotline.review.graph import places_on
from hotline.review.subject import Check, Problem, Subject, Translation
from hotline.wording.catalogue import LOCALES, SOURCE, entries
from hotline.wording.compose import Wording
from hotline.wording.sms import plain, segments

GAP = re.compile(r"\{[^{}]*\}")
# Segments that one text may cost at worst, labels and widest gaps included.
BUDGET: Mapping[Locale, int] = {"vi": 3, "en": 2, "ja": 3}
BUDGET_PLAIN = 2

# What we promise never to ask. A person signs off every change of this list.
NEVER_ASKED: Mapping[Locale, tuple[str, ...]] = {
    "vi": (
        "tên bạn là gì",
        "bạn tên gì",
        "bạn tên là gì",
        "bạn là ai?",
        "cho biết tên bạn",
        "số điện thoại của bạn",
        "số của bạn là",
        "địa chỉ của bạn",
        "bạn ở đâu?",
        "hộ chiếu số",
        "số hộ chiếu",
        "số thẻ",
        "bạn sinh năm",
        "bạn bao nhiêu tuổi",
        "visa của bạn",
        "bạn làm ở công ty nào",
    ),
    "en": (
        "what is your name",
        "your name?",
        "who are you",
        "your phone number",
        "your address",
        "passport number",
        "card number",
        "how old are you",
        "your visa",
    ),
    "ja": (
        "お名前は",
        "名前を教えて",
        "あなたはだれ",
        "電話番号を教えて",
        "住所",
        "パスポート番号",
        "カードの番号",
        "なんさいですか",
        "ビザは",
    ),
}
# A phone may be searched: words that give its owner away stand in no text that is written to it.
GIVES_AWAY: Mapping[Locale, tuple[str, ...]] = {
    "vi": (
        "bất hợp pháp",
        "quá hạn",
        "đường dây nóng",
        "tố cáo",
        "tố giác",
        "bỏ trốn",
        "trốn ra ngoài",
        "lưu vong",
        "trục xuất",
        "đầu thú",
        "bộ đội",
        "ẩn danh",
    ),
    "en": ("illegal", "overstay", "hotline", "informant", "runaway", "deport", "anonymous"),
    "ja": ("不法", "オーバーステイ", "密告", "通報", "失踪", "強制送還", "匿名"),
}
# Words that Twilio answers itself and then blocks us for.
BLOCKING = re.compile(r"\b(STOP|STOPALL|UNSUBSCRIBE|CANCEL|END|QUIT|REVOKE|OPTOUT)\b")

UNSPEAKABLE = (
    # A telephone number is said digit by digit, in its groups; without groups nobody can follow.
    (re.compile(r"\d{5,}"), "a long number without groups, which callers cannot follow"),
    (re.compile(r"https?:|www\.|\.\w{2,3}/|@"), "a link or an address"),
    (re.compile(r"[/\\=]"), "a slash or a sign"),
    (
        re.compile(r"\b[A-ZĐ]{2,}\b|\b[Tt]p\.|\bv\.v|\b[sS]?đt\b|\be\.g\.|\betc\b"),
        "an abbreviation",
    ),
)


@dataclass(frozen=True, slots=True)
class Longest:
    """The widest station there is: Minami-Aso Railway, 44 letters."""

    name: str = "南阿蘇水の生まれる里白水高原"
    romaji: str = "Minamiaso Mizu-no-Umareru-Sato Hakusui-Kōgen"
    kana: str = "みなみあそみずのうまれるさとはくすいこうげん"
    prefecture: str = "43"
    municipality: str = "南阿蘇村"


@dataclass(frozen=True, slots=True)
class Usual:
    """A station with a long name, as many have."""

    name: str = "武蔵小金井"
    romaji: str = "Musashi-Koganei"
    kana: str = "むさしこがねい"
    prefecture: str = "13"
    municipality: str = "小金井市"


WIDEST: Mapping[str, Mapping[str, JsonValue]] = {
    "common.heard": {
        "place": {"romaji": Longest().romaji, "name": Longest().name, "prefecture": "43"},
        "when": {
            "start": "2026-12-22T20:30",
            "end": "2026-12-22T20:31",
            "precision": "hour",
            "calendar": "lunar",
        },
        "count": 9999,
    },
    "common.which_place": {"codes": ["longest", "usual", "usual"]},
    "common.code": {"code": "4" * 16},
    "receipt.read": {"code": "4" * 16},
    "receipt.fresh": {"code": "4" * 16},
    "common.code_answer": {"answer": ""},  # as long as an operator writes it
}


def are_translated(subject: Subject) -> Iterator[Problem]:
    """Every text is there in every language."""
    for locale, context, sentence, found in _entries(subject):
        if found is None or not found.text or found.source != sentence:
            yield Problem(context, f"no {locale} text")


def are_not_fuzzy(subject: Subject) -> Iterator[Problem]:
    """No translation belongs to an older sentence."""
    for locale, context, _, found in _entries(subject):
        if found and found.fuzzy:
            yield Problem(context, f"{locale} text is marked fuzzy; somebody has to look at it")


def keep_their_gaps(subject: Subject) -> Iterator[Problem]:
    """A translation has the same gaps as its sentence."""
    for locale, context, sentence, found in _entries(subject):
        wanted, there = _gaps(sentence), _gaps(found.text if found else sentence)
        if found and found.text and wanted != there:
            yield Problem(
                context, f"{locale} text has the gaps {_list(there)}, not {_list(wanted)}"
            )


def fit_the_budget(subject: Subject) -> Iterator[Problem]:
    """No text costs more segments than it may, with accents and without."""
    wording = worst_wording(subject)
    for name in _written(subject):
        line = Line(name, WIDEST.get(name, {}))
        for locale in LOCALES:
            most, cost = BUDGET[locale], segments(wording.written([line], locale))
            if cost > most:
                yield Problem(name, f"{locale} text takes {cost} SMS segments, at most {most}")
        bare = segments(wording.written([line], SOURCE, plainly=True))
        if bare > BUDGET_PLAIN:
            yield Problem(
                name, f"takes {bare} SMS segments without accents, at most {BUDGET_PLAIN}"
            )


def can_be_spoken(subject: Subject) -> Iterator[Problem]:
    """What a voice says holds no long number, link, sign or abbreviation."""
    heard = places_on(subject.flows, "voice")
    for name in subject.texts:
        if not (name.startswith("common.") or ".".join(name.split(".")[:2]) in heard):
            continue
        for locale in LOCALES:
            spoken = GAP.sub("", subject.catalogue.text(name, locale).spoken)
            for pattern, what in UNSPEAKABLE:
                if found := pattern.search(spoken):
                    yield Problem(name, f"{locale} voice would say '{found[0]}': {what}")


def never_ask(subject: Subject) -> Iterator[Problem]:
    """No text asks what we promise not to ask."""
    for locale, name, said in _said(subject):
        for phrase in _found(NEVER_ASKED[locale], said):
            yield Problem(name, f"{locale} text asks '{phrase}', which we promise never to ask")


def give_nobody_away(subject: Subject) -> Iterator[Problem]:
    """No text tells whoever searches a phone what its owner wrote to us for."""
    for locale, name, said in _said(subject):
        for word in _found(GIVES_AWAY[locale], said):
            yield Problem(name, f"{locale} text says '{word}', which gives away whose phone it is")


def never_block_us(subject: Subject) -> Iterator[Problem]:
    """No text teaches a word after which the provider stops our answers."""
    for locale, name, said in _said(subject):
        if found := BLOCKING.search(said):
            yield Problem(name, f"{locale} text says {found[0]}: the provider blocks who sends it")


CHECKS: Mapping[str, Check] = {
    "are_translated": are_translated,
    "are_not_fuzzy": are_not_fuzzy,
    "keep_their_gaps": keep_their_gaps,
    "fit_the_budget": fit_the_budget,
    "can_be_spoken": can_be_spoken,
    "never_ask": never_ask,
    "give_nobody_away": give_nobody_away,
    "never_block_us": never_block_us,
}


def worst_wording(subject: Subject) -> Wording:
    """The texts with the widest station and the widest prefecture in every gap."""
    return Wording(
        subject.catalogue,
        lambda code: Longest() if code == "longest" else Usual(),
        lambda code, locale: "神奈川県" if locale == "ja" else "Yamanashi",
    )


def _entries(subject: Subject) -> Iterator[tuple[Locale, str, str, Translation | None]]:
    wanted = entries(subject.texts)
    for locale in LOCALES:
        if locale != SOURCE:
            given = subject.translations.get(locale, {})
            for context, sentence in wanted.items():
                yield locale, context, sentence, given.get(context)


def _written(subject: Subject) -> Iterator[str]:
    """Texts that stand on their own in a message that a caller may get."""
    read = places_on(subject.flows, "text")
    for name in subject.texts:
        if name in read or (name.startswith("common.") and not is_piece(name)):
            yield name


def is_piece(name: str) -> bool:
    """Whether a text stands in other texts only."""
    return name == "common.option" or name.startswith("common.gap_")


def _said(subject: Subject) -> Iterator[tuple[Locale, str, str]]:
    """Everything said in every language, in both forms."""
    for locale in LOCALES:
        for name in subject.texts:
            text = subject.catalogue.text(name, locale)
            for said in dict.fromkeys((text.written, text.spoken)):
                yield locale, name, said


def _found(phrases: Iterable[str], said: str) -> list[str]:
    lowered = said.casefold()
    return [phrase for phrase in phrases if phrase in lowered or plain(phrase) in lowered]


def _gaps(text: str) -> tuple[str, ...]:
    return tuple(sorted(GAP.findall(text)))


def _list(gaps: tuple[str, ...]) -> str:
    return " ".join(gaps) or "none"
