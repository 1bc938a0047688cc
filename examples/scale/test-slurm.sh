#!/usr/bin/env bash
# Runs slurm.sh for real: starts a Slurm of its own on this machine and the mock, has an array of four tasks make forty
# images, stops one task on the way, and checks that together they made each image exactly once.
#
# Needs Slurm's and munge's programs (Debian: slurm-wlm), but none of their services: it brings its own, on free ports
# and in a temporary folder, and stops all of it in the end. Any user may run it. No AWS account; takes half a minute.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PATH=$PATH:/usr/sbin:/sbin:$here/../../target/sdxl-gen/bin
tasks=4
images=40

work=$(mktemp -d)
pids=()
job=

stop() {
  local code=$? pid
  trap - EXIT
  if [ "$code" -ne 0 ]; then
    tail -n 30 "$work"/*.log >&2 || true
  fi
  if [ -n "$job" ]; then
    # The daemons must see their tasks end, or the tasks' own daemons, which have a socket each, would be left behind.
    timeout 10 scancel "$job" || true
    for ((tries = 0; tries < 300; tries++)); do
      compgen -G "$work/spool/*_[0-9]*.*" >/dev/null || break
      sleep 0.2
    done
  fi
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
  exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "test-slurm: $*" >&2
  exit 1
}

# expect WHAT EXPECTED ACTUAL
expect() {
  [ "$2" = "$3" ] || fail "$1: expected $2, got $3"
}

# Until a command succeeds, for at most $1 seconds: within SECONDS WHAT COMMAND…
within() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "$what: not within the time"
    sleep 0.2
  done
}

for program in sdxl-gen munged slurmctld slurmd sbatch; do
  command -v $program >/dev/null || fail "there is no $program on the PATH"
done

# --- A Slurm of our own

free_ports=$(python3 -c '
import socket
held = [socket.socket() for _ in range(2)]
for s in held: s.bind(("127.0.0.1", 0))
print(*[s.getsockname()[1] for s in held])')
host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=${free_ports% *}
SlurmdPort=${free_ports#* }
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
# A task that was put back waits until its credential has expired, usually two minutes.
AuthInfo=socket=$work/munge.socket,cred_expire=5
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/pgid
TaskPlugin=task/none
ReturnToService=2
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$tasks RealMemory=16000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
# Nothing here uses cgroups; without this slurmd would want systemd's help for them.
echo "CgroupPlugin=cgroup/v1" >"$work/cgroup.conf"
export SLURM_CONF=$work/slurm.conf
mkdir "$work/state" "$work/spool"
head -c 128 /dev/urandom >"$work/munge.key"
chmod 600 "$work/munge.key"

munged --foreground --force --key-file="$work/munge.key" --socket="$work/munge.socket" \
  --pid-file="$work/munge.pid" --seed-file="$work/munge.seed" --log-file="$work/munge.log" >/dev/null 2>&1 &
pids+=($!)
within 10 "munged" test -S "$work/munge.socket"
slurmctld -D -f "$SLURM_CONF" >"$work/slurmctld.log" 2>&1 &
pids+=($!)
slurmd -D -N "$host" -f "$SLURM_CONF" >"$work/slurmd.log" 2>&1 &
pids+=($!)
node_is_idle() { sinfo -h -o %T | grep -qx idle; }
within 30 "the node" node_is_idle

# --- The mock, slow enough for a task to be stopped on the way

sdxl-gen mock --latency 300 >"$work/mock.out" 2>"$work/mock.log" &
pids+=($!)
within 30 "the mock" grep -q '^export AWS_REGION=' "$work/mock.out"
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK BEDROCK_ASSUME_ROLE SDXL_GEN_MODEL
eval "$(grep '^export ' "$work/mock.out")"
export NO_PROXY=127.0.0.1 no_proxy=127.0.0.1

# --- The array

cd "$work"
for i in $(seq "$images"); do
  printf '{"id":"image-%02d","prompt":"a house with %d windows"}\n' "$i" "$i"
done >prompts.jsonl
job=$(sbatch --parsable --array="0-$((tasks - 1))" "$here/slurm.sh" prompts.jsonl out/)

# As when its time is up: SIGTERM goes to sdxl-gen, once it has begun to make images.
begun() { grep -q '"finished"' out/manifest.00000-of-*; }
within 60 "the first image of task 0" begun
scancel --signal=TERM "${job}_0"
was_put_back() { grep -q "task 0 goes on later" "sdxl-gen-${job}_0.log"; }
within 40 "task 0's stop" was_put_back

all_have_ended() { [ -z "$(squeue -h -j "$job" 2>/dev/null)" ]; }
within 120 "the array" all_have_ended
for task in $(seq 0 $((tasks - 1))); do
  state=$(scontrol show job "${job}_$task")
  for part in JobState=COMPLETED ExitCode=0:0 "Restarts=$((task == 0))"; do
    grep -q "\<$part\>" <<<"$state" || fail "task $task is not $part: $state"
  done
done

# --- What it made: each image once, by one task

expect "the manifests" "$tasks" "$(find out -name 'manifest.0000[0-3]-of-00004.jsonl' | wc -l)"
made=$(sed -n 's/.*"event":"finished","id":"\([^"]*\)".*/\1/p' out/manifest.*.jsonl | sort)
wanted=$(sed 's/.*"id":"\([^"]*\)".*/\1/' prompts.jsonl | sort)
expect "the images of all manifests together" "$wanted" "$made"
for manifest in out/manifest.*.jsonl; do
  grep -q '"finished"' "$manifest" || fail "$manifest has no image"
done
sed -n 's/.*"file":"\([^"]*\)".*"sha256":"\([^"]*\)".*/\2  out\/\1/p' out/manifest.*.jsonl | sha256sum --check --quiet ||
  fail "an image isn't what its manifest says"
expect "the PNGs" "$images" "$(find out -name '*.png' | wc -l)"
expect "the calls" "$images" "$(grep -c '^POST ' mock.log)"

echo "test-slurm: $tasks tasks made $images images, each once; one of them was stopped on the way and went on"
