#!/bin/sh
# The family amazon: nova-canvas and titan, which are closed to the public and serve those who still have them.
#
# Several images come from one call. Without a seed these models would make the same picture each time, so sdxl-gen
# draws one, sends it and puts it into the name of the file. --param adds a field that sdxl-gen has no option for.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

sdxl_gen "a lighthouse at dusk, warm light" -n people -n fog \
  --aspect-ratio 16:9 --cfg-scale 7.5 --count 2 --param imageGenerationConfig.quality=premium \
  -m nova-canvas --region us-east-1 -f -o "$images/family/nova-canvas.png" "$@"
