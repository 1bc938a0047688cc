#!/bin/sh
# Example 3.0a: asking for "no hat" in the prompt itself.
#
# Expect a hat. The model looks for what a prompt names and barely hears "without", so naming the hat puts it there.
# 3.0b shows what works.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a person without a hat" -f -o "$images/eg3_0a.png" "$@"
