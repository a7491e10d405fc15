#!/usr/bin/env python3
"""Checks links: python3 docs/links.py BOOK [REPOSITORY]; python3 docs/links.py --self-test

BOOK is the folder that mdbook wrote. Every link and picture of its pages has to lead to a file in it, and every anchor to
an element with that id. Links to the web are not followed: the check works offline.

In REPOSITORY every page of docs/ has to be in the book; relative links of Markdown outside docs/ have to lead somewhere; and
where any text file names a page as docs/reference/rules/commission.md#tiers, that page and its heading have to exist.
"""

import re
import subprocess
import sys
import tempfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# A page of the book as comments and messages cite it.
CITED = re.compile(r"(?<![\w/.])docs/[\w./-]+\.md(?:#[\w-]+)?")
MARKDOWN_LINK = re.compile(r"\]\(([^()\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.MULTILINE)


class Page(HTMLParser):
    """The ids and the links of one page."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links = set(), []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if "id" in found:
            self.ids.add(found["id"])
        for key in ("href", "src"):
            # <base> says what links are relative to; it is no link.
            if found.get(key) and tag != "base":
                self.links.append(found[key])


def book_faults(book):
    """What is wrong with the links of a built book, one sentence each."""
    # 404.html is served for any address, so its links are relative to none.
    pages = {path: Page(path.read_text("utf-8")) for path in sorted(book.rglob("*.html")) if path.name != "404.html"}
    faults = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            shown = f"{path.relative_to(book)}: {link}"
            if not target.is_file():
                faults.append(f"{shown} leads to no file of the book")
            elif parts.fragment and target.suffix == ".html":
                ids = pages[target].ids if target in pages else Page(target.read_text("utf-8")).ids
                if unquote(parts.fragment) not in ids:
                    faults.append(f"{shown} leads to no heading of that page")
    return faults


def anchors(markdown):
    """The anchors of a Markdown text's headings, as mdbook and code hosts make them."""
    seen, found = {}, set()
    for heading in HEADING.findall(FENCE.sub("", markdown)):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        slug = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        found.add(slug if count == 0 else f"{slug}-{count}")
    return found


def leads_somewhere(target, fragment):
    """Whether a path exists and, if it is Markdown, has the heading."""
    if not target.exists():
        return False
    return not fragment or target.suffix != ".md" or fragment in anchors(target.read_text("utf-8"))


def repository_faults(repository, book, names):
    """What is wrong outside the book: pages that are not in it, and links and citations that lead nowhere."""
    faults = []
    for name in names:
        path = repository / name
        if name.startswith("docs/") and path.suffix == ".md" and path.name != "SUMMARY.md":
            if not (book / Path(name).relative_to("docs").with_suffix(".html")).is_file():
                faults.append(f"{name} is not in the book: add it to docs/SUMMARY.md")
        try:
            text = path.read_text("utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        for cited in sorted(set(CITED.findall(text))):
            page, _, fragment = cited.partition("#")
            if name != "docs/links.py" and not leads_somewhere(repository / page, fragment):
                faults.append(f"{name} names {cited}, which is not there")
        # Templates of pages are in tests/it: their links are those of the page that is made of them.
        if path.suffix == ".md" and not name.startswith(("docs/", "tests/it/")):
            for link in MARKDOWN_LINK.findall(FENCE.sub("", text)):
                parts = urlsplit(link)
                target = path.parent / unquote(parts.path) if parts.path else path
                if not parts.scheme and not leads_somewhere(target, parts.fragment):
                    faults.append(f"{name}: {link} leads nowhere")
    return faults


def tracked(repository):
    """The files that version control knows or would take, without data."""
    command = ["git", "-C", str(repository), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8").split("\0")
    big = (".csv", ".json", ".xlsx", ".parquet", ".lock", ".tsv", ".ndjson")
    return sorted(name for name in set(names) if name and not name.endswith(big) and (repository / name).is_file())


def self_test():
    """One of each fault has to be found, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        files = {
            "book/index.html": '<a href="a/b.html#here">x</a><a href="https://example.org/x">x</a><img src="p.svg">',
            "book/a/b.html": '<h2 id="here">x</h2><a href="../index.html">x</a><a href="#gone">x</a>'
            '<a href="../no.html">x</a><a href="../index.html#no">x</a><img src="../q.svg">',
            "book/p.svg": "",
            "book/404.html": '<a href="nowhere.html">x</a>',
            "docs/SUMMARY.md": "",
            "docs/index.md": "# A `b` (c)\n## A b c\n```\n# no heading\n```\n## [Linked](x.md)\n",
            "docs/lost.md": "",
            "README.md": "[x](docs/index.md#a-b-c-1) [x](docs/index.md#no-heading) [x](gone.md) [x](https://example.org)\n",
            "code.rs": "// docs/index.md#linked, docs/index.md#other, docs/gone.md, /elsewhere/docs/index.html\n",
        }
        for name, text in files.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        names = [name for name in files if not name.startswith("book/")]
        found = book_faults(book) + repository_faults(Path(folder), book, sorted(names))
        expected = [
            "a/b.html: #gone leads to no heading of that page",
            "a/b.html: ../no.html leads to no file of the book",
            "a/b.html: ../index.html#no leads to no heading of that page",
            "a/b.html: ../q.svg leads to no file of the book",
            "README.md names docs/index.md#no-heading, which is not there",
            "README.md: docs/index.md#no-heading leads nowhere",
            "README.md: gone.md leads nowhere",
            "code.rs names docs/gone.md, which is not there",
            "code.rs names docs/index.md#other, which is not there",
            "docs/lost.md is not in the book: add it to docs/SUMMARY.md",
        ]
        assert found == expected, "\n".join(["found:", *found, "expected:", *expected])


def main(arguments):
    if arguments == ["--self-test"]:
        self_test()
        return 0
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    book = Path(arguments[0]).resolve()
    faults = book_faults(book)
    if len(arguments) == 2:
        repository = Path(arguments[1]).resolve()
        faults += repository_faults(repository, book, tracked(repository))
    print("\n".join(faults) if faults else f"{len(list(book.rglob('*.html')))} pages, every link leads somewhere")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
