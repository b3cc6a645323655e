"""What the package brings along, as a bill of materials (CycloneDX 1.6).

Run by the Python of the tools, which has `cyclonedx-bom`:
`bill_of_materials.py PYTHON FILE`, where PYTHON is that of an environment with the package in it.
Of what is installed there, the bill names what the package itself needs, and the query editor that
the build takes from npm.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def bill_of_materials(python: str) -> str:
    """The bill of an environment's package, as JSON that the schema holds for valid.

    Raises: ValueError where it is not valid.
    """
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    # It is validated below, once it is whole.
    command += ["--no-validate", "--pyproject", str(ROOT / "pyproject.toml")]
    command += ["--spec-version", "1.6", python]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    content = json.dumps(_package_alone(json.loads(done.stdout)), indent=2, ensure_ascii=False)
    if error := JsonStrictValidator(SchemaVersion.V1_6).validate_str(content):
        raise ValueError(str(error))
    return content + "\n"


def locked_names() -> set[str]:
    """The names in `requirements.txt`: what the package needs, and what makes it."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return {_plain(name) for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}


def _plain(name: str) -> str:
    """A name as packages are compared by it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _package_alone(bill: dict[str, Any]) -> dict[str, Any]:
    """The bill without what tests and tools need, with version and query editor."""
    root = bill["metadata"]["component"]
    root["version"] = _constant("src/eakg/__init__.py", "__version__")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needs = {_plain(re.split(r"[^\w.-]", name)[0]) for name in project["dependencies"]}
    # An extra of a library is told like a need of it where tests brought it along.
    names = {part["bom-ref"]: _plain(part["name"]) for part in bill["components"]}
    locked = {reference for reference, name in names.items() if name in locked_names()}
    arrows = {
        item["ref"]: [part for part in item.get("dependsOn", []) if part in locked]
        for item in bill["dependencies"]
    }
    arrows[root["bom-ref"]] = [reference for reference in locked if names[reference] in needs]
    reached, pending = set(), [root["bom-ref"]]
    while pending:
        if (reference := pending.pop()) not in reached:
            reached.add(reference)
            pending += arrows.get(reference, [])
    editor = _editor()
    bill["components"] = [part for part in bill["components"] if part["bom-ref"] in reached]
    bill["components"].append(editor)
    arrows[root["bom-ref"]].append(editor["bom-ref"])
    bill["dependencies"] = [
        {"ref": reference, "dependsOn": sorted(arrows.get(reference, []))}
        for reference in sorted({*reached, editor["bom-ref"]})
    ]
    return bill


def _editor() -> dict[str, Any]:
    name, version = _constant("hatch_build.py", "PACKAGE"), _constant("hatch_build.py", "VERSION")
    group, _, base = name.rpartition("/")
    address = f"pkg:npm/{group.replace('@', '%40')}/{base}@{version}"
    return {
        "bom-ref": address,
        "type": "library",
        "group": group,
        "name": base,
        "version": version,
        "purl": address,
        "licenses": [{"license": {"id": "MIT"}}],
    }


def _constant(path: str, name: str) -> str:
    found = re.search(rf'^{name} = "([^"]+)"$', (ROOT / path).read_text("utf-8"), re.MULTILINE)
    assert found, f"{path} has no {name}"
    return found[1]


if __name__ == "__main__":
    python, file = sys.argv[1:]
    content = bill_of_materials(python)
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(content, "utf-8")
    print(f"{file}: {len(json.loads(content)['components'])} components")
