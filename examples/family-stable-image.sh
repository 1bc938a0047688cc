#!/bin/sh
# The family stable-image: sd3.5-large, core and ultra. The words are SDXL's, the body is not: --dry-run shows it.
#
# It makes shapes rather than sizes (--size 1344x756 is 16:9 to it), and JPEGs too: the name of the file says so. ultra
# and sd3.5-large start from an image as SDXL does, --image-strength 0.7 keeping most of it; core does not.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a lighthouse at dusk, warm light" -n people -n fog \
  --aspect-ratio 16:9 --seed 7 \
  -m core --region us-west-2 -f -o "$images/family/core.jpg" "$@"

sdxl_gen "the same lighthouse in winter, snow" -n people \
  --init-image "$images/family/core.jpg" --image-strength 0.7 --seed 7 \
  -m sd3.5-large --region us-west-2 -f -o "$images/family/winter.png" "$@"
