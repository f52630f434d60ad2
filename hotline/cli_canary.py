"""`hotline canary`: a made-up caller goes the whole way, and is found nowhere."""

import argparse
import json
from collections.abc import Sequence

from hotline import process
from hotline.canary import fly
from hotline.settings import Settings


def main(argv: Sequence[str]) -> int:
    """Send one; 0 when it came through, was found nowhere in the open and is gone again."""
    parser = argparse.ArgumentParser(prog="hotline canary")
    parser.add_argument("--to", metavar="URL", help="the web process (default: the one here)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(list(argv))
    settings = Settings.from_env(process.environment(), "command")
    url = options.to or f"http://{settings.host}:{settings.port or 8080}"
    if not url.startswith(("http://", "https://")):
        parser.error("--to: needs http://host:port")
    told = []
    for step in fly(settings, url):
        told.append(step)
        if not options.json:
            print(f"ok     {step}", flush=True)
    if options.json:
        print(json.dumps({"passed": True, "steps": told}))
    return 0
