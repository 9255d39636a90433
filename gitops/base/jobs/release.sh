#!/bin/sh
# Purges every Varnish (the clean of full_page sends each a PURGE of everything) and warms them up. Pages that are not there yet are
# no failure of a release.
set -u
php "${MAGENTO_ROOT:-/var/www/html}/bin/magento" cache:clean full_page --no-interaction || exit 1
php "${SCRIPTS:-/etc/magento/scripts}/warm-up.php" || echo "release: not every page could be asked for" >&2
exit 0
