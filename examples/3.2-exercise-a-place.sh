#!/bin/sh
# Exercise 3.2: a place of one's own, with every parameter sdxl-gen has for SDXL. Here: a desk by the window, early.
#
# To catch a real place, list what is in it as you would for someone who has never been there, and put into the
# negatives what a stock photo would have instead. A weight says how much: "people::0.5" is avoided half as strongly,
# and -p "…::1.3" adds a second positive prompt that counts a third more.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a small home office at dawn, oak desk by an open window, a laptop and a chipped blue mug, \
a cat asleep on a stack of books, garden in soft mist outside, 35mm photograph" \
  -p "warm morning light::1.3" \
  -n "office building, cubicle" \
  -n "people::0.5" \
  -n "cluttered cables" \
  -n "blurry, low quality" \
  --cfg-scale 7.5 \
  --seed 42 \
  --steps 50 \
  --style-preset photographic \
  --clip-guidance-preset SLOW \
  --sampler K_EULER_ANCESTRAL \
  --width 1152 \
  --height 896 \
  -f -o "$images/ex3_2.png" "$@"
