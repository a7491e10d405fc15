#!/usr/bin/env python3
"""Makes the archive of a release from a binary that was built:

    .ci/archive.py --target x86_64-unknown-linux-gnu --out dist     the archive of that target
    .ci/archive.py --notes 0.1.0                                    prints the changelog's section of a version

An archive holds the command, its completions and manual pages, the README, the changelog and the licences, those of the
libraries in the binary included. It is .tar.gz, and .zip for Windows. The same binary at the same commit gives the same bytes.
"""

import argparse
import gzip
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAPERS = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]
PAPER_NAME = re.compile("licen[sc]e|copying|notice|unlicense", re.IGNORECASE)
COMPLETIONS = {
    "bash": "apportion.bash",
    "zsh": "_apportion",
    "fish": "apportion.fish",
    "powershell": "_apportion.ps1",
    "elvish": "apportion.elv",
}


def output(*command: str) -> bytes:
    """What a command prints; the script ends when the command fails."""
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


def commands(binary: str) -> list[str]:
    """The names of all commands, from the program's own help."""
    listed = output(binary, "--help").decode().split("Commands:\n", 1)[1].split("\n\n", 1)[0]
    # Two blanks before a name; the lines of a longer description are further in.
    names = re.findall(r"^  ([a-z-]+)", listed, flags=re.MULTILINE)
    return [name for name in names if name != "help"]


def notices(target: str) -> bytes:
    """The licence texts of every library that is linked into the binary: most licences ask that they go along."""
    metadata = json.loads(output("cargo", "metadata", "--locked", "--format-version=1", f"--filter-platform={target}"))
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = next(id for id, package in packages.items() if package["name"] == "apportion" and package["source"] is None)

    linked, waiting = set(), [root]
    while waiting:
        id = waiting.pop()
        if id in linked:
            continue
        linked.add(id)
        for dependency in nodes[id]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])

    # Many libraries have the same text, so each text is there once, after the libraries that have it.
    by_text: dict[str, list[str]] = {}
    for package in (packages[id] for id in linked if packages[id]["source"]):
        name = f"{package['name']} {package['version']} ({package['license']})"
        folder = pathlib.Path(package["manifest_path"]).parent
        papers = [file for file in sorted(folder.iterdir()) if file.is_file() and PAPER_NAME.match(file.name)]
        for file in papers:
            by_text.setdefault(file.read_text(errors="replace").strip(), []).append(name)
        if not papers:
            by_text.setdefault("Its package has no licence file; the licence is named above.", []).append(name)
    parts = ["The libraries in this program, and their licences.\n"]
    for text, names in sorted(by_text.items(), key=lambda entry: sorted(entry[1])):
        parts.append("=" * 80 + "\n" + "\n".join(sorted(names)) + "\n" + "-" * 80 + "\n\n" + text + "\n")
    return "\n".join(parts).encode()


def contents(binary: pathlib.Path, target: str) -> dict[str, bytes]:
    files = {binary.name: binary.read_bytes()}
    for name in PAPERS:
        files[name] = (ROOT / name).read_bytes()
    files["THIRD-PARTY-LICENSES.txt"] = notices(target)
    for shell, name in COMPLETIONS.items():
        files[f"completions/{name}"] = output(str(binary), "completions", shell)
    files["man/man1/apportion.1"] = output(str(binary), "man")
    for command in commands(str(binary)):
        files[f"man/man1/apportion-{command}.1"] = output(str(binary), "man", command)
    return files


def write_tar(path: pathlib.Path, folder: str, files: dict[str, bytes], binary: str, when: int) -> None:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(f"{folder}/{name}")
            entry.size, entry.mtime = len(content), when
            entry.mode = 0o755 if name == binary else 0o644
            archive.addfile(entry, io.BytesIO(content))
    # No file name and no clock in the gzip header.
    path.write_bytes(gzip.compress(tar.getvalue(), 9, mtime=0))


def write_zip(path: pathlib.Path, folder: str, files: dict[str, bytes], when: int) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", time.gmtime(when)[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def archive(target: str, profile: str, out: pathlib.Path) -> None:
    built = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / target / profile
    binary = built / ("apportion.exe" if "windows" in target else "apportion")
    version = output(str(binary), "--version").decode().split()[1]
    folder = f"apportion-{version}-{target}"
    when = int(output("git", "log", "-1", "--format=%ct"))
    files = contents(binary, target)
    out.mkdir(parents=True, exist_ok=True)
    if "windows" in target:
        path = out / f"{folder}.zip"
        write_zip(path, folder, files, when)
    else:
        path = out / f"{folder}.tar.gz"
        write_tar(path, folder, files, binary.name, when)
    print(f"{path}: {len(files)} files, {path.stat().st_size:,} bytes")


def notes(version: str) -> str:
    """The section of a version in CHANGELOG.md, without its heading."""
    sections = re.split(r"^## \[(.+?)\].*\n", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    found = dict(zip(sections[1::2], sections[2::2]))
    if version not in found:
        sys.exit(f"CHANGELOG.md has no section [{version}]; it has: {', '.join(found)}")
    return found[version].strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", help="the platform, as Rust names it")
    parser.add_argument("--profile", default="dist", help="the profile it was built in [default: dist]")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("dist"), help="folder of the archive")
    parser.add_argument("--notes", metavar="VERSION", help="print the changelog's section of this version")
    args = parser.parse_args()
    if args.notes:
        print(notes(args.notes))
    elif args.target:
        archive(args.target, args.profile, args.out)
    else:
        parser.error("one of --target and --notes is needed")


main()
