"""Tables that tests plant in the small dataset."""

from pathlib import Path

TABLES = "graph/background"


AGREEMENTS = "id,label,alt_labels,signed_on,source,verification,note\n"


BEGINNINGS = "id,started_on,not_before,date_text,source,verification,note\n"


def table(repository: Path, name: str, rows: str, like: str | None = None) -> None:
    """Write a table with the columns of one of the repository's."""
    like = like or name
    metadata = (repository / f"{TABLES}/{like}.csv-metadata.json").read_text("utf-8")
    metadata = metadata.replace(f"{like}.csv", f"{name}.csv").replace(f"/{like}/", f"/{name}/")
    Path(f"{TABLES}/{name}.csv-metadata.json").write_text(metadata, "utf-8")
    Path(f"{TABLES}/{name}.csv").write_text(rows, "utf-8")
