"""The stations near a point: what becomes of a place that somebody shares from a map."""

from math import cos, hypot, radians

from hotline.places.gazetteer import columns

KM_A_DEGREE = 111.2  # of latitude
WITHIN_KM = 3.0
MOST = 3


def nearest(lat: float, lon: float) -> tuple[str, ...]:
    """Codes of up to three stations of different names within 3 km, the nearest first."""
    codes, names, *_ = columns()
    across = KM_A_DEGREE * cos(radians(lat))
    found: dict[str, tuple[float, str]] = {}
    for code, name, y, x in zip(codes, names, columns()[6], columns()[7], strict=True):
        if not y or not x:
            continue
        far = hypot((float(y) - lat) * KM_A_DEGREE, (float(x) - lon) * across)
        if far <= WITHIN_KM and far < found.get(name, (WITHIN_KM + 1, ""))[0]:
            found[name] = (far, code)
    return tuple(code for _, code in sorted(found.values())[:MOST])
