"""Writes docs/data-map.md from hotline/inventory.py."""

from pathlib import Path

from hotline.data_map import data_map

if __name__ == "__main__":
    path = Path(__file__).parents[1] / "docs" / "data-map.md"
    path.write_text(data_map(), "utf-8")
