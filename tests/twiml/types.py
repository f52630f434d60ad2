"""TwiML judged by the provider's own generated types: attributes and enum values by the TypeScript
compiler, nesting by running the builder (its index signature hides missing methods from types)."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lxml import etree

HERE = Path(__file__).parents[2] / "tools" / "twiml_types"
INSTALL = "npm ci --prefix tools/twiml_types"
COMPILE = ("--strict", "--skipLibCheck", "--esModuleInterop", "--module", "commonjs")


def missing() -> str:
    """What is not here and how to install it; empty when all is."""
    if not shutil.which("node"):
        return "Node.js is not here: apt install nodejs npm"
    if not (HERE / "node_modules" / "twilio").is_dir():
        return f"the provider's types are not here: {INSTALL}"
    return ""


def problems(documents: Mapping[str, bytes], folder: Path) -> list[str]:
    """What the provider's types say against each document, as `name: message`.

    One whose name begins with `text` is judged as the answer to a message, whatever it holds.
    """
    source = folder / "documents.ts"
    lines = ["import twilio from 'twilio';", "const wrong: string[] = [];"]
    starts: list[tuple[int, str]] = []
    for name, document in documents.items():
        starts.append((len(lines) + 1, name))
        lines += [f"try {{ // {name}", *_calls(name, document), "}"]
        lines.append(f"catch (e) {{ wrong.push({json.dumps(name)} + ': ' + String(e)); }}")
    lines.append("console.log(JSON.stringify(wrong));")
    source.write_text("\n".join(lines), "utf-8")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    compiled = _node(
        folder, str(HERE / "node_modules" / "typescript" / "bin" / "tsc"), *COMPILE, source.name
    )
    found = [_named(line, starts) for line in compiled.stdout.splitlines() if "error TS" in line]
    ran = _node(folder, "documents.js")
    return found + list(json.loads(ran.stdout or "[]")) + ([ran.stderr] if ran.returncode else [])


def _node(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ("node", *arguments)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _named(line: str, starts: list[tuple[int, str]]) -> str:
    at = int((re.search(r"\((\d+),", line) or ["", "0"])[1])
    name = next((n for start, n in reversed(starts) if at >= start), "?")
    return f"{name}: {line.partition('error ')[2]}"


def _calls(name: str, document: bytes) -> list[str]:
    root = etree.fromstring(document)
    texted = name.startswith("text") or root.find("Message") is not None
    kind = "MessagingResponse" if texted else "VoiceResponse"
    lines = [f"const v0 = new twilio.twiml.{kind}();"]
    _inside(root, "v0", lines)
    return lines


def _inside(parent: etree._Element, variable: str, lines: list[str]) -> None:
    for verb in parent:
        name = f"v{len(lines)}"
        attributes = "{" + ", ".join(_attribute(k, v) for k, v in sorted(verb.attrib.items())) + "}"
        text = f", {json.dumps(verb.text)}" if verb.text else ""
        method = str(verb.tag)[0].lower() + str(verb.tag)[1:]
        lines.append(f"const {name} = {variable}.{method}({attributes}{text});")
        _inside(verb, name, lines)


def _attribute(name: object, value: object) -> str:
    text = value.decode() if isinstance(value, bytes) else str(value)
    if name == "input":
        return f"input: {json.dumps(text.split())}"
    if text in ("true", "false") or (text.isdigit() and name != "finishOnKey"):
        return f"{name}: {text}"
    return f"{name}: {json.dumps(text)}"
