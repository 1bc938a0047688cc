#!/bin/sh
# Starts from an image instead of from noise, then draws a part of it anew.
#
# --image-strength says how much of the first image stays: near 1 nearly all, near 0 nearly nothing. A mask says where:
# what is white in it is drawn anew, what is black stays. Here another image of the same size serves as the mask; in
# earnest you paint one.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a sunny day, green grass, smiling person, crisp image" -n clouds --seed 12 \
  -f -o "$images/from/first.png" "$@"
sdxl_gen "black and white blobs" -n colour --seed 3 -f -o "$images/from/mask.png" "$@"

sdxl_gen "a snowy day, white meadow, smiling person" -n clouds \
  --init-image "$images/from/first.png" --image-strength 0.6 \
  -f -o "$images/from/winter.png" "$@"

sdxl_gen "a red balloon" -n clouds \
  --init-image "$images/from/first.png" --mask-image "$images/from/mask.png" --mask-source white \
  -f -o "$images/from/balloon.png" "$@"
