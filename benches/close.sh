#!/usr/bin/env bash
# The whole comparison, from a fresh clone to the tables of benches/NOTES.md:
#
#   benches/close.sh FOLDER            200 thousand and 2 million deals, Parquet, and 2 million as CSV
#   BIG=1 benches/close.sh FOLDER      20 million deals besides
#   ROUNDS=7 NOTE="..." ...            rounds of each (5), and a sentence on the circumstances
#   ENGINE=target/dist/apportion ...   this program, and not the one that benches/optimised.sh makes
#
# FOLDER keeps the Python environment, the data and the results, so that a second call only measures.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:?where may data and results go?}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$here"

python=$(benches/python.sh "$folder")
engine=${ENGINE:-$(benches/optimised.sh "$folder")}

# name, deals, format, share of faults
generate() {
    [ -f "$folder/$1/generated.json" ] ||
        "$python" benches/generate.py --deals "$2" --format "$3" --dirty "$4" --seed 1 --out "$folder/$1"
}

# name, then more for compare.py
compare() {
    local name=$1
    shift
    "$python" benches/compare.py "$folder/$name" --engine "$engine" --rounds "${ROUNDS:-5}" \
        --json "$folder/$name.json" ${NOTE:+--note "$NOTE"} "$@"
}

# Rejects and held deals agree, before anything is timed.
for format in parquet csv; do
    generate "dirty-$format" 200000 "$format" 0.001
    compare "dirty-$format" --rounds 1 --no-warmup --only engine,engine-1,duckdb-full
done

generate 200k 200000 parquet 0
compare 200k
generate 2m 2000000 parquet 0
compare 2m
generate 2m-csv 2000000 csv 0
compare 2m-csv --only engine,engine-1,duckdb-full,duckdb-lean,polars
results=("$folder/200k.json" "$folder/2m.json" "$folder/2m-csv.json")
if [ -n "${BIG:-}" ]; then
    generate 20m 20000000 parquet 0
    compare 20m --only engine,engine-1,duckdb-full --memory-limit 8GB
    results+=("$folder/20m.json")
fi

"$python" benches/table.py "${results[@]}" | tee "$folder/tables.md"
