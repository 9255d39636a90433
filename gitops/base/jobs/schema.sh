#!/bin/sh
# Changes the schema when, and only when, Magento says that it must, with the shop in maintenance only then. A database without
# tables gets them. At the end configuration of the image (themes, store views) is imported where it has changed.
set -u
root=${MAGENTO_ROOT:-/var/www/html}
scripts=${SCRIPTS:-/etc/magento/scripts}
magento() { php "$root/bin/magento" "$@" --no-interaction; }
say() { echo "schema: $*"; }
fail() { echo "schema: $*" >&2; exit 1; }

if [ "${MAGENTO_ROLE:-}" = secondary ]; then
    say "a secondary reads its primary's database; nothing to do"
    exit 0
fi

php "$scripts/database.php"
case $? in
0) ;;
3)
    say "the database has no tables: setup:install"
    php "$scripts/maintenance.php" on || fail "maintenance could not begin; nothing was changed"
    php "$scripts/install.php" || fail "setup:install failed; nothing of the shop was there before: read the log above, docs/shop.md has what to do"
    php "$scripts/maintenance.php" off || fail "the shop is installed, and maintenance could not be lifted"
    exit 0
    ;;
*) fail "the database cannot be reached through ProxySQL: are its users made (kubectl -n magento logs job/magento-database-users)?" ;;
esac

status=0
magento setup:db:status || status=$?
case $status in
0) say "the schema is what the release wants" ;;
2) # Magento\Setup\Console\Command\DbStatusCommand::EXIT_CODE_UPGRADE_REQUIRED
    php "$scripts/maintenance.php" unfinished
    case $? in
    0) ;;
    3) fail "a change by this image began and was not finished; it is not begun again: docs/shop.md has what to do" ;;
    *) fail "whether a change was left unfinished is unknown; nothing was changed" ;;
    esac
    say "the schema changes: maintenance begins"
    php "$scripts/maintenance.php" on || fail "maintenance could not begin; nothing was changed"
    sleep "${MAINTENANCE_SECONDS:-120}" # until every pod has seen it (the kubelet's period, and its cache)
    magento setup:upgrade --keep-generated ||
        fail "setup:upgrade failed, and the shop stays in maintenance: read the log above, docs/shop.md has what to do"
    php "$scripts/maintenance.php" off || fail "the schema is changed, and maintenance could not be lifted"
    say "the schema is changed: maintenance is lifted"
    ;;
*) fail "setup:db:status ended with $status; nothing was changed" ;;
esac

status=0
magento app:config:status || status=$?
case $status in
0) ;;
2) magento app:config:import || fail "app:config:import failed" ;; # ConfigStatusCommand::EXIT_CODE_CONFIG_IMPORT_REQUIRED
*) fail "app:config:status ended with $status" ;;
esac
