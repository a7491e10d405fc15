#!/usr/bin/env bash
# The program as fast as it gets: profile `dist`, and optimised by what it does in a few closes (benches/NOTES.md).
# Prints where it is. Takes two builds of that profile, some half an hour on two cores.
#
#   benches/optimised.sh FOLDER
#
# FOLDER keeps the Python environment, and in FOLDER/optimised the data of those closes and what was recorded in them. That
# data is another than the comparison's: other seeds, other sizes.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:?where may data and records go?}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$here"

python=$(benches/python.sh "$folder")
folder="$folder/optimised"
mkdir -p "$folder"

host=$(rustc -vV | sed -n 's/^host: //p')
profdata="$(rustc --print sysroot)/lib/rustlib/$host/bin/llvm-profdata"
[ -x "$profdata" ] || rustup component add llvm-tools >&2
target="${CARGO_TARGET_DIR:-target}"

# A folder of its own for each kind of build, and the host named, so that build scripts and macros are left alone.
build() {
    # Bash does not end at what fails in `$(build …)` by itself.
    RUSTFLAGS="$2" cargo build --profile dist --locked --bin apportion --target "$host" --target-dir "$target/$1" >&2 || return
    echo "$target/$1/$host/dist/apportion"
}

# Exit code 1 says that something was found in the data, as it should.
close() {
    "$recording" run --quiet --project "$1" --period "$2" --out "$folder/out" > "$folder/close.txt" || [ $? -eq 1 ]
    rm -rf "$folder/out"
}

recording=$(build recording "-Cprofile-generate=$folder/data")
for format in parquet csv; do
    [ -f "$folder/train-$format/generated.json" ] ||
        "$python" benches/generate.py --deals 300000 --format "$format" --dirty 0.001 --seed 7 --out "$folder/train-$format" >&2
done
rm -rf "$folder/data"
close "$folder/train-parquet" 2026-Q3
close "$folder/train-csv" 2026-Q3
close fixtures/adventureworks 2014-Q2
close fixtures/ravenstack 2024-Q3

"$profdata" merge -o "$folder/merged" "$folder/data"
# Named by what it holds: another record makes another build.
record="$folder/$(sha256sum "$folder/merged" | cut -c1-16).profdata"
mv "$folder/merged" "$record"
build optimised "-Cprofile-use=$record -Cllvm-args=-pgo-warn-missing-function=false"
