"""Words to meaning; machine code where the hotline was installed with a compiler (decision 18)."""

from hotline import compiled

compiled.prefer(__path__)
