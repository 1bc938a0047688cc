#!/usr/bin/env bash
# What each further image of a batch costs beyond the model's own time: the CPU time, wall time and memory of batches,
# against a server on loopback that answers at once with a 3 MB PNG, side by side with a boto3 script with threads.
#
#   src/bench/throughput.sh [--images N] [--runs N] [--concurrency N] [--home PATH] [--jdk HOME]...
#
#   --images N       the images of a batch (500)
#   --runs N         rounds; each runs every batch once (3)
#   --concurrency N  calls at a time (4)
#   --home, --jdk    as cold-start.sh has them
#
# Every program makes a batch of one image and a batch of N: what an image costs is the difference, shared by N - 1, so
# that the start isn't in it but the JVM's compilers are. The rounds interleave the programs: the ratios count. The server
# is one for all and takes its CPU time from the same machine. Every image is looked for, and the last is compared.
# sdxl-gen sees to it that an image is on the disk before it goes on (fsync), and keeps a manifest; the script doesn't.
#
# The last column has issue 7's goal. Needed: bash, GNU time, a JDK; boto3, openssl, hyperfine if there.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

main() {
  amount=500
  runs=3
  concurrency=4
  server=python
  only=all
  jdks=()
  homes=()
  home=
  here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" && exit ;;
      --images | --runs | --concurrency | --home | --jdk) [ $# -ge 2 ] || usage "$1 needs a value" ;;
      *) usage "there is no option $1" ;;
    esac
    case $1 in
      --images) amount=$2 ;;
      --runs) runs=$2 ;;
      --concurrency) concurrency=$2 ;;
      --home) home=$2 ;;
      --jdk) jdks+=("$2") && homes+=("${home:-$(built)}") ;;
    esac
    shift 2
  done
  whole --images "$amount" 2
  whole --runs "$runs" 1
  whole --concurrency "$concurrency" 1

  notes=()
  find_timers
  find_jdks
  find_python
  [ -n "$python" ] || missing "python3 is needed: it is the server"
  work=$(mktemp -d)
  trap clean_up EXIT
  unpack
  "$java/bin/java" "$here/NoisePng.java" "$work/picture.png"
  start_server
  prepare_environment
  seq "$amount" | sed 's/.*/{"id":"i&","prompt":"picture &","seed":&}/' >"$work/prompts.jsonl"
  out=$work/out
  add_programs
  measure
  report
}

add_programs() {
  names=()
  commands=() # with IMAGES for their number
  bases=()
  local index way settings version
  for way in "" ", HTTPS"; do
    settings=
    if [ -n "$way" ]; then
      [ -n "$secure" ] || continue
      settings="AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$secure_url AWS_CA_BUNDLE=$(quoted "$work/certificate.pem")"
    fi
    if "$python" -c 'import boto3' 2>/dev/null; then
      add "boto3 script$way" "boto3 script$way" \
        "$settings exec $(quoted "$python" "$here/boto3_batch.py" "$out") IMAGES $concurrency"
    elif [ -z "$way" ]; then
      left_out "boto3 script" "python3 has no boto3"
    fi
    for index in "${!jdks[@]}"; do
      version=$(jdk_version "${jdks[index]}")
      add "sdxl-gen$way, JDK $version$(which_build "$index")" "boto3 script$way" \
        "$settings $(program "$index") $(quoted batch "$work/prompts.jsonl" -q -o "$out/" --concurrency "$concurrency") --limit IMAGES"
    done
  done
}

add() { # NAME BASE COMMAND
  names+=("$1")
  bases+=("$2")
  commands+=("$3")
}

measure() {
  local round turn index images script=$work/program.sh
  for ((round = 1; round <= runs; round++)); do
    for turn in "${!commands[@]}"; do
      index=$(((turn + round) % ${#commands[@]}))
      for images in 1 "$amount"; do
        [ ! -t 2 ] || printf '\r\033[Kround %d of %d: %s, %d' "$round" "$runs" "${names[index]}" "$images" >&2
        printf '#!/bin/sh\n%s\n' "${commands[index]/IMAGES/$images}" >"$script"
        chmod +x "$script"
        run_once "$script" >>"$work/times-$index-$images" || missing "${names[index]} failed: $(cat "$work/log")"
        check_images "$index" "$images"
        rm -rf "$out"
      done
    done
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

check_images() { # INDEX IMAGES
  local there
  there=$(find "$out" -name '*.png' | wc -l)
  [ "$((there))" = "$2" ] || missing "${names[$1]} made $there of $2 images"
  case ${names[$1]} in
    boto3*) cmp -s "$out/i$2.png" "$work/picture.png" ;;
    *) is_described "$out/i$2.png" ;;
  esac || missing "${names[$1]} did not write the image that the server sent"
}

median_of() { # FIELD NAME IMAGES; 0 if it isn't there
  local index
  for index in "${!names[@]}"; do
    if [ "${names[index]}" = "$2" ]; then
      median "$1" "$work/times-$index-$3"
      return
    fi
  done
  echo 0
}

report() {
  local index note
  printf '%s rounds, batches of %s, %s calls at a time, %s processors, load %s, %s\n\n' "$runs" "$amount" "$concurrency" \
    "$(getconf _NPROCESSORS_ONLN)" "$(uptime | sed 's/.*load average[s]*: *//')" "$timer"
  echo '| program | CPU an image | its ratio | wall of all | its ratio | peak memory, 1 image | of all | goal |'
  echo '|---|--:|--:|--:|--:|--:|--:|---|'
  for index in "${!names[@]}"; do
    row "${names[index]}" "${bases[index]}"
  done
  [ ${#notes[@]} -eq 0 ] || echo
  for note in "${notes[@]+"${notes[@]}"}"; do
    printf '%s\n' "- $note"
  done
}

row() { # NAME BASE
  awk -v name="$1" -v n="$amount" -v wall="$(median_of 1 "$1" "$amount")" -v base_wall="$(median_of 1 "$2" "$amount")" \
    -v cpu="$(median_of 2 "$1" "$amount")" -v cpu_1="$(median_of 2 "$1" 1)" -v base_cpu="$(median_of 2 "$2" "$amount")" \
    -v base_cpu_1="$(median_of 2 "$2" 1)" -v memory_1="$(median_of 3 "$1" 1)" -v memory="$(median_of 3 "$1" "$amount")" '
    function ratio(value, to) { return to > 0 ? sprintf("%.2f", value / to) : "–" }
    BEGIN {
      image = 1000 * (cpu - cpu_1) / (n - 1)
      if (name ~ /^sdxl-gen/) said = "40 ms " (image <= 40 ? "yes" : "NO")
      printf "| %s | %.1f ms | %s | %.1f s | %s | %.0f MiB | %.0f MiB | %s |\n", name, image,
        ratio(cpu - cpu_1, base_cpu - base_cpu_1), wall, ratio(wall, base_wall), memory_1 / 1024, memory / 1024, said
    }'
}

main "$@"
