#!/usr/bin/env bash
# Runs fuzz targets, each for some seconds, from seeds that are made of the project's own files:
#     fuzz/run.sh 600 delimited ndjson        ten minutes each; without names, all of them
# Needs `cargo install cargo-fuzz`, and a nightly compiler or, where there is none, a stable one that is told to act as one.
# What was found lies in fuzz/artifacts.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds="${1:-60}"
shift || true
targets=("$@")
if cargo +nightly --version > /dev/null 2>&1; then
  fuzz() { cargo +nightly fuzz "$@"; }
else
  fuzz() { RUSTC_BOOTSTRAP=1 cargo fuzz "$@"; }
fi
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <(fuzz list)
fi

# Small files, each an input of its own.
seed() { mkdir -p "fuzz/corpus/$1"; cat > "fuzz/corpus/$1/seed-$2"; }
seeds() {
  local target="$1" number=0 line file
  mkdir -p "fuzz/corpus/$target"
  case "$target" in
    delimited)
      # '@' is the dialect of comma, double quote and UTF-8.
      for file in fixtures/*/data/*.csv; do
        { printf '@'; head -8 "$file"; } | seed "$target" "$((number += 1))"
      done
      printf '@a,"b ""q""\nr",c\n1,2\n1,"2\r\n",3\r\n' | seed "$target" quotes ;;
    ndjson)
      printf '{"deal_id":"D1","amount":1e3,"tags":[1,{"a":null}]}\n\n{"amount":-0.50,"deal_id":"D\\u00e92"}\n[1]\n{"a":1,"a":2}\n' | seed "$target" lines ;;
    cells)
      for line in '1,234.50' '-$12' '(€1.000,25)' '.5' '0.000000001' '999999999999.999999' '2026-07-31' '31.07.2026' '07/31/26' '3 Jul 2026' '20260731' '4.711,98 €' 'USD 1,234.50' \
        '$ 1,234.50' '1 234,56' "1'234.50" '1,00,000.00' '1200.00-' '−100' '+100' '$-' '50%' "'-70" '(kr. 5)' '5 zł' '1785537000000' \
        '2026-07-31 22:30:00+02:00' '0018000000OgEZm'; do
        # The first byte is a format of dates, the second one a notation.
        for notation in '00' '1A' '7E' '2I' '8C'; do
          printf '%s%s' "$notation" "$line" | seed "$target" "$((number += 1))"
        done
      done ;;
    expression)
      grep -hoE '(when|engaged|require|basis|payees|where) = "[^"]{3,200}"' -r tests/cases rules fixtures --include=*.toml | sed 's/^[a-z]* = "//; s/"$//' | sort -u |
        while IFS= read -r line; do printf '%s' "$line" | seed "$target" "$((number += 1))"; done
      sed -n 's/^ *("\(.*\)", \[.*/\1/p' crates/expr/src/tests/cases.rs | while IFS= read -r line; do
        printf '%s' "$line" | seed "$target" "case-$((number += 1))"; done ;;
    sql)
      # The recorded texts, with line breaks and the like as they are written there.
      grep -hv '^#\|^  ' crates/expr/src/tests/sqlparser/*.txt | while IFS= read -r line; do
        printf '%s' "$line" | seed "$target" "$((number += 1))"; done ;;
    rules)
      for file in rules/*.toml fixtures/*/rules/*.toml; do seed "$target" "$((number += 1))" < "$file"; done ;;
    cases)
      for file in tests/cases/*.toml; do
        awk -v out="fuzz/corpus/$target/$(basename "$file" .toml)" '/^\[\[case\]\]/ { n++ } n && n <= 4 { print > (out "-" n) }' "$file"
      done ;;
    payments)
      # The first byte is the place of an export in fuzz/seeds/payments.toml.
      for line in adp-workforce-now adp-run paychex-flex paychex-39 gusto paylocity datev-lodas datev-lohn sepa sepa-old world ppd ccd; do
        for file in fixtures/adventureworks-year/payments/"$line"/*; do
          case "$file" in *manifest.json) ;; *) { printf "\\x$(printf %02x "$number")"; cat "$file"; } | seed "$target" "$line" ;; esac
        done
        number=$((number + 1))
      done ;;
    journals)
      # The first byte is the place of a format among all of them.
      for line in double-entry netsuite quickbooks-online xero dynamics-365 sap-f2548 datev-extf beancount hledger; do
        for file in fixtures/adventureworks-year/journals/"$line"/2012-11/*; do
          case "$file" in *manifest.json) ;; *) { printf "\\x$(printf %02x "$number")"; head -c 5000 "$file"; } | seed "$target" "$line" ;; esac
        done
        number=$((number + 1))
      done ;;
    template)
      for file in rules/exports/*.toml; do
        { cat "$file"; printf '\n---\n1042,1250.25\n'; } | seed "$target" "$((number += 1))"
      done ;;
    period) printf '2026-Q3' | seed "$target" quarter; printf '2026-07' | seed "$target" month; printf '2026' | seed "$target" year ;;
  esac
  if [ -d "fuzz/seeds/$target" ]; then cp "fuzz/seeds/$target"/* "fuzz/corpus/$target/"; fi
}

# The files that inputs become lie in memory, and no file may claim more of it than a machine has.
if [ -d /dev/shm ]; then export TMPDIR=/dev/shm; fi
ulimit -v 8000000
for target in "${targets[@]}"; do
  seeds "$target"
  fuzz run -s none "$target" -- -max_total_time="$seconds" -max_len=6000 -rss_limit_mb=3000 -timeout=20 -print_final_stats=1
done
