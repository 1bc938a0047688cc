# Sourced by the examples: finds sdxl-gen and the folder for the images.
# shellcheck shell=sh

# On the PATH, else what `mvn package` made in this clone.
program=$(command -v sdxl-gen || :)
[ -n "$program" ] || program=$(dirname -- "$0")/../target/sdxl-gen/bin/sdxl-gen
if [ ! -x "$program" ]; then
  echo "$0: there is no sdxl-gen on the PATH; mvn -q -DskipTests package makes one" >&2
  exit 127
fi

# shellcheck disable=SC2034 # the examples use it
images=${SDXL_GEN_EXAMPLES:-sdxl-gen-examples}

# Makes an image with the mock, which needs no account; with SDXL_GEN_REAL=1 Bedrock makes it, and bills it.
sdxl_gen() {
  if [ "${SDXL_GEN_REAL:-0}" = 1 ]; then
    "$program" "$@"
  else
    "$program" --mock "$@"
  fi
}
