#!/bin/sh
# Exercise 3.1: a scene from a book, with every parameter of the notebook. Here: Ahab's ship meets the white whale.
#
# A prompt that names subject, place, light and manner leaves the model less to guess. The negatives keep out what it
# likes to add to any ship at sea: a modern one, a calm day, a beach, lettering.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a wooden whaling ship dwarfed by a white whale breaching beside it, stormy grey sea, torn sails, \
a captain at the rail with a harpoon, spray in low golden light, dramatic wide shot, highly detailed" \
  -n "modern ship" \
  -n "calm sea" \
  -n beach \
  -n "text, watermark" \
  --cfg-scale 9 \
  --seed 1851 \
  --steps 40 \
  --style-preset cinematic \
  --clip-guidance-preset FAST_GREEN \
  --sampler K_DPMPP_2S_ANCESTRAL \
  --width 1344 \
  -f -o "$images/ex3_1.png" "$@"
