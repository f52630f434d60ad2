"""A caller's recording: read with suspicion, disguised, closed. Nobody hears it before."""
