"""From names of texts to words: catalogues, SMS segments, what a caller reads and hears."""
