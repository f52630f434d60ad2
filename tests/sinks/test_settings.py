"""`sinks.toml`: every mistake names its place, and a secret is a secret."""

import re
from pathlib import Path

import pytest

from hotline.intake.errors import Mistaken
from hotline.records.delivery import Route
from hotline.sinks.settings import NONE, read_sinks
from tests.sinks.fakes import KEY

DOCS = Path(__file__).parents[2] / "docs" / "sinks.md"
GOOD = {
    "type": '"webhook"',
    "audience": '"helpers"',
    "url": '"https://case.example/in"',
    "secret_file": '"secret"',
}


def written(folder: Path, text: str) -> str:
    (folder / "secret").write_text(KEY)
    (folder / "secret").chmod(0o600)
    path = folder / "sinks.toml"
    path.write_text(text)
    return str(path)


def table(**changes: str) -> str:
    lines = [f"{key} = {value}" for key, value in {**GOOD, **changes}.items() if value]
    return "[sinks.ngo]\n" + "\n".join(lines)


def test_without_a_file_there_are_no_sinks() -> None:
    assert read_sinks("") == NONE


def test_a_sink_waits_for_a_person_unless_it_says_otherwise(tmp_path: Path) -> None:
    found = read_sinks(written(tmp_path, table()))
    assert found.routes == (Route("ngo", "helpers", "manual"),)
    assert not found.sinks["ngo"].takes_files  # "thin": only that there is a tip


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "only tables"),
        ("x = 1", "only tables"),
        ("[sinks.ngo", "sinks.toml"),
        ("[sinks]\nngo = 1", "ngo"),
        (table(type='"fax"'), "type"),
        (table(type=""), "type: is missing"),
        (table(audience='"police"'), "audience: one of"),
        (table(audience=""), "audience: is missing"),
        (table(audience='"public"', release='"auto"'), "release"),
        (table(release='"sometimes"'), "release"),
        (table(kinds='["arest"]'), "kinds"),
        (table(url='"http://case.example"'), "url: needs https"),
        (table(url='"https://user:word@case.example"'), "url: no credentials"),
        (table(url='"file:///etc/passwd"'), "url: needs https"),
        (table(inside='"yes"'), "inside"),
        (table(payload='"full"', secret='"x"'), "secret: is no key"),
        (table(files="true"), "files"),
        (table(secret_file='"nowhere"'), "secret_file: cannot read"),
        (table(statuses='{ done = "finished" }'), r"statuses\.done"),
        (table(hook_secret_file='"nowhere"'), "hook_secret_file"),
        ('[sinks."a b"]\ntype = "webhook"', "a name has"),
        ('[sinks.out]\ntype = "pfif"\naudience = "helpers"\nfolder = "."\ndomain = "a.b"',
         "public"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(Mistaken, match=named):
        read_sinks(written(tmp_path, text))


def test_a_secret_that_others_may_read_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, table())
    (tmp_path / "secret").chmod(0o640)
    with pytest.raises(Mistaken, match="chmod 600"):
        read_sinks(path)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_x", "c3ludGhldGlj", KEY + "\nwhsec_AAAA"])
def test_a_secret_that_is_no_key_is_named_and_not_shown(tmp_path: Path, secret: str) -> None:
    path = written(tmp_path, table())
    (tmp_path / "secret").write_text(secret)
    with pytest.raises(Mistaken, match="secret_file") as raised:
        read_sinks(path)
    assert not secret or secret not in str(raised.value) or secret == "whsec_"


def test_a_field_that_we_do_not_have_is_named_with_those_we_have(tmp_path: Path) -> None:
    text = (
        '[sinks.rt]\ntype = "request_tracker"\naudience = "helpers"\nurl = "https://rt.example"\n'
        'token_file = "secret"\nqueue = "Q"\nfields = { Reporter = "reporter" }'
    )
    with pytest.raises(Mistaken, match=r"fields\.Reporter: =word, or one of: id, received"):
        read_sinks(written(tmp_path, text))


def test_every_example_of_the_docs_is_read(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    assert len(blocks) >= 6
    seen: set[str] = set()
    for block in blocks:
        for name in re.findall(r'_file = "([^"]+)"', block):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(KEY)
            path.chmod(0o600)
        found = read_sinks(written(tmp_path, block))
        seen |= {type(sink).__name__ for sink in found.sinks.values()}
    assert len(seen) == 6
