"""Every text on paper, for people who speak the language and for lawyers: one page to print.

A reviewer sees what a caller sees (the screen of a telephone, the words of a voice), what it means
in English, what it costs, and has a place to mark it. Nothing is loaded from anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from hotline.conversation.flow import Ask, Choose, Decide, End, Node, Say
from hotline.conversation.hearing import Line
from hotline.conversation.session import Locale
from hotline.review.cost import LETTERS_A_SECOND, Prices
from hotline.review.facts_book import facts_pages
from hotline.review.graph import Medium, node_of, places_on
from hotline.review.subject import Subject
from hotline.review.texts import WIDEST, is_piece, worst_wording
from hotline.wording.catalogue import LOCALES, SOURCE
from hotline.wording.compose import Wording
from hotline.wording.sms import segments

GLOSS: tuple[tuple[Locale, str], ...] = (("en", "English"), ("ja", "日本語"))
BY: dict[Medium, str] = {"text": "by text", "voice": "by call", "web": "on the page"}
MARKS = '<p class="marks">☐ right as it is&emsp;☐ change to:</p><p class="line"></p>'

STYLE = """
@page { size: A4; margin: 14mm 12mm 16mm }
* { box-sizing: border-box }
body { font: 10.5pt/1.4 "Noto Sans", "Noto Sans CJK JP", sans-serif; color: #1c1b19; margin: 0 auto;
  max-width: 190mm; padding: 0 2mm }
h1 { font-size: 22pt; line-height: 1.15; margin: 0 0 4mm } h2 { font-size: 15pt; break-before: page;
  border-bottom: 1pt solid #1c1b19; padding-bottom: 1mm; margin: 0 0 4mm }
code { font: 9pt ui-monospace, "DejaVu Sans Mono", monospace }
.text { display: grid; grid-template-columns: 62mm 1fr; gap: 2mm 6mm; break-inside: avoid;
  border-bottom: .5pt solid #b8b2a7; padding: 3mm 0 }
.text header { grid-column: 1 / -1; display: flex; gap: 4mm; align-items: baseline }
.text header span { color: #5d574d; font-size: 9pt }
.screen { border: .8pt solid #5d574d; border-radius: 3mm; padding: 2.5mm; align-self: start }
.bubble { background: #ece7dd; border-radius: 2.5mm; padding: 1.5mm 2.5mm; white-space: pre-line;
  overflow-wrap: anywhere }
.heard { border-left: 1.5pt solid #5d574d; padding: .5mm 0 .5mm 2.5mm; margin-top: 2mm }
.cost { color: #5d574d; font-size: 8.5pt; margin: 1mm 0 0 } dl { margin: 0 } dt { color: #5d574d;
  font-size: 8.5pt; margin-top: 1.2mm } dd { margin: 0; white-space: pre-line }
.marks { margin: 1mm 0 0; font-size: 9pt }
.line { border-bottom: .6pt dotted #5d574d; height: 6.5mm; margin: 0 }
table { border-collapse: collapse; width: 100%; font-size: 9pt } td, th { text-align: left;
  vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: .4pt solid #b8b2a7;
  overflow-wrap: anywhere } tr { break-inside: avoid } .source { color: #5d574d; font-size: 8pt }
td.box { white-space: nowrap } .warn { font-weight: 600 }
@media print { -webkit-print-color-adjust: exact }
"""

HOW = """
<p>Every text that a caller can read or hear, flow by flow. On the left what it looks like on a
telephone, with the longest names that can stand in a gap; on the right what a voice says, and what
it means.</p>
<p>Please mark: does a worker of 25 from Nghệ An understand it at once? Is it warm and short? Could
it give the owner of a searched telephone away? Does anything ask who the caller is? Is anything
promised that is not so?</p>
<p>Marks come back in the table that belongs to this document (<code>hotline prompts book --format
csv</code>): write the new sentence in the column <b>text</b>, or <b>ok</b>; leave what you have not
looked at empty. Names in <code>{braces}</code> stay.</p>
<p>Reviewed by: ______________________&emsp;on: ______________</p>
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One text: its name, where callers meet it, what the caller can do there."""

    name: str
    media: tuple[Medium, ...]
    does: str


def book(subject: Subject, prices: Prices) -> str:
    """The whole document as HTML."""
    wording = worst_wording(subject)
    parts = [f"<h1>The texts of the hotline</h1>{HOW}{_contents(subject)}"]
    for title, found in _chapters(subject):
        shown = "".join(_text(subject, wording, prices, each) for each in found)
        parts.append(f'<h2 id="{escape(title)}">{escape(title)}</h2>{shown}')
    parts += [_pieces(subject), *facts_pages()]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        "<title>The texts of the hotline</title>"
        f"<style>{STYLE}</style><body>{''.join(parts)}</body></html>\n"
    )


def _pieces(subject: Subject) -> str:
    """Small words that stand in gaps, a row each."""
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td>{_in_each(subject, name)}<td>☐ right</td></tr>"
        for name in subject.flows.common
        if is_piece(name)
    )
    head = "<tr><th>name</th><th>tiếng Việt</th><th>English</th><th>日本語</th><th>mark</th></tr>"
    return f"<h2>Words that stand in gaps</h2><table>{head}{rows}</table>"


def _in_each(subject: Subject, name: str) -> str:
    texts = (subject.catalogue.text(name, locale) for locale in LOCALES)
    said = (dict.fromkeys((text.written, text.spoken)) for text in texts)
    return "".join(f"<td>{escape(' / '.join(forms))}</td>" for forms in said)


def _contents(subject: Subject) -> str:
    rows = [
        f'<tr><td><a href="#{title}">{title}</a></td><td>{len(found)} texts</td></tr>'
        for title, found in _chapters(subject)
    ]
    return f"<table>{''.join(rows)}</table>"


def _chapters(subject: Subject) -> Iterator[tuple[str, list[Entry]]]:
    """The flows, the machine's own texts last; texts in the order of their files."""
    met = {medium: places_on(subject.flows, medium) for medium in BY}
    for flow in subject.flows.by_id.values():
        found = [
            Entry(name, tuple(m for m in BY if place in met[m]), does)
            for name in flow.texts
            if name.count(".") == 1
            for place, does in [(name, _does(node_of(subject.flows, name)))]
        ]
        yield flow.id, found
    whole = [name for name in subject.flows.common if not is_piece(name)]
    yield "common", [Entry(name, tuple(BY), "said in every flow") for name in whole]


def _does(node: Node) -> str:
    match node:
        case Choose(options=options):
            return f"offers keys {', '.join(options)}"
        case Ask(hears=hears):
            return f"asks: {hears}"
        case Say(hands=True):
            return "files the report and stays"
        case Say():
            return "speaks and goes on"
        case End(outcome=outcome):
            return {"submit": "files the report", "rest": "ends", "erase": "erases"}[outcome]
        case Decide():
            return ""


def _text(subject: Subject, wording: Wording, prices: Prices, entry: Entry) -> str:
    """One text: screen and cost on the left, meaning and marks on the right."""
    where = " · ".join(BY[medium] for medium in entry.media)
    head = (
        f"<header><code>{escape(entry.name)}</code><span>{escape(entry.does)}</span>"
        f"<span>{where}</span></header>"
    )
    left = _screen(wording, prices, entry) if {"text", "web"} & {*entry.media} else ""
    left += _voice(wording, entry.name) if "voice" in entry.media else ""
    right = _meanings(subject, entry)
    return f'<section class="text">{head}<div>{left}</div><div>{right}{MARKS}</div></section>'


def _screen(wording: Wording, prices: Prices, entry: Entry) -> str:
    """As a telephone shows it, and what a text costs to send with accents and without."""
    line = Line(entry.name, WIDEST.get(entry.name, {}))
    shown = wording.written([line], SOURCE)
    parts, bare = segments(shown), segments(wording.written([line], SOURCE, plainly=True))
    cost = f"{parts} SMS, {bare} without accents · US$ {parts * prices.sms_out:.4f}"
    cost = cost if "text" in entry.media else "on the page only: costs nothing"
    return (
        f'<div class="screen"><div class="bubble" lang="vi">{escape(shown)}</div></div>'
        f'<p class="cost">{cost}</p>'
    )


def _voice(wording: Wording, name: str) -> str:
    """What a voice says, digits and signs as it says them, and how long it takes."""
    said = wording.spoken([Line(name, WIDEST.get(name, {}))], SOURCE)
    words = " ".join(utterance.text for utterance in said)
    seconds = round(len(words) / LETTERS_A_SECOND)
    return (
        f'<div class="heard" lang="vi">{escape(words)}</div>'
        f'<p class="cost">a voice says this in {seconds} s</p>'
    )


def _meanings(subject: Subject, entry: Entry) -> str:
    rows: list[tuple[str, str, str]] = []
    source = subject.catalogue.text(entry.name, SOURCE)
    if "{" in source.written:
        rows.append(("as it is written, with its gaps", SOURCE, source.written))
    for locale, language in GLOSS:
        text = subject.catalogue.text(entry.name, locale)
        labels = "\n".join(
            _label(subject, entry.name, key, locale) for key in _keys(subject, entry)
        )
        rows.append((language, locale, f"{text.written}\n{labels}".strip()))
        if text.spoken != text.written and "voice" in entry.media:
            rows.append((f"{language}, by voice", locale, text.spoken))
    shown = (
        f'<dt>{escape(title)}</dt><dd lang="{locale}">{escape(words)}</dd>'
        for title, locale, words in rows
    )
    return f"<dl>{''.join(shown)}</dl>"


def _keys(subject: Subject, entry: Entry) -> tuple[str, ...]:
    return subject.catalogue.labels(entry.name)


def _label(subject: Subject, name: str, key: str, locale: Locale) -> str:
    return f"{key} = {subject.catalogue.text(f'{name}.{key}', locale).written}"
