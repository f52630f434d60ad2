"""From a text message to a case system and back out of it, in the real processes."""

from pathlib import Path

from tests.demos import running_demo, until
from tests.sinks.fakes import KEY, WebhookEnd
from tests.sinks.farend import listening
from tests.test_demo import text

TABLE = """
[sinks.{name}]
type = "webhook"
audience = "{audience}"
release = "auto"
inside = true
url = "{url}"
secret_file = "secret"
payload = "full"
"""


def test_a_text_reaches_helpers_and_is_withdrawn_and_no_consulate_hears(tmp_path: Path) -> None:
    helpers, consulate = WebhookEnd(), WebhookEnd()
    sender, folder = "+840000000141", tmp_path / "demo"
    (folder / "settings").mkdir(parents=True)
    (tmp_path / "secret").write_text(KEY)
    (tmp_path / "secret").chmod(0o600)
    with listening(helpers) as near, listening(consulate) as far:
        (tmp_path / "sinks.toml").write_text(
            TABLE.format(name="ngo", audience="helpers", url=near.url)
            + TABLE.format(name="embassy", audience="consulate", url=far.url)
        )
        (folder / "settings" / "HOTLINE_SINKS").write_text(str(tmp_path / "sinks.toml"))
        with running_demo(folder) as demo:
            text(demo, "em bo tron, chu no luong 3 thang o ga ueno", sender)
            text(demo, "XONG", sender)
            until(lambda: len(helpers.held) == 1)
            (words,) = helpers.held.values()
            assert "bo tron" in words
            assert "840000000141" not in words
            text(demo, "XOA", sender)
            until(lambda: helpers.gone)
            assert helpers.held == {}
        assert far.asked == []
