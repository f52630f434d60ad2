"""The form that we ship, and its instances: judged by ODK Validate, and by each other."""

import shutil
import subprocess
from pathlib import Path

import pytest
import pyxform
from lxml import etree

from hotline.records.tip import Attachment
from hotline.sinks import xform
from tests.tips import a_tip

JAR = Path(pyxform.__file__).parent / "validators/odk_validate/bin/ODK_Validate.jar"
XF = "{http://www.w3.org/2002/xforms}"


def judged(path: Path) -> "subprocess.CompletedProcess[bytes]":
    if shutil.which("java") is None:
        pytest.skip("no Java here: apt-get install default-jre-headless")
    command = ("java", "-Xmx200m", "-jar", str(JAR), "--fail-fast", str(path))
    return subprocess.run(command, capture_output=True, timeout=60, check=False)


def test_odk_validate_takes_our_form(tmp_path: Path) -> None:
    (tmp_path / "form.xml").write_bytes(xform.form("hotline_tip"))
    done = judged(tmp_path / "form.xml")
    assert done.returncode == 0, done.stderr


def test_and_it_would_refuse_a_broken_one(tmp_path: Path) -> None:
    broken = xform.form("hotline_tip").replace(b'ref="/data/kind"', b'ref="/data/kin"')
    (tmp_path / "form.xml").write_bytes(broken)
    assert judged(tmp_path / "form.xml").returncode != 0


def test_an_instance_fills_the_fields_of_the_form_in_their_order() -> None:
    form = etree.fromstring(xform.form("hotline_tip"))
    (holder,) = form.iter(f"{XF}data")
    fields = [etree.QName(each).localname for each in holder]
    filled = etree.fromstring(xform.instance(a_tip(), "hotline_tip"))
    names = [etree.QName(each).localname for each in filled]
    assert names == [field for field in fields if field in names]
    assert set(fields) - set(names) == {f"recording_{n}" for n in (2, 3, 4, 5)}
    assert (filled.get("id"), filled.get("version")) == (holder.get("id"), holder.get("version"))


def test_every_field_has_one_bind_and_one_question() -> None:
    form = etree.fromstring(xform.form("hotline_tip"))
    binds = [each.get("nodeset") for each in form.iter(f"{XF}bind")]
    asked = [each.get("ref") for each in form.iter() if each.get("ref")]
    assert binds == [*asked, "/data/orx:meta/orx:instanceID"]
    assert len(set(binds)) == len(binds)


@pytest.mark.parametrize("count", [0, 1, xform.RECORDINGS, xform.RECORDINGS + 1])
def test_recordings_are_named_up_to_the_room_there_is(count: int) -> None:
    attachments = tuple(Attachment(f"a{n}", "audio/mpeg") for n in range(count))
    filled = xform.instance(a_tip(attachments=attachments), "hotline_tip").decode()
    named = [f"<recording_{n}>recording-{n}.mp3</recording_{n}>" for n in range(1, count + 1)]
    assert [name in filled for name in named] == [
        n <= xform.RECORDINGS for n in range(1, count + 1)
    ]


@pytest.mark.parametrize("words", ["a\x00b\x1f", "\ud83d", "]]>&<", "\u202e", "\ufffe"])
def test_whatever_was_said_an_instance_is_xml(words: str) -> None:
    filled = etree.fromstring(xform.instance(a_tip(narrative=words), "hotline_tip"))
    assert filled.findtext("meta/instanceID", "").startswith("uuid:")
