#!/bin/sh
# Runs Magento's cron every minute, and ends when told to: what runs is waited for, up to the pod's grace period. It gets no
# signal of its own, since Kubernetes tells the first process alone.
set -u
root=${MAGENTO_ROOT:-/var/www/html}
state=${CRON_STATE:-/tmp}
ending=
trap 'ending=1' TERM QUIT INT

running() { # processes of bin/magento, and none that looks for them
    grep -lsz '[b]in/magento' "${PROC:-/proc}"/[0-9]*/cmdline >/dev/null 2>&1
}

if [ "${MAGENTO_ROLE:-}" = secondary ]; then
    echo "cron: a secondary reads a database that it cannot write; nothing is run"
fi

# A pod that was killed has left its locks, which would hold its groups back for two hours; no other pod may hold them
# (docs/decisions/0053-magentos-locks-are-beside-the-sessions.md).
php "${SCRIPTS:-/etc/magento/scripts}/unlock-cron.php" || exit 1

while [ -z "$ending" ]; do
    date +%s > "$state/cron-round"
    if [ "${MAGENTO_ROLE:-}" != secondary ] && [ ! -e "${MAINTENANCE:-/run/magento/maintenance/on}" ]; then
        php "$root/bin/magento" cron:run &
        wait $!
    fi
    [ -n "$ending" ] && break
    sleep $((60 - $(date +%s) % 60)) & # to the next full minute, and no further than a signal
    wait $!
    [ -n "$ending" ] && kill $!
done

while running; do sleep 1; done
