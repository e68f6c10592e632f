#!/usr/bin/env python3
"""For maintainers: fetch a version of nhsuk-frontend from npm and rewrite our committed copy.

    python tools/refresh_nhsuk.py 10.6.1

Needs npm. The committed copy is what people run: nobody else needs npm, Node or a network.
Two changes are made to it: the two @font-face rules go (they fetch fonts that only the NHS may
use, from elsewhere), and image addresses become relative. VERSION.json holds the version, npm's
own checksum of the package, and the checksum of every file we keep; a test compares them.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "src/clinlead/pages/static/nhsuk"
DIST = Path("package/dist/nhsuk")
IMAGE = re.compile(r"url\(/assets/images/([\w-]+\.svg)\)")
FONT = re.compile(r"@font-face\{[^}]*\}")
SOURCE_MAP = re.compile(r"\s*(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        integrity = unpack(version, Path(folder))
        rewrite(Path(folder) / DIST)
    files = {p.relative_to(HERE).as_posix(): sha256(p) for p in kept()}
    facts = {"package": "nhsuk-frontend", "version": version, "licence": "MIT"}
    facts |= {"integrity": integrity, "files": files}
    (HERE / "VERSION.json").write_text(json.dumps(facts, indent=2) + "\n")


def unpack(version: str, folder: Path) -> str:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed; it is needed only to refresh the copy.")
    command = [npm, "pack", "--json", "--silent", f"nhsuk-frontend@{version}"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    packed = json.loads(done.stdout)[0]
    with tarfile.open(folder / packed["filename"]) as archive:
        archive.extractall(folder, filter="data")
    return packed["integrity"]


def rewrite(dist: Path) -> None:
    css = FONT.sub("", (dist / "nhsuk-frontend.min.css").read_text())
    images = sorted(set(IMAGE.findall(css)))
    css = SOURCE_MAP.sub("\n", IMAGE.sub(r"url(images/\1)", css))
    js = SOURCE_MAP.sub("\n", (dist / "nhsuk-frontend.min.js").read_text())
    shutil.rmtree(HERE / "images", ignore_errors=True)
    (HERE / "images").mkdir(parents=True)
    (HERE / "nhsuk-frontend.min.css").write_text(css)
    (HERE / "nhsuk-frontend.min.js").write_text(js)
    for name in images:
        shutil.copy(dist / "assets/images" / name, HERE / "images" / name)


def kept() -> list[Path]:
    return sorted(p for p in HERE.rglob("*") if p.is_file() and p.name != "VERSION.json")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/refresh_nhsuk.py VERSION")
    main(sys.argv[1])
