#!/bin/sh
# Runs a task to its end, shows its lines, and ends with its exit code. The command is what the task definition says, or the
# words behind `--`: infra/run-task.sh … -- doctor. Needs the AWS command line, signed in.
set -eu
region='' cluster='' definition='' subnets='' group='' logs='' attempts=1
while [ $# -gt 0 ]; do
  case $1 in
    --region) region=$2 ;;
    --cluster) cluster=$2 ;;
    --task-definition) definition=$2 ;;
    --subnets) subnets=$2 ;;
    --security-group) group=$2 ;;
    --log-group) logs=$2 ;;
    --attempts) attempts=$2 ;;
    --) shift; break ;;
    *) echo "run-task: $1 is not known" >&2; exit 2 ;;
  esac
  shift 2
done
for given in "$region" "$cluster" "$definition" "$subnets" "$group" "$logs"; do
  if [ -z "$given" ]; then
    echo 'run-task: --region, --cluster, --task-definition, --subnets, --security-group and --log-group are all needed' >&2
    exit 2
  fi
done
if ! command -v aws >/dev/null; then
  echo 'run-task: the AWS command line is missing: https://docs.aws.amazon.com/cli/' >&2
  exit 2
fi
AWS_DEFAULT_REGION=$region AWS_PAGER=''
export AWS_DEFAULT_REGION AWS_PAGER

# …/bio-mcp-staging-migrate:7 runs the container `migrate`.
container=${definition##*-}
container=${container%%:*}
overrides='{}'
if [ $# -gt 0 ]; then
  words=$(for word in "$@"; do printf '%s' "$word" | sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&"/'; printf ,; done)
  overrides="{\"containerOverrides\":[{\"name\":\"$container\",\"command\":[${words%,}]}]}"
fi

run_once() {
  task=$(aws ecs run-task --cluster "$cluster" --task-definition "$definition" --launch-type FARGATE --count 1 \
    --network-configuration "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$group],assignPublicIp=DISABLED}" \
    --overrides "$overrides" --query 'tasks[0].taskArn' --output text)
  if [ -z "$task" ] || [ "$task" = None ]; then
    echo 'run-task: ECS started no task; its events name the reason' >&2
    return 1
  fi
  # No waiter of the command line: those give up after ten minutes, while a reindex may take hours.
  while :; do
    state=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].lastStatus' --output text) || return 1
    if [ "$state" = STOPPED ]; then break; fi
    sleep 5
  done
  aws logs get-log-events --log-group-name "$logs" --log-stream-name "$container/$container/${task##*/}" --start-from-head \
    --query 'events[].message' --output text | tr '\t' '\n' || true
  code=$(aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].containers[0].exitCode' --output text)
  if [ "$code" = None ]; then
    aws ecs describe-tasks --cluster "$cluster" --tasks "$task" --query 'tasks[0].stoppedReason' --output text >&2
    return 1
  fi
  return "$code"
}

attempt=1
while :; do
  status=0
  run_once || status=$?
  if [ "$status" -eq 0 ] || [ "$attempt" -ge "$attempts" ]; then exit "$status"; fi
  echo "run-task: attempt $attempt of $attempts ended with $status; the next begins in 30 s" >&2
  attempt=$((attempt + 1))
  sleep 30
done
