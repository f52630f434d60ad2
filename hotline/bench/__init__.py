"""The benchmark: the real turn beside REF, same server, same run, interleaved.

REF is the least a Flask webhook with state can do: route, form, HMAC by hand, one Redis round trip
(a script that claims the event and loads the session), a constant answer. Figures are ratios to it:
absolute ones change with the machine and its neighbours.
"""
