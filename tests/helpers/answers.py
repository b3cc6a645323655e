"""The answers to the thirty questions, as they follow from the tables of the facts dossier."""

from decimal import Decimal

Answer = tuple[tuple[str, ...], set[tuple[str, ...]]]

ASEAN = {
    *("brunei", "cambodia", "indonesia", "laos", "malaysia", "myanmar", "philippines"),
    *("singapore", "thailand", "vietnam"),
}
APT = ASEAN | {"china", "japan", "rok"}
EAS = APT | {"australia", "india", "new-zealand", "russia", "united-states"}
ARF = EAS | {
    *("bangladesh", "canada", "dprk", "european-union", "mongolia", "pakistan"),
    *("papua-new-guinea", "sri-lanka", "timor-leste"),
}
NEGOTIATORS = APT | {"australia", "new-zealand"}

TEAMS = {
    ("cambodia", "2020-03-23", "phnom-penh", "7"),
    ("laos", "2020-03-29", "vientiane", ""),
    ("philippines", "2020-04-05", "manila", "12"),
    ("myanmar", "2020-04-08", "yangon", "12"),
    ("malaysia", "2020-04-18", "kuala-lumpur", "8"),
    ("myanmar", "2020-04-24", "yangon", ""),
}
GIVERS = {"government-of-china", "enterprises-of-china", "ngos-of-china"}
MISSIONS = {
    ("medteam-cambodia-2020-03", "cambodia"),
    ("medteam-laos-2020-03", "laos"),
    ("medteam-philippines-2020-04", "philippines"),
    ("medteam-myanmar-2020-04", "myanmar"),
    ("medteam-malaysia-2020-04", "malaysia"),
}
AREAS = ("shanghai", "tianjin", "chongqing", "guangdong", "jiangsu", "zhejiang")
SOMS = ("apt-som-2020-07-20", "eas-som-2020-07-20", "arf-som-2020-07-21")
MINISTERIAL = ("special-acfmm-2020-02-20", "special-aem3-2020-06-04", "special-atm-2020-07-16")
OTHER_MEETINGS = (
    *("special-apt-summit-2020-04-14", "acsoc-26-2020-07-01", "a036", *SOMS),
    *("health-videoconf-2020-02-20", "health-videoconf-2020-03-31"),
)
DSG, SG = "dsg-asean-ascc", "sg-asean"


def single_cells(*values: str) -> set[tuple[str, ...]]:
    return {(value,) for value in values}


def rows_of(values: str, *cells: str) -> set[tuple[str, ...]]:
    """A row for each of several words, with the same further cells."""
    return {(value, *cells) for value in values.split()}


def row_slugs(*numbers: int) -> str:
    """The slugs of rows of the source by their numbers."""
    return " ".join(f"a{number:03}" for number in numbers)


PANDEMIC, CONTROL, SHARING = "covid-19-pandemic", "epidemic-control", "experience-sharing"
LABELS = {
    *(("Republic of Korea", "en"), ("韩国", "zh"), ("韓国", "ja"), ("대한민국", "ko")),
    *(("เกาหลีใต้", "th"), ("Hàn Quốc", "vi"), ("Korea Selatan", "id"), ("Korea Selatan", "ms")),
    *(("Timog Korea", "fil"), ("កូរ៉េខាងត្បូង", "km"), ("ເກົາຫຼີໃຕ້", "lo"), ("တောင်ကိုရီးယား", "my")),
}
SLUGS = {
    1: "som-series-2020-07",
    **dict(zip((2, 3, 4), SOMS, strict=True)),
    15: "special-apt-summit-2020-04-14",
    16: "special-acfmm-2020-02-20",
    17: "special-aem3-2020-06-04",
    24: "hun-sen-visit-2020-02-05",
    31: "medteam-cambodia-2020-03",
    32: "medteam-laos-2020-03",
    33: "medteam-philippines-2020-04",
    34: "medteam-myanmar-2020-04",
    35: "medteam-malaysia-2020-04",
    46: "special-atm-2020-07-16",
    53: "acdey-opening-2020-06-12",
}
"""Of the rows of the source that are named otherwise than by their number."""
PARAGRAPHS = (
    *((1, 1, 4), (2, 5, 9), (3, 10, 12), (4, 13, 20), (5, 21, 22), (6, 23, 39), (7, 40, 42)),
    *((8, 43, 49), (9, 50, 55), (10, 56, 61), (11, 62, 66), (12, 67, 69), (1, 70, 70)),
)
"""Number of the paragraph, first and last row that it supports."""
UNCONFIRMED_ROWS = {18, 37, 38, 45}

ANSWERS: dict[str, Answer] = {
    "cq01": (
        ("meeting", "day", "format"),
        {
            ("apt-som-2020-07-20", "2020-07-20", "format-video"),
            ("eas-som-2020-07-20", "2020-07-20", "format-video"),
            ("arf-som-2020-07-21", "2020-07-21", "format-video"),
        },
    ),
    "cq02": (
        ("meeting", "mechanism"),
        {
            ("apt-som-2020-07-20", "asean-plus-three"),
            ("eas-som-2020-07-20", "eas"),
            ("arf-som-2020-07-21", "arf"),
        },
    ),
    "cq03": (("actor",), single_cells(*ARF - EAS)),
    "cq04": (("state",), single_cells(*APT)),
    "cq05": (("state", "meeting"), set()),
    "cq06": (
        ("meeting", "day", "level"),
        {
            ("special-acfmm-2020-02-20", "2020-02-20", "level-foreign-ministers"),
            ("special-apt-summit-2020-04-14", "2020-04-14", "level-leaders"),
            ("special-aem3-2020-06-04", "2020-06-04", "level-economic-ministers"),
            ("special-atm-2020-07-16", "2020-07-16", "level-transport-ministers"),
        },
    ),
    "cq07": (
        ("meeting", "ministerial"),
        {(name, "true") for name in MINISTERIAL} | {(name, "false") for name in OTHER_MEETINGS},
    ),
    "cq08": (("state", "arrival", "place", "size"), TEAMS),
    "cq09": (("state",), single_cells(*ASEAN - {team[0] for team in TEAMS})),
    "cq10": (
        ("act", "agent"),
        {
            ("a028", "government-of-china"),
            ("a029", "enterprises-of-china"),
            ("a030", "ngos-of-china"),
            *((team, giver) for team, _ in MISSIONS for giver in GIVERS),
            *rows_of("a036 a037 a044 a065 acdey-opening-2020-06-12", "china"),
        },
    ),
    "cq11": (
        ("from", "to", "act", "giver", "recipient"),
        {
            ("asean", "china", "a026", "people-of-asean-countries", "china"),
            ("asean", "china", "a027", "people-of-asean-countries", "china"),
            ("china", "asean", "a028", "government-of-china", "asean-countries"),
            ("china", "asean", "a029", "enterprises-of-china", "asean-countries"),
            ("china", "asean", "a030", "ngos-of-china", "asean-countries"),
            *(("china", "asean", act, giver, to) for act, to in MISSIONS for giver in GIVERS),
        },
    ),
    "cq12": (("one", "other"), {("asean-countries", "china")}),
    "cq13": (
        ("praise", "person", "office", "organization"),
        {
            ("a040", "kung-phoak", DSG, "asean"),
            ("a041", "kung-phoak", DSG, "asean"),
            ("b001", "lim-jock-hoi", SG, "asean"),
        },
    ),
    "cq14": (
        ("person", "office", "state"),
        {
            ("prayut-chan-o-cha", "pm-thailand", "thailand"),
            ("hun-sen", "pm-cambodia", "cambodia"),
        },
    ),
    "cq15": (
        ("state", "act", "leader"),
        {
            ("thailand", "a023", "prayut-chan-o-cha"),
            ("cambodia", "hun-sen-visit-2020-02-05", "hun-sen"),
        },
    ),
    "cq16": (
        ("act", "place"),
        {("hun-sen-visit-2020-02-05", "beijing"), *(("a044", area) for area in AREAS)},
    ),
    "cq17": (
        ("growthPercent", "sharePercent", "publisher", "impliedTotalBillionCny"),
        {("5.6", "14.7", "gac-china", str(round(2090 / Decimal("0.147"))))},
    ),
    "cq18": (("area", "aim"), {(area, "a045") for area in AREAS}),
    "cq19": (
        ("claim", "modality"),
        {
            *rows_of(
                row_slugs(5, 6, 7, 8, 9, 13, 14, 19, 20, 22, 25, 56),
                "modality-evaluation",
            ),
            *rows_of(row_slugs(10, 68), "modality-metaphor"),
            *rows_of(row_slugs(43, 54, 55, 62, 63, 66), "modality-expectation"),
            *rows_of(row_slugs(69), "modality-prediction"),
        },
    ),
    "cq20": (
        ("policy", "announced"),
        {
            *rows_of(row_slugs(11, 57, 58), "2013-10-24"),
            *rows_of(row_slugs(12), "2013-10-03"),
            *rows_of(row_slugs(39), "2020-07-01"),
            *rows_of(row_slugs(60), "2014-05-21"),
            *rows_of(row_slugs(38, 59, 61), ""),
        },
    ),
    "cq21": (("state", "signed"), {(state, "false") for state in NEGOTIATORS}),
    "cq22": (
        ("state", "negotiates"),
        rows_of("australia new-zealand", "true") | rows_of("india russia united-states", "false"),
    ),
    "cq23": (
        ("framework", "roleOfChina"),
        {
            *rows_of("asean asean-china-10plus1", "role-dialogue-partner"),
            *rows_of("asean-plus-three", "role-participant"),
            *rows_of("asean-china-strategic-partnership acdey-2020 acfta", "role-party"),
        },
    ),
    "cq24": (
        ("meeting", "chair", "state"),
        {
            *rows_of(" ".join(SOMS), "nguyen-quoc-dung", "vietnam"),
            ("special-apt-summit-2020-04-14", "nguyen-xuan-phuc", "vietnam"),
            ("special-acfmm-2020-02-20", "wang-yi", "china"),
            ("special-acfmm-2020-02-20", "teodoro-locsin", "philippines"),
            ("special-aem3-2020-06-04", "tran-tuan-anh", "vietnam"),
            ("special-atm-2020-07-16", "li-xiaopeng-minister", "china"),
            ("special-atm-2020-07-16", "abdul-mutalib", "brunei"),
            ("acdey-opening-2020-06-12", "miao-wei", "china"),
        },
    ),
    "cq25": (
        ("chair", "meeting", "person"),
        {
            *(("vietnam", meeting, "nguyen-quoc-dung") for meeting in SOMS),
            ("vietnam", "special-apt-summit-2020-04-14", "nguyen-xuan-phuc"),
            ("vietnam", "special-aem3-2020-06-04", "tran-tuan-anh"),
        },
    ),
    "cq26": (
        ("property", "value", "language"),
        {
            *(("label", name, language) for name, language in LABELS),
            *(("altLabel", name, "en") for name in ("ROK", "RoK", "South Korea")),
            ("exactMatch", "http://www.wikidata.org/entity/Q884", ""),
            ("iso3166Alpha2", "KR", ""),
            ("iso3166Alpha3", "KOR", ""),
        },
    ),
    "cq27": (("state", "act"), {("laos", "medteam-laos-2020-03"), ("laos", "b004")}),
    "cq28": (("thing", "one", "other"), set()),
    "cq29": (
        ("act", "topic"),
        {
            *rows_of("special-acfmm-2020-02-20 special-aem3-2020-06-04", "covid-19"),
            # What the second record says of it, beside the first.
            ("special-apt-summit-2020-04-14", "covid-19"),
            *rows_of("special-apt-summit-2020-04-14 special-atm-2020-07-16", PANDEMIC),
            *rows_of("hun-sen-visit-2020-02-05 acsoc-26-2020-07-01", PANDEMIC),
            *rows_of(row_slugs(23, 26, 27, 28, 29, 30), PANDEMIC),
            *rows_of("som-series-2020-07 apt-som-2020-07-20 a036", CONTROL),
            *rows_of("b002 b003 b004 b005 b010 b012", CONTROL),
            *((team, topic) for team, _ in MISSIONS for topic in (CONTROL, SHARING)),
            *rows_of("a036 a037", SHARING),
            ("a038", "drug-development"),
            ("a039", "vaccine-development"),
        },
    ),
    "cq30": (
        ("identifier", "thing", "paragraph", "unconfirmed"),
        {
            (
                f"A{row:03}",
                SLUGS.get(row, f"a{row:03}"),
                str(paragraph),
                str(row in UNCONFIRMED_ROWS).lower(),
            )
            for paragraph, first, last in PARAGRAPHS
            for row in range(first, last + 1)
        },
    ),
}
"""By number of the question, the columns that matter and the rows of these."""
