#!/bin/sh
# A smoke test for CI: no AWS account, nothing leaves the machine. It starts the mock, makes an image through it as the
# program under test would, and checks what was sent, what was written and what a failure looks like.
#
# To use it in your own project copy it with lib.sh, and put your own program where sdxl-gen makes its image: anything
# that speaks to Bedrock through an AWS SDK follows the exported variables.
set -eu
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "$0")/lib.sh"

# Of the caller's AWS set-up nothing may leak in.
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK BEDROCK_ASSUME_ROLE SDXL_GEN_MODEL
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

work=$(mktemp -d)
mock=
trap 'stop_mock; rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Starts the mock on a free port and points the AWS variables at it: start_mock [OPTION…]
start_mock() {
  : >"$work/mock.out"
  "$program" mock --port 0 "$@" >"$work/mock.out" 2>"$work/mock.err" &
  mock=$!
  # It prints its URL, then the export lines, AWS_REGION last.
  until grep -q '^export AWS_REGION=' "$work/mock.out"; do
    kill -0 "$mock" 2>/dev/null || fail "the mock didn't start: $(cat "$work/mock.err")"
    sleep 0.1
  done
  eval "$(grep '^export ' "$work/mock.out")"
}

stop_mock() {
  [ -n "$mock" ] || return 0
  kill "$mock" 2>/dev/null || :
  wait "$mock" 2>/dev/null || :
  mock=
}

fail() {
  echo "smoke test: $*" >&2
  exit 1
}

# expect WHAT EXPECTED ACTUAL
expect() {
  [ "$2" = "$3" ] || fail "$1: expected $2, got $3"
}

body='{"text_prompts":[{"text":"a person"},{"text":"hat","weight":-1.0}]}'

start_mock
image=$("$program" "a person" -n hat -o "$work/out.png")
expect "stdout" "$work/out.png" "$image"
expect "the PNG signature" 89504e470d0a1a0a "$(od -An -tx1 -N8 "$image" | tr -d ' \n')"
if command -v curl >/dev/null; then
  recorded=$(curl -fsS "$AWS_ENDPOINT_URL_BEDROCK_RUNTIME/_mock/requests")
  expect "the recorded requests" "[$body]" "$recorded"
fi
expect "--dry-run" "$body" "$("$program" --dry-run "a person" -n hat)"
stop_mock

# The mock breaks on demand: here the model finds the picture unfit and blurs it.
start_mock --script filtered
code=0
"$program" "a person" -n hat -o "$work/filtered.png" 2>"$work/err" || code=$?
expect "the exit code of a filtered image" 4 "$code"
[ ! -e "$work/filtered.png" ] || fail "a filtered image was written"
stop_mock

echo "smoke test: passed"
