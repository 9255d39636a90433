#!/bin/sh
# Runs the consumers of one group, one after another and one process at a time, which is what the connection budget counts.
# A consumer ends when its queue is empty (env.php: consumers_wait_for_messages) or after a batch. When the pod is told to end,
# the batch that runs is finished: it gets no signal of its own, since Kubernetes tells the first process alone. What a batch
# cannot finish within the pod's grace period goes back into its queue.
set -u
root=${MAGENTO_ROOT:-/var/www/html}
batch=${CONSUMER_BATCH:-100}
pause=${CONSUMER_PAUSE:-5}
ending=
trap 'ending=1' TERM QUIT INT

[ $# -gt 0 ] || { echo "consumers: name the consumers of the group as arguments" >&2; exit 2; }

while [ -z "$ending" ]; do
    failed=
    for consumer in "$@"; do
        [ -n "$ending" ] && break
        [ -e "${MAINTENANCE:-/run/magento/maintenance/on}" ] && break
        php "$root/bin/magento" queue:consumers:start "$consumer" --max-messages="$batch" &
        process=$!
        status=0
        wait $process || status=$?
        while kill -0 $process 2>/dev/null; do # a signal ends the wait, and not the consumer
            wait $process || status=$?
        done
        [ $status -eq 0 ] || failed="$failed $consumer"
    done
    [ -n "$ending" ] && break
    # What fails is seen in the pod's log and asked again; a pod that ended would only be started anew.
    [ -n "$failed" ] && echo "consumers: failed and tried again:$failed" >&2
    sleep "$pause" &
    wait $!
done
exit 0
