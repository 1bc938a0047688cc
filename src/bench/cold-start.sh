#!/usr/bin/env bash
# What one image costs beyond the model's own time: the wall time, CPU time and memory of the whole process, against a
# server on loopback that answers at once with a 3 MB PNG, side by side with what people use today.
#
#   src/bench/cold-start.sh [--runs N] [--home PATH] [--jdk HOME]... [--only one|all|two] [--server python|mock]
#
#   --runs N       rounds; each runs every program once (15)
#   --home PATH    sdxl-gen for the --jdk that follow it: its folder, or its .tar.gz, which is unpacked where it never was
#                  (target/sdxl-gen-VERSION.tar.gz). An older build may stand beside a newer one: --home before --jdk JDK
#                  --home after --jdk JDK
#   --jdk HOME     a JDK to run sdxl-gen on, repeatable; else every JDK from 17 on that is found. An archive belongs to
#                  the JDK that built it: --home built-on-17 --jdk JDK17 --home built-on-25 --jdk JDK25. own is the Java
#                  inside (sdxl-gen-VERSION-linux-x64.tar.gz)
#   --only WHAT    one (one image over plain HTTP, with credentials from the environment), all (the default: over HTTPS,
#                  with a profile, with a role, and what makes no image, too) or two (what a second image takes: that is a
#                  small difference, which wants --runs 40)
#   --server WHAT  python (loopback.py, the default where there is python3) or mock (sdxl-gen mock --picture; --only one)
#
# The rounds interleave the programs, so that a machine that speeds up or slows down does so to all of them, each round in
# an order of its own: who runs behind another Java finds less of its own in the processor's caches. Only the ratios of one
# run count: each row says to what. The server is one for all; python is the default because it does next
# to nothing (the curl row shows how little) and because a change to our mock must not look like a change to our client.
# Every image written is compared with the one served: byte for byte, and what sdxl-gen adds of itself (the recipe) must
# stand in one place before the picture. --no-metadata, where the build knows it, leaves that out, as the other programs
# do. A program that isn't there is left out, with a line that says so.
#
# The ratios are to the boto3 script called in the same way; those of --help, --version and a mistake to java hello world.
# Each is the median of the rounds' own, in which both ran within seconds: a machine whose speed drifts from minute to
# minute changes it little. A second image is what two take more than one, round by round, beyond what curl sees the
# server take: one that takes 100 ms for each, as a model takes its time, and one that answers at once.
# The last column has issue 7's goals. Needed: bash, GNU time, a JDK, for two curl; boto3, aws, jq, curl, openssl, hyperfine
# if there.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

main() {
  runs=15
  server=
  only=all
  jdks=()  # rows of sdxl-gen: a JDK's home, and in the same place of homes the sdxl-gen folder
  homes=()
  here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  home=
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" && exit ;;
      --runs | --home | --jdk | --only | --server) [ $# -ge 2 ] || usage "$1 needs a value" ;;
      *) usage "there is no option $1" ;;
    esac
    case $1 in
      --runs) runs=$2 ;;
      --home) home=$2 ;;
      --jdk) jdks+=("$2") && homes+=("${home:-$(built)}") ;;
      --only) only=$2 ;;
      --server) server=$2 ;;
    esac
    shift 2
  done
  whole --runs "$runs" 1
  case $only in one | all | two) ;; *) usage "--only takes one, all or two" ;; esac
  case $server in '' | python | mock) ;; *) usage "--server takes python or mock" ;; esac
  [ "$server" != mock ] || [ "$only" = one ] || usage "--server mock goes with --only one"
  [ "$only" != two ] || command -v curl >/dev/null || missing "curl is needed: it sees what the server takes"

  notes=()
  find_timers
  find_jdks
  find_python
  work=$(mktemp -d)
  trap clean_up EXIT
  unpack
  "$java/bin/java" "$here/NoisePng.java" "$work/picture.png"
  start_server
  prepare_environment
  add_programs
  measure
  report
}

# Each program is a small sh script in $work, which costs all of them the same millisecond. It writes its image to $out;
# what it must write is same (the image served), more (the same with chunks added), two or none.
add_programs() {
  names=()
  scripts=()
  images=()
  bases=()
  goals=()
  out=$work/out.png
  cli="AWS CLI + jq + base64"
  [ -z "$aws" ] || cli="AWS CLI $("$aws" --version 2>&1 | sed 's,^aws-cli/\([0-9]*\).*,v\1,') + jq + base64"
  # How the ways of AWS's own differ from the plain one.
  local ways=("") index way
  [ "$only" != two ] || [ "$server" = python ] || missing "--only two needs python3 for its server"
  if [ "$only" != one ] && [ "$server" = python ]; then
    [ -z "$secure" ] || ways+=(", HTTPS")
    [ "$only" = two ] || ways+=(", profile" ", role")
  fi
  for way in "${ways[@]}"; do
    if [ "$only" != two ]; then
      add_boto3 "$way"
      add_cli "$way"
      [ -n "$way" ] || add_curl
    fi
    for index in "${!jdks[@]}"; do
      add_ours "$way" "$index"
    done
  done
  [ "$only" != all ] || add_short
}

# What a way of calling sets before the command; sdxl-gen takes the role as an option.
settings() { # WAY
  case $1 in
    ", HTTPS") printf '%s ' "AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$secure_url AWS_CA_BUNDLE=$(quoted "$work/certificate.pem")" ;;
    ", profile")
      printf '%s ' "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY;" \
        "AWS_SHARED_CREDENTIALS_FILE=$(quoted "$work/credentials")"
      ;;
    ", role") printf '%s ' "AWS_ENDPOINT_URL_STS=$url" ;;
  esac
}

# The same for boto3 and the AWS CLI, which know roles from profiles alone.
role_settings() { # WAY
  [ "$1" != ", role" ] || echo "AWS_CONFIG_FILE=$(quoted "$work/config") AWS_PROFILE=bench"
}

add_boto3() { # WAY
  if [ -z "$python" ] || ! "$python" -c 'import boto3' 2>/dev/null; then
    [ -n "$1" ] || left_out "boto3 script" "python3 has no boto3"
    return
  fi
  add "boto3 script$1" same "boto3 script$1" "" \
    "$(settings "$1") $(role_settings "$1") exec $(quoted "$python" "$here/boto3_image.py" "$out")"
}

add_cli() { # WAY
  if [ -z "$aws" ] || ! command -v jq >/dev/null; then
    [ -n "$1" ] || left_out "$cli" "aws and jq are needed"
    return
  fi
  add "$cli$1" same "boto3 script$1" "" "$(settings "$1") $(role_settings "$1") $(quoted "$aws" bedrock-runtime invoke-model \
    --model-id "$model" --body "fileb://$work/body.json" "$work/answer.json") >/dev/null &&
    $first_image $(quoted "$work/answer.json") | $decode >$(quoted "$out")"
}

add_curl() {
  if ! command -v jq >/dev/null || ! curl --help all 2>/dev/null | grep -q -e --aws-sigv4; then
    left_out "curl --aws-sigv4 + jq + base64" "curl 7.75 and jq are needed"
    return
  fi
  add "curl --aws-sigv4 + jq + base64" same "boto3 script" "" "$(quoted curl -fsS --aws-sigv4 \
    aws:amz:us-east-1:bedrock --user bench:bench -H 'Content-Type: application/json' -H 'Accept: application/json' \
    --data-binary "@$work/body.json" "$url/model/$model/invoke") | $first_image | $decode >$(quoted "$out")"
}

add_ours() { # WAY INDEX
  local way=$1 home=${homes[$2]} version program goal options=("a person" -n hat -f -o "$out" --region us-east-1)
  version=$(jdk_version "${jdks[$2]}")
  [ -n "$way" ] || [ -n "$(find "$home/lib" -name "*-$version.jsa" -o -name "*-$version.aot")" ] ||
    notes+=("sdxl-gen, JDK $version: built on another JDK, so no archive made by the build fits it.")
  goal=17
  [ "$version" -lt 25 ] || goal=25
  version+=$(which_build "$2")
  program="$(settings "$way") $(program "$2")"
  [ "$way" != ", role" ] || options+=(--assume-role "$role")
  if ! sh -c "$(program "$2") --help" | grep -q -e --no-metadata; then
    add "sdxl-gen$way, JDK $version" same "boto3 script$way" "$goal" "$program $(quoted "${options[@]}")"
    return
  fi
  add "sdxl-gen$way, JDK $version" more "boto3 script$way" "$goal" "$program $(quoted "${options[@]}")"
  if [ "$only" != two ]; then
    [ -n "$way" ] || add "sdxl-gen --no-metadata, JDK $version" same "boto3 script" "$goal" \
      "$program $(quoted "${options[@]}" --no-metadata)"
    return
  fi
  add "sdxl-gen --count 2$way, JDK $version" two "sdxl-gen$way, JDK $version" "" \
    "$program $(quoted "${options[@]}" --count 2)"
  case $way in
    "") options+=(--endpoint-url "$url/slow") ;;
    *) options+=(--endpoint-url "$secure_url/slow") ;;
  esac
  add "sdxl-gen$way, 100 ms, JDK $version" more "" "" "$program $(quoted "${options[@]}")"
  add "sdxl-gen --count 2$way, 100 ms each, JDK $version" two "sdxl-gen$way, 100 ms, JDK $version" "" \
    "$program $(quoted "${options[@]}" --count 2)"
}

# What makes no image, beside the least that Java does.
add_short() {
  local index version hello goal
  if [ ! -x "$java/bin/javac" ]; then
    left_out "java hello world" "$java has no javac"
    return
  fi
  printf '%s\n' 'class Hello { public static void main(String[] a) { System.out.println("hello"); } }' \
    >"$work/Hello.java"
  "$java/bin/javac" --release 17 -d "$work" "$work/Hello.java"
  for index in "${!jdks[@]}"; do
    version=$(jdk_version "${jdks[index]}")
    hello="java hello world, JDK $version"
    has_own_java "$index" || [ -n "$(times_of "$hello")" ] ||
      add "$hello" none "$hello" "" "exec $(quoted "${jdks[index]}/bin/java" -cp "$work" Hello)"
    goal=
    [ "$version" -lt 25 ] || goal=short
    version+=$(which_build "$index")
    add "sdxl-gen --help, JDK $version" none "$hello" "$goal" "$(program "$index") --help"
    add "sdxl-gen --version, JDK $version" none "$hello" "$goal" "$(program "$index") --version"
    # Exit code 2 is what is wanted of it.
    add "sdxl-gen --stepz (a mistake), JDK $version" none "$hello" "$goal" \
      "($(program "$index") --stepz 30 'a person'); [ \$? = 2 ]"
    add "sdxl-gen --steps many (a mistake), JDK $version" none "$hello" "$goal" \
      "($(program "$index") --steps many 'a person'); [ \$? = 2 ]"
  done
}

# Runs it once unmeasured, so that caches are warm and what can't run is found.
add() { # NAME IMAGE BASE GOAL COMMAND
  local script=$work/program-${#names[@]}.sh
  printf '#!/bin/sh\n%s\n' "$5" >"$script"
  chmod +x "$script"
  if ! "$script" >"$work/log" 2>&1; then
    case $1 in sdxl-gen*) missing "$1 failed: $(cat "$work/log")" ;; esac
    left_out "$1" "it failed: $(tail -n 1 "$work/log")"
    return
  fi
  names+=("$1")
  scripts+=("$script")
  images+=("$2")
  bases+=("$3")
  goals+=("$4")
  check_image "$1" "$2"
}

check_image() { # NAME IMAGE
  case $2 in
    none) return ;;
    same) cmp -s "$out" "$work/picture.png" ;;
    more) is_described "$out" ;;
    two) is_described "$work/out-1.png" && is_described "$work/out-2.png" ;;
  esac || missing "$1 did not write the image that the server sent"
  rm -f "$work"/out*.png
}

measure() {
  local round turn index
  for ((round = 1; round <= runs; round++)); do
    [ ! -t 2 ] || printf '\rround %d of %d ' "$round" "$runs" >&2
    shuffle "$round"
    for turn in "${!order[@]}"; do
      index=${order[turn]}
      run_once "${scripts[index]}" >>"$work/times-$index" || missing "${names[index]} failed in round $round"
      check_image "${names[index]}" "${images[index]}"
    done
  done
  [ ! -t 2 ] || printf '\r                         \r' >&2
}

# Sets $order to that of round $1, the same in every run: who runs after whom matters, up to 10 ms. Where two images are
# compared with one, which are a few milliseconds apart, one follows right on the other.
shuffle() {
  local left other swapped
  order=("${!scripts[@]}")
  if [ "$only" = two ]; then
    order=("${order[@]:$(($1 % ${#order[@]}))}" "${order[@]:0:$(($1 % ${#order[@]}))}")
    return
  fi
  RANDOM=$1
  for ((left = ${#order[@]}; left > 1; left--)); do
    other=$((RANDOM % left))
    swapped=${order[left - 1]}
    order[left - 1]=${order[other]}
    order[other]=$swapped
  done
}

report() {
  local index note
  printf '%s rounds, %s processors, load %s, %s, server: %s\n\n' "$runs" "$(getconf _NPROCESSORS_ONLN)" \
    "$(uptime | sed 's/.*load average[s]*: *//')" "$timer" "$server"
  echo '| program | wall, median | fastest to slowest | ratio | CPU | its ratio | peak memory | goals |'
  echo '|---|--:|--:|--:|--:|--:|--:|---|'
  for index in "${!names[@]}"; do
    row "$index"
    case ${names[index]} in
      "sdxl-gen --count 2, HTTPS, 100 ms"*) second_image "$index" "$secure_url/slow" ;;
      "sdxl-gen --count 2, HTTPS"*) second_image "$index" "$secure_url" ;;
      "sdxl-gen --count 2, 100 ms"*) second_image "$index" "$url/slow" ;;
      "sdxl-gen --count 2"*) second_image "$index" "$url" ;;
    esac
  done
  [ ${#notes[@]} -eq 0 ] || echo
  for note in "${notes[@]+"${notes[@]}"}"; do
    printf '%s\n' "- $note"
  done
}

# The file with a program's times; nothing if it isn't there.
times_of() { # NAME
  local index
  for index in "${!names[@]}"; do
    if [ "${names[index]}" = "$1" ]; then
      echo "$work/times-$index"
      return
    fi
  done
}

# The median of what a program took to what another took in the same round; 0 if there is no other.
ratio_to() { # FIELD FILE NAME
  local other
  other=$(times_of "$3")
  if [ -z "$other" ]; then
    echo 0
    return
  fi
  paste -d ' ' "$2" "$other" | awk -v field="$1" '{ print ($(field + 3) > 0 ? $field / $(field + 3) : 0) }' >"$work/ratios"
  median 1 "$work/ratios"
}

row() { # INDEX
  local file=$work/times-$1 way=${bases[$1]#boto3 script}
  awk -v name="${names[$1]}" -v goal="${goals[$1]}" -v wall="$(median 1 "$file")" -v cpu="$(median 2 "$file")" \
    -v memory="$(median 3 "$file")" -v to_base="$(ratio_to 1 "$file" "${bases[$1]}")" \
    -v cpu_to_base="$(ratio_to 2 "$file" "${bases[$1]}")" -v to_cli="$(ratio_to 1 "$file" "$cli$way")" \
    -v least="$(cut -d ' ' -f 1 "$file" | sort -n | head -n 1)" \
    -v most="$(cut -d ' ' -f 1 "$file" | sort -n | tail -n 1)" '
    function shown(ratio) { return ratio > 0 ? sprintf("%.2f", ratio) : "–" }
    function holds(what, value, limit) { said = said (said ? ", " : "") what " " (value <= limit ? "yes" : "NO") }
    BEGIN {
      memory /= 1024
      if (goal == 25 && to_base > 0) holds("0.5 x boto3", to_base, 0.5)
      if (goal == 25 && to_cli > 0) holds(sprintf("0.3 x AWS CLI (%.3f)", to_cli), to_cli, 0.3)
      if (goal == 25 && cpu_to_base > 0) holds("CPU 1.0 x", cpu_to_base, 1)
      if (goal == 25) holds("110 MiB", memory, 110)
      if (goal == 17 && to_base > 0) holds("1.0 x boto3", to_base, 1)
      if (goal == "short") holds("0.15 s", wall, 0.15)
      if (goal == "short" && to_base > 0) holds("2.5 x hello world", to_base, 2.5)
      printf "| %s | %.3f s | %.3f to %.3f s | %s | %.2f s | %s | %.0f MiB | %s |\n",
        name, wall, least, most, shown(to_base), cpu, shown(cpu_to_base), memory, said
    }'
}

# What the second of two images took beyond the server's own time, in seconds: round by round, as the machine's speed
# drifts.
second_image() { # INDEX URL
  local one latency
  one=$(times_of "${bases[$1]}")
  latency=$(server_time "$2")
  paste -d ' ' "$work/times-$1" "$one" | awk -v latency="$latency" '{ print $1 - $4 - latency, $2 - $5 }' >"$work/second"
  awk -v latency="$latency" -v wall="$(median 1 "$work/second")" -v cpu="$(median 2 "$work/second")" 'BEGIN {
    printf "| … its second image, beyond the server'"'"'s %.0f ms | %.3f s | | | %.2f s | | | 15 ms %s |\n",
      1000 * latency, wall, cpu, wall <= 0.015 ? "yes" : "NO"
  }'
}

# What the server takes for a picture that nobody looks at, on a connection that is there.
server_time() { # URL
  local turn file=$work/latency-${1//[!a-z0-9]/-} call=(--cacert "$work/certificate.pem" -fsS -o /dev/null --data-binary "@$work/body.json" "$1/model/$model/invoke")
  [ -n "$secure" ] || call=("${call[@]:2}")
  # The same for all JDKs.
  [ -s "$file" ] || for turn in 1 2 3 4 5 6 7 8 9; do
    curl "${call[@]}" --next -w '%{time_total}\n' "${call[@]}" || missing "the server doesn't answer curl"
  done >"$file"
  median 1 "$file"
}

main "$@"
