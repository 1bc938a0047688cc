#!/usr/bin/env bash
# What a batch promises, tried for real against sdxl-gen mock: that no image is lost and none paid for twice whatever
# happens, that nothing but the model's own time is spent, and that memory doesn't grow with the number of images.
#
#   src/bench/batch.sh [--home DIR] [--keep] [CHECK]...
#
#   --home DIR   the unpacked sdxl-gen folder (target/sdxl-gen)
#   --keep       leave the folder with all images, manifests and outputs, and say where it is
#   CHECK        which of these to do, in place of all:
#     faults     1,000 images although calls are throttled, fail, are reset, cut off or answered with garbage
#     kills      1,000 images although the run is killed (-9) at twenty random instants
#     shards     four shards at once into one folder
#     wall       the wall time beside images x latency / calls at a time
#     memory     the peak memory of 1,000 and of 20,000 images
#     quota      how much of a quota is used that it has to find by itself
#     signals    Ctrl-C and SIGTERM, once and twice
#     disk       a disk that gets full (as root on Linux: it mounts a small tmpfs)
#     lock       two runs of one shard at once
#
# It takes some five minutes and needs bash, jq, curl, GNU time and a JDK, which runs sdxl-gen too: that of SDXL_GEN_JAVA,
# JAVA_HOME or the PATH, best the one that built it. The last lines are a table; the exit code is 1 when one of its rows
# says NO. The times are those of a machine that does nothing else: the line above the table says how busy it was.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

all=(faults kills shards wall memory quota signals disk lock)

main() {
  local check checks=()
  keep=
  here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
  home=${here%/src/bench}/target/sdxl-gen
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//p;}' "${BASH_SOURCE[0]}" && exit ;;
      --home) [ $# -ge 2 ] || usage "--home needs a folder" && home=$2 && shift ;;
      --keep) keep=yes ;;
      -*) usage "there is no option $1" ;;
      *)
        case " ${all[*]} " in *" $1 "*) checks+=("$1") ;; *) usage "there is no check $1" ;; esac
        ;;
    esac
    shift
  done
  [ ${#checks[@]} -gt 0 ] || checks=("${all[@]}")
  [ -d "$home" ] || missing "there is no folder $home: mvn package makes it"
  home=$(CDPATH='' cd -- "$home" && pwd -P)
  program=$home/bin/sdxl-gen
  [ -x "$program" ] || missing "there is no $program: mvn package makes it"
  find_tools

  # Sockets, locks and tmpfs want a short path of the machine's own.
  work=$(mktemp -d)
  trap clean_up EXIT
  rows=$work/rows
  : >"$rows"
  prepare_environment
  "$java" "$here/NoisePng.java" "$work/small.png" 192
  "$java" "$here/NoisePng.java" "$work/tiny.png" 1
  prompts 1000 >"$work/prompts.jsonl"
  load=$(load_now)
  for check in "${checks[@]}"; do
    say "$check"
    local began=$SECONDS
    mkdir "$work/$check"
    cd "$work/$check"
    # A subshell, so that what goes wrong in one check doesn't keep the others from being done.
    if ! ("check_$check"); then
      row "$check" "the check itself" "it broke off" NO
    fi
    cd "$work"
    say "$check: $((SECONDS - began)) s"
    stop_all
    [ -n "$keep" ] || rm -rf "${work:?}/$check"
  done
  report
  [ -z "$keep" ] || echo "Everything is in $work"
  ! cut -f 4 "$rows" | grep -qx NO
}

# Not lib.sh's: 1 is a row that says NO.
missing() {
  echo "${0##*/}: $1" >&2
  exit 2
}

say() {
  echo "[$(date +%T)] $*" >&2
}

find_tools() {
  local tool
  for tool in jq curl awk sort comm sha256sum; do
    command -v "$tool" >/dev/null || missing "$tool is needed"
  done
  find_time
  java=${SDXL_GEN_JAVA:-${JAVA_HOME:-}}
  [ ! -d "$java" ] || java=$java/bin/java
  java=${java:-$(command -v java || :)}
  [ -x "$java" ] || missing "a JDK is needed: SDXL_GEN_JAVA, JAVA_HOME or the PATH has none"
}

# Nothing of the user's own set-up.
prepare_environment() {
  mkdir "$work/home" "$work/tmp"
  export HOME=$work/home AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null TMPDIR=$work/tmp
  export AWS_ACCESS_KEY_ID=bench AWS_SECRET_ACCESS_KEY=bench AWS_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
  export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 SOURCE_DATE_EPOCH=1700000000
  export SDXL_GEN_OPTS="-Djava.io.tmpdir=$work/tmp"
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK AWS_ENDPOINT_URL BEDROCK_ASSUME_ROLE SDXL_GEN_MODEL \
    JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS XDG_CACHE_HOME AWS_MAX_ATTEMPTS AWS_BATCH_JOB_ARRAY_INDEX \
    JOB_COMPLETION_INDEX SLURM_ARRAY_TASK_ID
}

# --- The processes that are ours, in files, since checks are subshells.

remember() { # PID
  echo "$1" >>"$work/pids"
}

stop_all() {
  local pid
  [ -f "$work/pids" ] || return 0
  while read -r pid; do
    # Only those that are still ours to end.
    if jobs -p | grep -qx "$pid" || [ "$(ps -o args= -p "$pid" 2>/dev/null | grep -c "$home")" -gt 0 ]; then
      kill -9 "$pid" 2>/dev/null || :
    fi
  done <"$work/pids"
  rm -f "$work/pids"
}

clean_up() {
  stop_all
  if [ -n "${work:-}" ]; then
    ! mountpoint -q "$work/disk/full" 2>/dev/null || umount "$work/disk/full" || :
    [ -n "${keep:-}" ] || rm -rf "$work"
  fi
}

load_now() {
  uptime | sed 's/.*load average[s]*: *//'
}

# --- What the checks are made of.

prompts() { # N
  seq "$1" | sed 's/.*/{"id":"i&","prompt":"picture &","seed":&}/'
}

row() { # CHECK WHAT FIGURE VERDICT
  [ -n "$3" ] || set -- "$1" "$2" - "$4" # read takes two tabs for one
  printf '%s\t%s\t%s\t%s\n' "$@" >>"$rows"
  case $4 in NO) say "NO: $1, $2: $3" ;; esac
}

# A row whose verdict is a command's.
expect() { # CHECK WHAT FIGURE COMMAND...
  local verdict=yes
  "${@:4}" || verdict=NO
  row "$1" "$2" "$3" "$verdict"
}

# Arithmetic that bash has no numbers for.
is() { # EXPRESSION
  awk "BEGIN { exit !($1) }"
}

number() { # FORMAT EXPRESSION
  awk "BEGIN { printf \"$1\", $2 }"
}

# Starts a mock and sets $url, $mock_log and $mock_pid.
start_mock() { # OPTIONS...
  mock_log=$PWD/mock-$RANDOM.log
  : >"$mock_log.out"
  "$program" mock "$@" >"$mock_log.out" 2>"$mock_log" &
  mock_pid=$!
  remember "$mock_pid"
  until grep -q '^http' "$mock_log.out"; do
    kill -0 "$mock_pid" 2>/dev/null || missing "the mock didn't start: $(cat "$mock_log")"
    sleep 0.05
  done
  url=$(grep -m 1 '^http' "$mock_log.out")
  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=$url
}

stop_mock() {
  kill "$mock_pid"
  wait "$mock_pid" || :
}

requests() { # the seeds of all calls so far, in the order they came
  curl -fsS "$url/_mock/requests" | jq -r '.[].seed'
}

# Runs a batch to its end; sets $code, $wall (s) and $memory (KiB).
batch() { # NAME ARGUMENTS...; its outputs go to NAME.out and NAME.err
  local name=$1
  shift
  code=0
  "$time_program" -q -f '%e %M' -o "$name.time" "$program" batch "$@" >"$name.out" 2>"$name.err" || code=$?
  read -r wall memory < <(tail -n 1 "$name.time")
}

images() { # FOLDER; the names of its images, sorted
  (cd "$1" && find . -name '*.png' ! -name '.*' | sed 's,^\./,,' | LC_ALL=C sort)
}

sums() { # FOLDER; of all its images
  (cd "$1" && images . | xargs -r sha256sum)
}

count() { # FOLDER
  images "$1" | wc -l
}

temporaries() { # FOLDER; how many temporary files are in it
  find "$1" -name '.sdxl-gen-*.tmp' | wc -l
}

# The manifest has a line for each image in the folder, with its very bytes, and no line that can't be read.
manifest_is_true() { # FOLDER
  cat "$1"/manifest*.jsonl | jq -r 'select(.event == "finished") | .sha256 + "  " + .file' | LC_ALL=C sort -u >manifest.sums
  sums "$1" | LC_ALL=C sort | cmp -s - manifest.sums
}

# The images as a run without any trouble makes them; once for all checks that want them.
clean_images() {
  if [ ! -f "$work/clean.sums" ]; then
    start_mock --quiet --picture "$work/small.png"
    batch clean "$work/prompts.jsonl" -o clean/ --concurrency 8
    stop_mock
    [ "$code" = 0 ] || missing "a clean run failed: $(cat clean.err)"
    sums clean >"$work/clean.sums"
    rm -r clean
  fi
}

are_clean() { # FOLDER; whether its images are just the clean ones
  sums "$1" | cmp -s - "$work/clean.sums"
}

# --- The checks.

check_faults() {
  clean_images
  # A second, as a model takes at least: throttled by chance, and not for its rate, a batch of calls that take no time
  # would find the rate (1/s) at which one call in ten is throttled.
  start_mock --seed 1 --latency 1000 --picture "$work/small.png" \
    --fault throttle=0.1,500=0.02,reset=0.02,truncate=0.02,garbage=0.01
  # One in 20 calls may have been billed: with the usual two repeats one image in 8,000 would be given up.
  batch run "$work/prompts.jsonl" -o out/ --concurrency 64 --retry-unsure 4 --max-attempts 6
  local kinds calls
  kinds=$(awk '{ kind[$NF == "ms" ? "ok" : $NF]++ } END { for (k in kind) printf "%d %s, ", kind[k], k }' "$mock_log")
  calls=$(grep -c . "$mock_log")
  expect faults "all 1,000 are there" "$(count out), exit $code" [ "$(count out) $code" = "1000 0" ]
  expect faults "each as in a clean run, byte for byte" "$(sums out | comm -12 - "$work/clean.sums" | wc -l)" are_clean out
  expect faults "the manifest tells of each, and of nothing else" "$(wc -l <out/manifest.jsonl) lines" manifest_is_true out
  expect faults "the summary counts the calls" "$calls: ${kinds%, }" grep -q "^sdxl-gen: $(thousands "$calls") calls" run.err
  expect faults "no temporary file is left" "$(temporaries out)" [ "$(temporaries out)" = 0 ]
  row faults "wall time" "$wall s" -
  stop_mock

  # The mock's own pictures, each another one: none gets another's.
  head -n 24 "$work/prompts.jsonl" >drawn.jsonl
  start_mock --quiet --latency 5
  batch drawn drawn.jsonl -o drawn-clean/ --concurrency 4
  stop_mock
  start_mock --quiet --seed 2 --latency 200 --fault throttle=0.2,500=0.05,reset=0.05,truncate=0.05,garbage=0.05
  batch drawn drawn.jsonl -o drawn/ --concurrency 8 --retry-unsure 6 --max-attempts 10
  expect faults "24 different pictures, each where it belongs" "$(count drawn)" \
    cmp -s <(sums drawn) <(sums drawn-clean)
  stop_mock
}

thousands() { # N
  echo "$1" | sed -e :a -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/;ta'
}

check_kills() {
  local kills=20 concurrency=8 k pid wait start seen=0 calls most=0 lost sum=0 partial=0 again=0
  clean_images
  start_mock --quiet --latency 100 --picture "$work/small.png"
  mkdir out
  batch start "$work/prompts.jsonl" -o start/ --limit 1
  start=$wall
  curl -fsS -X DELETE "$url/_mock/requests" >/dev/null
  : >before
  : >called
  for ((k = 1; k <= kills; k++)); do
    "$program" batch "$work/prompts.jsonl" -o out/ --concurrency $concurrency >>killed.out 2>>killed.err &
    pid=$!
    remember $pid
    # From its first millisecond until 1.5 s of images were made.
    wait=$(number %.3f "$RANDOM / 32768 * ($start + 1.5)")
    sleep "$wait"
    kill -9 $pid 2>/dev/null || :
    wait $pid 2>/dev/null || :
    sleep 0.15 # what it had sent has arrived
    images out >after
    # Under a final name there is an image, and all of it.
    comm -13 before after >new
    (cd out && xargs -r sha256sum) <new | grep -cvxFf "$work/clean.sums" >wrong || :
    partial=$((partial + $(cat wrong)))
    # None that was there when a run began was asked for in it.
    requests >all
    tail -n +$((seen + 1)) all >called
    again=$((again + $(sed 's/.*/i&.png/' called | LC_ALL=C sort | comm -12 - before | wc -l)))
    calls=$(wc -l <called)
    lost=$((calls - $(wc -l <new)))
    sum=$((sum + lost))
    [ $lost -le $most ] || most=$lost
    seen=$((seen + calls))
    cp after before
  done
  local before_last
  before_last=$(wc -l <before)
  batch last "$work/prompts.jsonl" -o out/ --concurrency $concurrency
  calls=$(requests | wc -l)
  expect kills "all 1,000 are there" "$before_last after $kills kills, then $(count out), exit $code" \
    [ "$(count out) $code" = "1000 0" ]
  expect kills "each as in a clean run, byte for byte" "$(sums out | comm -12 - "$work/clean.sums" | wc -l)" are_clean out
  expect kills "no partial image under a final name" "$partial" [ $partial = 0 ]
  expect kills "no call for an image that was on the disk" "$again" [ $again = 0 ]
  expect kills "at most 1,000 calls and those in flight at each kill" "$calls, $sum in flight" [ "$calls" = $((1000 + sum)) ]
  # Where the disk is slow, calls go on while images wait for it: up to four times as many (Schedule.mostInProgress).
  expect kills "in flight at a kill: at most $concurrency and those being saved" "at most $most" \
    [ $most -le $((4 * concurrency)) ]
  expect kills "no temporary file is left" "$(temporaries out)" [ "$(temporaries out)" = 0 ]
  expect kills "the manifest can be read" "$(wc -l <out/manifest.jsonl) lines" jq -e . out/manifest.jsonl >/dev/null
  expect kills "the manifest tells of each, and of nothing else" "" manifest_is_true out
  batch idle "$work/prompts.jsonl" -o out/
  expect kills "once more does nothing" "$(($(requests | wc -l) - calls)) calls, $wall s" [ "$(requests | wc -l)" = "$calls" ]
  stop_mock
}

check_shards() {
  local i pids=() codes=() parts=()
  clean_images
  start_mock --quiet --latency 20 --picture "$work/small.png"
  for i in 0 1 2 3; do
    "$program" batch "$work/prompts.jsonl" -o out/ --shard $i/4 >$i.out 2>$i.err &
    pids+=($!)
    remember $!
  done
  for i in 0 1 2 3; do
    codes[i]=0
    wait "${pids[i]}" || codes[i]=$?
    parts[i]=$(jq -r 'select(.event == "finished") | .id' "out/manifest.0000$i-of-00004.jsonl" | wc -l)
  done
  expect shards "the union is exact" "$(count out), exit ${codes[*]}" are_clean out
  expect shards "and disjoint" "${parts[*]}; $(requests | wc -l) calls" \
    [ "$((parts[0] + parts[1] + parts[2] + parts[3])) $(requests | sort -u | wc -l) $(requests | wc -l)" = "1000 1000 1000" ]
  expect shards "the manifests tell of each, and of nothing else" "" manifest_is_true out
  "$program" batch status out/ >status.out
  expect shards "batch status counts them" "$(head -n 1 status.out)" grep -q '1,000' status.out
  stop_mock
}

check_wall() {
  local latency=200 concurrency n ideal start
  prompts 2000 >many.jsonl
  start_mock --quiet --latency $latency --picture "$work/small.png"
  for concurrency in 4 16; do
    n=$((concurrency * 75))
    ideal=$(number %.2f "$n * $latency / 1000 / $concurrency")
    batch "start-$concurrency" many.jsonl -o "start-$concurrency/" --concurrency $concurrency --limit 1
    start=$(number %.2f "$wall - $latency / 1000")
    batch "run-$concurrency" many.jsonl -o "out-$concurrency/" --concurrency $concurrency --limit $n
    expect wall "$concurrency at a time: within 5 % of images x latency / calls at a time" \
      "$n images: $wall s = $ideal s + start $start s + $(number %.1f "($wall - $start - $ideal) / $ideal * 100") %" \
      is "$wall - $start <= 1.05 * $ideal && $code == 0"
  done
  stop_mock
}

check_memory() {
  local n peak=()
  prompts 20000 >many.jsonl
  start_mock --quiet --picture "$work/tiny.png"
  for n in 1000 20000; do
    batch "run-$n" many.jsonl -o "out-$n/" --concurrency 16 --limit $n
    peak+=("$memory")
    row memory "peak of $n images" "$((memory / 1024)) MiB, $wall s, exit $code" -
  done
  expect memory "within 10 % of each other" "$(number %+.1f "(${peak[1]} / ${peak[0]} - 1) * 100") %" \
    is "${peak[1]} <= 1.1 * ${peak[0]} && $code == 0"
  stop_mock
}

check_quota() {
  # Both at once: neither takes much of the machine.
  (mkdir q600 && cd q600 && quota_of 600 60 720) &
  (mkdir q60 && cd q60 && quota_of 60 6 75) &
  wait
}

quota_of() { # A-MINUTE BURST IMAGES
  local throttled used
  prompts "$3" >quota.jsonl
  start_mock --latency 200 --quota "$1/min" --picture "$work/tiny.png"
  batch run quota.jsonl -o out/ --concurrency 16
  throttled=$(grep -c throttle "$mock_log" || :)
  # Of what the mock lets through in the minute from the first call on, the full bucket included.
  used=$(jq -rn '[inputs | select(.event == "finished")
    | {started: (.started | sub("\\.[0-9]*"; "") | fromdate), ended: (.ended | sub("\\.[0-9]*"; "") | fromdate)}]
    | (map(.started) | min) as $begun | map(select(.ended < $begun + 60)) | length' out/manifest.jsonl)
  expect quota "$1 a minute: all there" "$(count out), $throttled throttled, exit $code" [ "$(count out) $code" = "$3 0" ]
  expect quota "$1 a minute: 95 % of a minute's quota and of the bucket of $2" \
    "$used of $(($1 + $2)), $(number %.1f "$used / $(($1 + $2)) * 100") %" [ $((100 * used)) -ge $((95 * ($1 + $2))) ]
  stop_mock
}

# Runs a batch in the background with the signals as a terminal gives them, which a script's own jobs don't have.
start_batch() { # NAME ARGUMENTS...; sets $pid
  local name=$1
  shift
  set -m
  "$program" batch "$@" >"$name.out" 2>"$name.err" &
  pid=$!
  set +m
  remember $pid
}

await_images() { # N FOLDER
  local tries
  for ((tries = 0; tries < 600; tries++)); do
    if [ -d "$2" ] && [ "$(count "$2")" -ge "$1" ]; then
      return
    fi
    sleep 0.05
  done
  missing "no images come: $(cat ./*.err)"
}

check_signals() {
  local signal number code begun took
  start_mock --quiet --latency 1500 --picture "$work/tiny.png"
  for signal in TERM INT; do
    case $signal in TERM) number=143 ;; INT) number=130 ;; esac
    curl -fsS -X DELETE "$url/_mock/requests" >/dev/null
    start_batch "once-$signal" "$work/prompts.jsonl" -o "once-$signal/" --concurrency 8
    await_images 8 "once-$signal"
    sleep 0.3 # the next eight are on their way
    begun=$(date +%s.%N)
    kill -s "$signal" "$pid"
    code=0
    wait "$pid" || code=$?
    took=$(number %.2f "$(date +%s.%N) - $begun")
    expect signals "$signal once: those in flight finish, exit $number" \
      "$(requests | wc -l) calls, $(count "once-$signal") images, exit $code, $took s" \
      [ "$(requests | wc -l) $(count "once-$signal") $(temporaries "once-$signal") $code" = "16 16 0 $number" ]

    start_batch "twice-$signal" "$work/prompts.jsonl" -o "twice-$signal/" --concurrency 8
    await_images 8 "twice-$signal"
    sleep 0.3
    kill -s "$signal" "$pid"
    sleep 0.2
    begun=$(date +%s.%N)
    kill -s "$signal" "$pid"
    code=0
    wait "$pid" || code=$?
    took=$(number %.2f "$(date +%s.%N) - $begun")
    expect signals "$signal twice: at once, exit $number" \
      "$(count "twice-$signal") images, $(temporaries "twice-$signal") temporary files, exit $code, $took s" \
      is "$took < 0.7 && $code == $number && $(count "twice-$signal") == 8 && $(temporaries "twice-$signal") == 0"
  done

  start_batch grace "$work/prompts.jsonl" -o grace/ --concurrency 8 --grace 0.3s
  await_images 8 grace
  sleep 0.3
  begun=$(date +%s.%N)
  kill "$pid"
  code=0
  wait "$pid" || code=$?
  took=$(number %.2f "$(date +%s.%N) - $begun")
  expect signals "--grace 0.3s is kept" "$took s, exit $code" is "$took < 1 && $code == 143"
  stop_mock
}

check_disk() {
  if [ "$(id -u)" != 0 ] || ! mkdir full || ! mount -t tmpfs -o size=32m tmpfs full 2>mount.err; then
    say "SKIPPED: disk. It needs root on Linux, to mount a tmpfs. $(cat mount.err 2>/dev/null || :)"
    row disk "a disk that gets full" "SKIPPED: it needs root, to mount a tmpfs" skipped
    return
  fi
  # When little more is free than is looked for before a call, as many calls are in flight as fill it.
  "$java" "$here/NoisePng.java" big.png
  head -n 24 "$work/prompts.jsonl" >some.jsonl
  start_mock --quiet --latency 600 --picture "$PWD/big.png"
  local calls images kept whole=0 named=0 bytes file torn=0
  bytes=$(wc -c <big.png)
  batch full some.jsonl -o full/out/ --concurrency 8
  calls=$(requests | wc -l)
  images=$(count full/out)
  kept=$(find full/out "$work/tmp" -name 'sdxl-gen-answer-*.json' | wc -l)
  expect disk "it stops, exit 7" "$calls calls, exit $code, $wall s" [ "$code" = 7 ]
  for file in full/out/*.png; do
    [ "$(wc -c <"$file")" -gt "$bytes" ] || torn=$((torn + 1))
  done
  expect disk "nothing partial" "$images images, $torn torn, $(temporaries full/out) temporary files" \
    [ "$torn $(temporaries full/out)" = "0 0" ]
  expect disk "nothing paid for is lost" "$images images and $kept answers for $calls calls" [ $((images + kept)) = "$calls" ]
  while read -r file; do
    # The manifest may be what found no room: the last message names it then.
    ! grep -qF "Bedrock's answer is kept in $file" full/out/manifest.jsonl full.err || named=$((named + 1))
    ! jq -e '.artifacts[0].base64 | length > 4000000' "$file" >/dev/null || whole=$((whole + 1))
  done < <(find full/out "$work/tmp" -name 'sdxl-gen-answer-*.json')
  expect disk "every kept answer is whole, and the manifest or the last message names it" "$whole whole, $named named" \
    [ "$whole $named" = "$kept $kept" ]
  mount -o remount,size=200m full
  batch roomy some.jsonl -o full/out/ --concurrency 8
  expect disk "with room the same command completes" "$(count full/out) images, exit $code" [ "$(count full/out) $code" = "24 0" ]
  expect disk "and the manifest is true" "" manifest_is_true full/out
  stop_mock
  umount full
}

check_lock() {
  local first
  start_mock --quiet --latency 300 --picture "$work/tiny.png"
  start_batch first "$work/prompts.jsonl" -o out/
  first=$pid
  await_images 4 out
  batch second "$work/prompts.jsonl" -o out/
  expect lock "a second run is refused while the first lives" "exit $code: $(head -n 1 second.err)" [ "$code" = 7 ]
  batch other "$work/prompts.jsonl" -o out/ --shard 1/300
  expect lock "another shard isn't" "exit $code" [ "$code" = 0 ]
  expect lock "the first goes on" "" kill -0 "$first"
  kill -9 "$first"
  wait "$first" 2>/dev/null || :
  batch third "$work/prompts.jsonl" -o out/ --limit 30
  expect lock "killed, it refuses nobody" "exit $code, $(count out) images" [ "$code" = 0 ]
  stop_mock
}

report() {
  local check what figure verdict
  printf '\n%s, %s processors, Java %s, load at the start %s, at the end %s\n\n' "$(date +%F)" \
    "$(getconf _NPROCESSORS_ONLN)" "$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')" "$load" "$(load_now)"
  echo '| check | what | figure | holds |'
  echo '|---|---|---|---|'
  while IFS=$'\t' read -r check what figure verdict; do
    echo "| $check | $what | $figure | $verdict |"
  done <"$rows"
}

main "$@"
