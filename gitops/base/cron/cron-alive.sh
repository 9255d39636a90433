#!/bin/sh
# A run of cron may take long (an index, an export), and the loop waits for it: the pod hangs when neither a round has begun
# lately nor a run is there.
state=${CRON_STATE:-/tmp}
limit=300
[ $(($(date +%s) - $(cat "$state/cron-round" 2>/dev/null || echo 0))) -lt $limit ] && exit 0
grep -lsz '[b]in/magento' "${PROC:-/proc}"/[0-9]*/cmdline >/dev/null 2>&1
