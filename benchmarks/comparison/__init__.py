"""The service beside others in one run: what is asked, of whom, what came out, how it is drawn.

`benchmarks/all.py` is its command. Pure are `profile` and `mix` (what is asked of any data),
`answers` (whether they are the same), `results` (a run, and its file), `ratios`, `page` and
`charts` (what is said of a run). The others start processes: `systems` and `virtuoso` (who is
asked), `client` and `lookups` (who asks), `processes` (what it costs), `graphs` (the data) and
`course` (the run itself).
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "tests") not in sys.path:
    # Queries, settings and processes of others are those that the tests know.
    sys.path.append(str(ROOT / "tests"))
