#!/bin/sh
# The family sdxl: Stable Diffusion XL, the default and the richest. What it alone takes: weights, a sampler, steps, a
# style preset, CLIP guidance, masks. 3.2-exercise-a-place.sh has every parameter, image-to-image.sh the masks.
#
# Its ids are retired on Bedrock's public endpoints. For a real image name an endpoint that speaks its format
# (-m arn:aws:sagemaker:…), or add --model auto: that takes the first model your account can call, and says which.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a lighthouse at dusk" -p "warm light::1.3" -n people -n "fog::0.5" \
  --aspect-ratio 16:9 --steps 40 --style-preset cinematic --seed 7 \
  -m sdxl -f -o "$images/family/sdxl.png" "$@"
