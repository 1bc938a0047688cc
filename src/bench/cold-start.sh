#!/usr/bin/env bash
# What one image costs beyond the model's own time: the wall time, CPU time and memory of the whole process, against a
# server on loopback that answers at once with a 3 MB PNG, side by side with what people use today.
#
#   src/bench/cold-start.sh [--runs N] [--home DIR] [--jdk HOME]... [--server python|mock]
#
#   --runs N       rounds; each runs every program once (15)
#   --home DIR     the unpacked sdxl-gen folder, for the --jdk that follow it (target/sdxl-gen). An older build may stand
#                  beside a newer one: --home before --jdk JDK --home after --jdk JDK
#   --jdk HOME     a JDK to run sdxl-gen on, repeatable; else every JDK from 17 on that is found. An archive belongs to
#                  the JDK that built it: --home built-on-17 --jdk JDK17 --home built-on-25 --jdk JDK25
#   --server WHAT  python (loopback.py, the default where there is python3) or mock (sdxl-gen mock --picture)
#
# The rounds interleave the programs, so that a machine that speeds up or slows down does so to all of them. Only the
# ratios of one run count. The server is one for all; python is the default because it does next to nothing (the curl
# row shows how little) and because a change to our mock must not look like a change to our client.
# Every image written is compared with the one served: byte for byte, and what sdxl-gen adds of itself (the recipe) must
# stand in one place before the picture. --no-metadata, where the build knows it, leaves that out, as the other programs
# do. A program that isn't there is left out, with a line that says so.
set -euo pipefail

main() {
  runs=15
  server=
  jdks=()  # rows of sdxl-gen: a JDK's home, and in the same place of homes the sdxl-gen folder
  homes=()
  here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  home=${here%/src/bench}/target/sdxl-gen
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" && exit ;;
      --runs | --home | --jdk | --server) [ $# -ge 2 ] || usage "$1 needs a value" ;;
      *) usage "there is no option $1" ;;
    esac
    case $1 in
      --runs) runs=$2 ;;
      --home) home=$2 ;;
      --jdk) jdks+=("$2") && homes+=("$home") ;;
      --server) server=$2 ;;
    esac
    shift 2
  done
  case $runs in '' | *[!0-9]* | 0) usage "--runs takes a whole number from 1 on" ;; esac
  case $server in '' | python | mock) ;; *) usage "--server takes python or mock" ;; esac

  notes=()
  find_timers
  find_jdks
  find_python
  work=$(mktemp -d)
  trap clean_up EXIT
  "$java/bin/java" "$here/NoisePng.java" "$work/picture.png"
  start_server
  prepare_environment
  add_programs
  measure
  report
}

usage() {
  echo "${0##*/}: $1; --help shows how it is used" >&2
  exit 2
}

missing() {
  echo "${0##*/}: $1" >&2
  exit 1
}

clean_up() {
  if [ -n "${server_pid:-}" ]; then
    kill "$server_pid" 2>/dev/null || :
    wait "$server_pid" 2>/dev/null || :
  fi
  rm -rf "$work"
}

# GNU time knows memory; hyperfine knows the wall time to the microsecond, GNU time to 10 ms.
find_timers() {
  time_program=
  for candidate in /usr/bin/time gtime; do
    if "$candidate" --version 2>&1 | grep -q GNU; then
      time_program=$(command -v "$candidate")
      break
    fi
  done
  [ -n "$time_program" ] || missing "GNU time is needed: apt-get install time, or brew install gnu-time"
  hyperfine=$(command -v hyperfine || :)
  if [ -n "$hyperfine" ]; then
    timer=$("$hyperfine" --version)
  else
    timer="GNU time"
    notes+=("hyperfine isn't installed: the times are GNU time's, whole hundredths of a second.")
  fi
}

jdk_version() { # HOME; the feature version, or 0
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null || :)
  echo "${version:-0}"
}

find_jdks() {
  local candidate path seen=$'\n'
  if [ ${#jdks[@]} -eq 0 ]; then
    path=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' || :)
    for candidate in "${SDXL_GEN_JAVA:-}" "${JAVA_HOME:-}" "$path" \
      /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
      [ -x "$candidate/bin/java" ] || continue
      candidate=$(CDPATH='' cd -- "$candidate" && pwd -P)
      case $seen in *$'\n'"$candidate"$'\n'*) continue ;; esac
      seen+=$candidate$'\n'
      [ "$(jdk_version "$candidate")" -ge 17 ] || continue
      jdks+=("$candidate")
      homes+=("$home")
    done
  fi
  [ ${#jdks[@]} -gt 0 ] || missing "no JDK from 17 on was found; --jdk HOME names one"
  for candidate in "${jdks[@]}"; do
    [ "$(jdk_version "$candidate")" -ge 17 ] || missing "$candidate is not the home of a JDK from 17 on"
  done
  java=${jdks[0]}
}

# The interpreter itself: a shim of pyenv or asdf would cost the others the start of a shell.
find_python() {
  python=$(python3 -c 'import sys; print(sys.executable)' 2>/dev/null || :)
  aws=$(command -v aws || :)
  if [ -n "$python" ] && [ -x "${python%/*}/aws" ]; then
    aws=${python%/*}/aws
  fi
}

start_server() {
  if [ "${server:=python}" = python ] && [ -z "$python" ]; then
    notes+=("python3 isn't installed: the server is sdxl-gen mock.")
    server=mock
  fi
  : >"$work/server.out"
  if [ "$server" = python ]; then
    "$python" "$here/loopback.py" "$work/picture.png" >"$work/server.out" 2>"$work/server.err" &
  else
    [ -x "${homes[0]}/bin/sdxl-gen" ] || missing "there is no ${homes[0]}/bin/sdxl-gen to serve as mock"
    SDXL_GEN_JAVA=$java "${homes[0]}/bin/sdxl-gen" mock --picture "$work/picture.png" \
      >"$work/server.out" 2>"$work/server.err" &
  fi
  server_pid=$!
  until grep -q '^http' "$work/server.out"; do
    kill -0 "$server_pid" 2>/dev/null || missing "the server didn't start: $(cat "$work/server.err")"
    sleep 0.05
  done
  url=$(grep -m 1 '^http' "$work/server.out")
}

# The same for every program, and nothing of the user's own set-up.
prepare_environment() {
  export PYTHONUSERBASE=${PYTHONUSERBASE:-$HOME/.local}
  mkdir "$work/home"
  export HOME=$work/home AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$url AWS_EC2_METADATA_DISABLED=true
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK AWS_ENDPOINT_URL BEDROCK_ASSUME_ROLE SDXL_GEN_MODEL \
    SDXL_GEN_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS XDG_CACHE_HOME JAVA_HOME SDXL_GEN_JAVA
  printf '%s' '{"text_prompts":[{"text":"a person"},{"text":"hat","weight":-1.0}]}' >"$work/body.json"
}

# Each program is a small sh script in $work, which costs all of them the same millisecond. It writes its image to $out;
# what it must write is same (the image served), more (the same with chunks added) or none (java hello world).
add_programs() {
  names=()
  scripts=()
  images=()
  local index version program model=stability.stable-diffusion-xl
  out=$work/out.png

  if [ -z "$python" ] || ! "$python" -c 'import boto3' 2>/dev/null; then
    left_out "boto3 script" "python3 has no boto3"
  else
    add "boto3 script" same "exec $(quoted "$python" "$here/boto3_image.py" "$out")"
  fi
  for index in "${!jdks[@]}"; do
    version=$(jdk_version "${jdks[index]}")
    if [ ! -x "${homes[index]}/bin/sdxl-gen" ]; then
      left_out "sdxl-gen, JDK $version" "there is no ${homes[index]}/bin/sdxl-gen (mvn package makes it)"
      continue
    fi
    [ -n "$(find "${homes[index]}/lib" -name "*-$version.jsa" -o -name "*-$version.aot")" ] ||
      notes+=("sdxl-gen, JDK $version: built on another JDK, so no archive made by the build fits it.")
    version+=$(which_build "$index")
    program="SDXL_GEN_JAVA=$(quoted "${jdks[index]}") exec $(quoted "${homes[index]}/bin/sdxl-gen")"
    if SDXL_GEN_JAVA=${jdks[index]} "${homes[index]}/bin/sdxl-gen" --help | grep -q -e --no-metadata; then
      add "sdxl-gen, JDK $version" more "$program $(quoted "a person" -n hat -f -o "$out" --region us-east-1)"
      add "sdxl-gen --no-metadata, JDK $version" same \
        "$program $(quoted "a person" -n hat -f -o "$out" --region us-east-1 --no-metadata)"
    else
      add "sdxl-gen, JDK $version" same "$program $(quoted "a person" -n hat -f -o "$out" --region us-east-1)"
    fi
  done
  local image="jq -r '.artifacts[0].base64'" decode
  decode="base64 -d >$(quoted "$out")"
  if [ -z "$aws" ] || ! command -v jq >/dev/null; then
    left_out "AWS CLI + jq + base64" "aws and jq are needed"
  else
    add "AWS CLI + jq + base64" same "$(quoted "$aws" bedrock-runtime invoke-model --model-id "$model" \
      --body "fileb://$work/body.json" "$work/answer.json") >/dev/null &&
      $image $(quoted "$work/answer.json") | $decode"
  fi
  if ! command -v jq >/dev/null || ! curl --help all 2>/dev/null | grep -q -e --aws-sigv4; then
    left_out "curl --aws-sigv4 + jq + base64" "curl 7.75 and jq are needed"
  else
    add "curl --aws-sigv4 + jq + base64" same "$(quoted curl -fsS --aws-sigv4 aws:amz:us-east-1:bedrock \
      --user bench:bench -H 'Content-Type: application/json' -H 'Accept: application/json' \
      --data-binary "@$work/body.json" "$url/model/$model/invoke") | $image | $decode"
  fi
  if [ ! -x "$java/bin/javac" ]; then
    left_out "java hello world" "$java has no javac"
  else
    printf '%s\n' 'class Hello { public static void main(String[] a) { System.out.println("hello"); } }' \
      >"$work/Hello.java"
    "$java/bin/javac" --release 17 -d "$work" "$work/Hello.java"
    for index in "${!jdks[@]}"; do
      case " ${jdks[*]:0:index} " in *" ${jdks[index]} "*) continue ;; esac
      add "java hello world, JDK $(jdk_version "${jdks[index]}")" none \
        "exec $(quoted "${jdks[index]}/bin/java" -cp "$work" Hello)"
    done
  fi
}

# Where one JDK runs several builds, a row says which.
which_build() { # INDEX
  local other
  for other in "${!jdks[@]}"; do
    if [ "$other" != "$1" ] && [ "${jdks[other]}" = "${jdks[$1]}" ]; then
      echo ", ${homes[$1]}"
      return
    fi
  done
}

quoted() {
  local word
  for word in "$@"; do
    printf "'%s' " "${word//\'/\'\\\'\'}"
  done
}

left_out() { # NAME WHY
  notes+=("$1: left out, $2.")
}

add() { # NAME IMAGE COMMAND; runs it once unmeasured, so that caches are warm and what can't run is found
  local script=$work/program-${#names[@]}.sh
  printf '#!/bin/sh\n%s\n' "$3" >"$script"
  chmod +x "$script"
  if ! "$script" >"$work/log" 2>&1; then
    case $1 in sdxl-gen*) missing "$1 failed: $(cat "$work/log")" ;; esac
    left_out "$1" "it failed: $(tail -n 1 "$work/log")"
    return
  fi
  names+=("$1")
  scripts+=("$script")
  images+=("$2")
  check_image "$1" "$2"
}

check_image() { # NAME IMAGE
  local header=33 more # the signature and the IHDR chunk, behind which chunks are added
  case $2 in
    none) return ;;
    same) cmp -s "$out" "$work/picture.png" ;;
    more)
      more=$(($(wc -c <"$out") - $(wc -c <"$work/picture.png")))
      [ "$more" -gt 0 ] && cmp -s <(head -c "$header" "$out") <(head -c "$header" "$work/picture.png") &&
        cmp -s "$out" "$work/picture.png" $((header + more)) "$header"
      ;;
  esac || missing "$1 did not write the image that the server sent"
  rm "$out"
}

measure() {
  local round turn index
  for ((round = 1; round <= runs; round++)); do
    [ ! -t 2 ] || printf '\rround %d of %d ' "$round" "$runs" >&2
    for turn in "${!scripts[@]}"; do
      # Another one goes first each round: who runs after whom matters a little.
      index=$(((turn + round) % ${#scripts[@]}))
      run_once "${scripts[index]}" >>"$work/times-$index" || missing "${names[index]} failed in round $round"
      check_image "${names[index]}" "${images[index]}"
    done
  done
  [ ! -t 2 ] || printf '\r                         \r' >&2
}

run_once() { # SCRIPT; prints wall s, CPU s, peak KiB
  if [ -n "$hyperfine" ]; then
    "$hyperfine" -N --runs 1 --style none --export-csv "$work/wall.csv" \
      "$(quoted "$time_program" -f %M -o "$work/memory" "$1")" >&2 2>"$work/log" || return
    # The last fields of the line: median, user, system, min, max.
    awk -F, -v memory="$(cat "$work/memory")" 'END { print $(NF-4), $(NF-3) + $(NF-2), memory }' "$work/wall.csv"
  else
    "$time_program" -f '%e %U %S %M' -o "$work/memory" "$1" >/dev/null 2>"$work/log" || return
    awk '{ print $1, $2 + $3, $4 }' "$work/memory"
  fi
}

median() { # FIELD FILE
  cut -d ' ' -f "$1" "$2" | sort -n |
    awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int((NR + 2) / 2)]) / 2 }'
}

report() {
  local index base='' file note
  printf '%s rounds, %s processors, load %s, %s, server: %s\n\n' "$runs" "$(getconf _NPROCESSORS_ONLN)" \
    "$(uptime | sed 's/.*load average[s]*: *//')" "$timer" "$server"
  echo '| program | wall, median | fastest to slowest | against boto3 | CPU | peak memory |'
  echo '|---|--:|--:|--:|--:|--:|'
  for index in "${!names[@]}"; do
    [ "${names[index]}" != "boto3 script" ] || base=$(median 1 "$work/times-$index")
  done
  for index in "${!names[@]}"; do
    file=$work/times-$index
    awk -v name="${names[index]}" -v wall="$(median 1 "$file")" -v base="$base" -v cpu="$(median 2 "$file")" \
      -v memory="$(median 3 "$file")" -v least="$(cut -d ' ' -f 1 "$file" | sort -n | head -n 1)" \
      -v most="$(cut -d ' ' -f 1 "$file" | sort -n | tail -n 1)" 'BEGIN {
        ratio = base > 0 ? sprintf("%.2f", wall / base) : "–"
        printf "| %s | %.3f s | %.3f to %.3f s | %s | %.2f s | %.0f MiB |\n",
          name, wall, least, most, ratio, cpu, memory / 1024
      }'
  done
  [ ${#notes[@]} -eq 0 ] || echo
  for note in "${notes[@]+"${notes[@]}"}"; do
    printf '%s\n' "- $note"
  done
}

main "$@"
