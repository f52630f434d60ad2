"""The machine: flows, sessions, events and the one pure `step` that joins them."""
