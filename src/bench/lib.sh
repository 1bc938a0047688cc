#!/usr/bin/env bash
# What the benches of this folder share: the programs they compare, the server those call, and how one run is measured.
# They source it; by itself it does nothing. What it sets is theirs to read, and the other way round:
# shellcheck disable=SC2034,SC2154

# What mvn package made last.
built() {
  local archive
  for archive in "${here%/src/bench}"/target/sdxl-gen-*.tar.gz; do
    case $archive in *-linux-*) continue ;; esac
    echo "$archive"
  done | tail -n 1
}

# Ends the script unless an option's value is a whole number from LEAST on.
whole() { # OPTION VALUE LEAST
  case $2 in
    '' | *[!0-9]* | 0* | ???????*) ;;
    *) [ "$2" -lt "$3" ] || return 0 ;;
  esac
  usage "$1 takes a whole number from $3 on"
}

# Each build that is packed, at a path where it never was; own Javas have a name then.
unpack() {
  local index folder
  builds=("${homes[@]}")
  for index in "${!homes[@]}"; do
    if [ -f "${homes[index]}" ]; then
      folder=$work/unpacked/$index
      mkdir -p "$folder"
      tar xzf "${homes[index]}" -C "$folder"
      homes[index]=$(echo "$folder"/*)
    fi
    if [ "${jdks[index]}" = own ]; then
      jdks[index]=${homes[index]}/java
      [ -x "${jdks[index]}/bin/java" ] || missing "there is no Java in ${builds[index]}"
    fi
    [ -x "${homes[index]}/bin/sdxl-gen" ] ||
      missing "there is no sdxl-gen in ${builds[index]:-target}: mvn package makes it"
  done
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

# GNU time knows memory.
find_time() {
  local candidate
  time_program=
  for candidate in /usr/bin/time gtime; do
    if "$candidate" --version 2>&1 | grep -q GNU; then
      time_program=$(command -v "$candidate")
      break
    fi
  done
  [ -n "$time_program" ] || missing "GNU time is needed: apt-get install time, or brew install gnu-time"
}

# hyperfine knows the wall time to the microsecond, GNU time to 10 ms.
find_timers() {
  find_time
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
  [ ${#jdks[@]} -eq 0 ] || [ "${homes[${#homes[@]} - 1]}" = "${home:-$(built)}" ] ||
    usage "--home stands before the --jdk that is to run it"
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
      homes+=("${home:-$(built)}")
    done
  fi
  [ ${#jdks[@]} -gt 0 ] || missing "no JDK from 17 on was found; --jdk HOME names one"
  java=
  for candidate in "${jdks[@]}"; do
    [ "$candidate" != own ] || continue
    [ "$(jdk_version "$candidate")" -ge 17 ] || missing "$candidate is not the home of a JDK from 17 on"
    java=${java:-$candidate}
  done
  if [ -z "$java" ]; then
    java=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p' || :)
    [ -n "$java" ] || missing "a JDK on the PATH is needed for what isn't measured"
  fi
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
  secure=
  if [ "${server:=python}" = python ] && [ -z "$python" ]; then
    notes+=("python3 isn't installed: the server is sdxl-gen mock.")
    server=mock
  fi
  : >"$work/server.out"
  if [ "$server" = python ]; then
    make_certificate
    "$python" "$here/loopback.py" "$work/picture.png" ${secure:+"$work/certificate.pem" "$work/key.pem"} \
      >"$work/server.out" 2>"$work/server.err" &
  else
    SDXL_GEN_JAVA=$java "${homes[0]}/bin/sdxl-gen" mock --picture "$work/picture.png" \
      >"$work/server.out" 2>"$work/server.err" &
  fi
  server_pid=$!
  until grep -q "^http${secure:+s}:" "$work/server.out"; do
    kill -0 "$server_pid" 2>/dev/null || missing "the server didn't start: $(cat "$work/server.err")"
    sleep 0.05
  done
  url=$(grep -m 1 '^http:' "$work/server.out")
  secure_url=$(grep -m 1 '^https:' "$work/server.out" || :)
}

# Sets $secure if there can be HTTPS: with RSA, as AWS has it, and signed by itself.
make_certificate() {
  [ "$only" != one ] || return 0
  if openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -out "$work/certificate.pem" -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>"$work/log"; then
    secure=yes
  else
    notes+=("HTTPS: left out, openssl can't make a certificate.")
  fi
}

# The same for every program, and nothing of the user's own set-up.
prepare_environment() {
  export PYTHONUSERBASE=${PYTHONUSERBASE:-$HOME/.local}
  mkdir "$work/home"
  export HOME=$work/home AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
  export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$url AWS_EC2_METADATA_DISABLED=true
  export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
  unset AWS_CA_BUNDLE AWS_ENDPOINT_URL_STS AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK AWS_ENDPOINT_URL \
    BEDROCK_ASSUME_ROLE SDXL_GEN_MODEL SDXL_GEN_OPTS JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS XDG_CACHE_HOME JAVA_HOME \
    SDXL_GEN_JAVA
  model=stability.stable-diffusion-xl
  first_image="jq -r '.artifacts[0].base64'"
  decode="base64 -d"
  printf '%s' '{"text_prompts":[{"text":"a person"},{"text":"hat","weight":-1.0}]}' >"$work/body.json"
  printf '%s\n' '[default]' 'aws_access_key_id = bench' 'aws_secret_access_key = bench' >"$work/credentials"
  role=arn:aws:iam::123456789012:role/bench
  printf '%s\n' '[profile bench]' "role_arn = $role" 'credential_source = Environment' >"$work/config"
}

# How sdxl-gen is started: what a shell runs.
program() { # INDEX
  has_own_java "$1" || printf 'SDXL_GEN_JAVA=%s' "$(quoted "${jdks[$1]}")"
  echo "exec $(quoted "${homes[$1]}/bin/sdxl-gen")"
}

has_own_java() { # INDEX
  [ "${jdks[$1]}" = "${homes[$1]}/java" ]
}

# Where one JDK runs several builds, a row says which.
which_build() { # INDEX
  local other
  ! has_own_java "$1" || echo ", its own"
  for other in "${!jdks[@]}"; do
    if [ "$other" != "$1" ] && [ "${jdks[other]}" = "${jdks[$1]}" ]; then
      echo ", ${builds[$1]}"
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

is_described() { # FILE; whether it is the image served with something added behind the signature and the IHDR chunk
  local header=33 more
  more=$(($(wc -c <"$1") - $(wc -c <"$work/picture.png")))
  [ "$more" -gt 0 ] && cmp -s <(head -c "$header" "$1") <(head -c "$header" "$work/picture.png") &&
    cmp -s "$1" "$work/picture.png" $((header + more)) "$header"
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
