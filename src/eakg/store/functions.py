"""Functions that the engine has beyond those of SPARQL 1.1, by their IRIs.

A test asks the engine for each of them.
"""

from rdflib.namespace import XSD

_GEOF = "http://www.opengis.net/def/function/geosparql/"
_CASTS = (
    "date time duration dayTimeDuration yearMonthDuration gYear gYearMonth gMonth gMonthDay gDay"
)
_GEOMETRY = (
    "asGeoJSON area centroid convexHull coordinateDimension difference dimension distance"
    " ehContains ehCoveredBy ehCovers ehDisjoint ehEquals ehInside ehMeet ehOverlap envelope"
    " getSRID intersection isEmpty isSimple length perimeter rcc8dc rcc8ec rcc8eq rcc8ntpp"
    " rcc8ntppi rcc8po rcc8tpp rcc8tppi relate sfContains sfCrosses sfDisjoint sfEquals"
    " sfIntersects sfOverlaps sfTouches sfWithin spatialDimension symDifference union"
)

EXTENSION_FUNCTIONS: tuple[str, ...] = (
    *(f"{XSD}{name}" for name in _CASTS.split()),
    *(f"{_GEOF}{name}" for name in _GEOMETRY.split()),
)
