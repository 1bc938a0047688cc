#!/bin/sh
# A batch as a Slurm job array: each task makes its part of the images. test-slurm.sh really runs it.
#
#   sbatch --export=ALL slurm.sh prompts.jsonl out/   # any further option goes to sdxl-gen batch
#   sdxl-gen batch status out/                        # how far all tasks together are
#
# The paths must be the same on every node, as on a shared file system, and sdxl-gen and Java on the PATH there.
# When some images are missing in the end, submit it again: what is there is skipped.

#SBATCH --job-name=sdxl-gen
# The number of tasks is said here alone; with %16 after it at most 16 run at a time.
#SBATCH --array=0-63
#SBATCH --ntasks=1
#SBATCH --mem=2G
#SBATCH --time=08:00:00
# Five minutes before the time is up SIGTERM goes to sdxl-gen, not to this script, which then puts the task back. Slurm
# may send it up to a minute early.
#SBATCH --signal=TERM@300
# A task whose node fails, or that makes way for another, starts again and goes on in the same log.
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=sdxl-gen-%A_%a.log

if [ $# -lt 2 ]; then
  echo "usage: sbatch slurm.sh PROMPTS FOLDER/ [OPTION...]" >&2
  exit 2
fi
prompts=$1
folder=$2
shift 2

# Puts this task back into the queue, and this task alone: an array's id alone would mean all of them.
again() {
  echo "$1: task $SLURM_ARRAY_TASK_ID goes on later" >&2
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
}

# 600 calls a minute are for all tasks together: each takes its part. 25 s for calls in flight, because scancel kills
# after 30.
code=0
srun sdxl-gen batch "$prompts" -o "$folder" --shards "$SLURM_ARRAY_TASK_COUNT" --rate 600/min --grace 25s "$@" || code=$?

case $code in
  143) again "the time is up" ;;
  # Throttled or failing for long: Bedrock may do better later. Five times are enough.
  5 | 6) [ "${SLURM_RESTART_COUNT:-0}" -ge 5 ] || again "exit code $code" ;;
esac
exit "$code"
