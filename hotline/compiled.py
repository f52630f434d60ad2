"""The compiled twin of `hotline.understanding`: the same code as machine code (decision 18).

Rule 1: a twin is used only while it is of these very sources; else the sources themselves are read.
Rule 2: nothing here makes one; `tools/compile.py` does, when the hotline is installed.
"""

import os
import sys
from collections.abc import MutableSequence
from hashlib import sha256
from pathlib import Path

COMPILED = "understanding"
SOURCES = (COMPILED, "places")  # what is compiled, and whose types it relies on
LIBRARY = "hotline_understanding"  # mypyc adds "__mypyc"
SWITCH = "HOTLINE_COMPILED"  # "0": read the sources


def home() -> Path:
    """Where the twin of the sources as they are lies, made or not: in the environment that runs
    them, under a digest of them."""
    digest = sha256()
    for package in SOURCES:
        for source in sorted((Path(__file__).parent / package).glob("*.py")):
            digest.update(f"{package}/{source.name}\0".encode() + source.read_bytes())
    made = f"{sys.implementation.cache_tag}-{digest.hexdigest()[:24]}"
    return Path(sys.prefix) / "hotline-compiled" / made


def runs() -> bool:
    """Whether what understands in this process is the twin."""
    package = sys.modules.get(f"hotline.{COMPILED}")
    return package is not None and str(home() / COMPILED) in package.__path__


def prefer(search: MutableSequence[str]) -> None:
    """Let a package look for its modules in the twin first. `search` is its `__path__`."""
    if os.environ.get(SWITCH) == "0":
        return
    twin = home()
    if twin.is_dir():
        search.insert(0, str(twin / COMPILED))
        sys.path.append(str(twin / "library"))
