#!/bin/sh
# An image remembers how it was made: here it is made again, varied, and asked about.
#
# The first one's seed is random, and in its recipe: --from makes the same picture of it. What is given beside --from
# wins over the recipe; -n and -p add to its prompts.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a lighthouse at dusk" -n people --steps 40 -f -o "$images/again/first.png" "$@"

sdxl_gen --from "$images/again/first.png" -f -o "$images/again/same.png" "$@"
sdxl_gen --from "$images/again/first.png" -n clouds --seed 7 -f -o "$images/again/clear.png" "$@"
sdxl_gen --from "$images/again/first.png" "a windmill at dusk" -f -o "$images/again/windmill.png" "$@"

"$program" inspect "$images/again/same.png" >&2
"$program" inspect --command "$images/again/same.png" >&2
