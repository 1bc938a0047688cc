#!/bin/sh
# What happens when a million images are made by 1 to 1,000 processes that share one quota: the
# real Schedule and AdaptiveRate, on a simulated clock, against a simulated Bedrock (a token bucket).
#
#   mvn -q compile && src/bench/scale/run.sh [PLOT.svg]
#
# Prints three tables (Markdown) and draws the README's plot; takes a minute or two, one core, no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../../..
classes=$(mktemp -d)
trap 'rm -rf "$classes"' EXIT
javac -d "$classes" -cp "$root/target/classes" "$here"/*.java
java -XX:+UseSerialGC -cp "$classes:$root/target/classes" Scale "${1:-$root/.github/images/scale.svg}"
