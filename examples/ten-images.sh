#!/bin/sh
# Ten images from a list, one after the other. Run it again after a bad day: what is there is skipped, so only what is
# missing is made and paid for.
#
# The exit code of sdxl-gen says what to do next: the next image, the same one once more, or stop.
# Exits 0 when every image is there and 8 when some are missing; a failure that would repeat itself ends it at once
# with its own code.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"
list=$(dirname -- "$0")/prompts.txt
pause=${SDXL_GEN_PAUSE:-60} # seconds to wait when throttled, before the same image is tried once more

number=0
missing=0
while IFS='|' read -r prompt negative <&3; do
  case $prompt in '#'* | '') continue ;; esac
  number=$((number + 1))
  output=$(printf '%s/ten/%02d.png' "$images" "$number")

  for try in 1 2; do
    # -- ends the options, so that a prompt may begin with a dash.
    code=0
    sdxl_gen -n "${negative# }" --if-exists skip -o "$output" "$@" -- "${prompt% }" || code=$?
    if [ "$code" -ne 5 ] || [ "$try" -eq 2 ]; then break; fi
    echo "throttled: once more in $pause s" >&2
    sleep "$pause"
  done

  case $code in
    0) ;;
    4) echo "$number was filtered: change its words in $list" >&2 ;;
    5) echo "$number is still throttled" >&2 ;;
    6) echo "$number failed at Bedrock, which may have billed it" >&2 ;;
    *) exit "$code" ;; # a bad list, no credentials, a full disk, no such model, Ctrl-C: the next would fail alike
  esac
  [ "$code" -eq 0 ] || missing=$((missing + 1))
done 3<"$list"

if [ "$missing" -gt 0 ]; then
  echo "$missing of $number missing: run it again" >&2
  exit 8
fi
