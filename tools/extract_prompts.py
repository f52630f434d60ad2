"""Renews locales/*/LC_MESSAGES/prompts.po from prompts/*.toml; exit 1 when work is left."""

import sys

from hotline.wording.catalogue import LOCALES, SOURCE, by_context, po_file, sources
from hotline.wording.extract import renewed
from hotline.wording.files import folder, load_flows


def main() -> int:
    """Write the files and name what a translator has to look at."""
    texts = sources(load_flows())
    left = 0
    for locale in LOCALES:
        path = folder("locales") / locale / "LC_MESSAGES" / "prompts.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(renewed(texts, po_file(locale, "prompts"), locale))
        for message in by_context(path.read_bytes()).values():
            if locale != SOURCE and (message.fuzzy or not message.string):
                print(f"{locale}: {message.context}: {message.id}", file=sys.stderr)
                left += 1
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
