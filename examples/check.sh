#!/bin/sh
# The examples' own tests; make check runs this.
set -eu
cd "$(dirname "$0")"
exec python3 -B -m unittest discover -s echo
