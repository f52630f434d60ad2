"""Where flow files and catalogues lie: in an installed package, or beside it in a checkout."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotline.conversation.flow import Flows
from hotline.conversation.reading import BadFlow, read_flows

PACKAGE = Path(__file__).parents[1]
SHAPES = "shapes"  # shapes.toml records fingerprints; it is no flow


def folder(name: str) -> Path:
    """The folder `prompts` or `locales`: the one shipped in the package, else the checkout's."""
    shipped = PACKAGE / name
    return shipped if shipped.is_dir() else PACKAGE.parent / name


def read_toml(path: Path) -> Mapping[str, Any]:
    """A TOML file. Raises BadFlow naming the file and the line."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFlow(f"{path.name}: {error}") from error


def flow_documents(prompts: Path) -> dict[str, Mapping[str, Any]]:
    """Every flow file of a folder, by file stem. Raises BadFlow."""
    paths = sorted(p for p in prompts.glob("*.toml") if p.stem != SHAPES)
    return {path.stem: read_toml(path) for path in paths}


def load_flows(prompts: Path | None = None) -> Flows:
    """The flows of a folder, by default our own. Raises BadFlow."""
    return read_flows(flow_documents(prompts or folder("prompts")))
