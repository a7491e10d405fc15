#!/usr/bin/env bash
# The Python of the comparison, with what benches/requirements.txt asks for: set up in a folder, unless it is there. Prints
# where it is.
#
#   benches/python.sh FOLDER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?where may it go?}
python="$folder/venv/bin/python"
[ -x "$python" ] || python3 -m venv "$folder/venv" >&2
"$python" -m pip install --quiet --requirement "$here/requirements.txt" >&2
echo "$python"
