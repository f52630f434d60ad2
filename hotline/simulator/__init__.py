"""A telephone to try the line with, in the browser and in tests: only ever mounted by the demo."""
