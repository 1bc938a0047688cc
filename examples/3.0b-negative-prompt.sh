#!/bin/sh
# Example 3.0b: the same wish, said the way the model understands it.
#
# What should be there is the prompt; what should not is a negative prompt (-n), which is the same kind of text with
# the weight -1.0. Write the plain noun, "hat": "no hat" would push away the absence of one.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a person" -n hat -f -o "$images/eg3_0b.png" "$@"
