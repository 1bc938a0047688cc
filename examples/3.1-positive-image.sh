#!/bin/sh
# Example 3.1: a sunny picture that is new each time, and never cloudy.
#
# One -n for each thing to keep out. They may be things (clouds), a mood (sad) or a flaw (poor background details).
# No seed is given, so the model picks one; -v shows which, and -s with that number makes the same picture again.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a sunny day, green grass, smiling person, crisp image" \
  -n clouds \
  -n storms \
  -n sad \
  -n "poor background details" \
  -f -o "$images/eg3_1.png" "$@"
