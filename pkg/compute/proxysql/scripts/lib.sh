# Read by every script here. The pod sets what is in capitals, but for RUN's files (workload.go).
#
# CONFIG  what is mounted: proxysql.cnf and client.cnf follow External Secrets, admin.cnf as well
# RUN     what this pod keeps in memory: admin.cnf with the credentials that ProxySQL has started with, and ready

# Debian's packages of newer clients no longer know the old name.
client=$(command -v mariadb || command -v mysql) || { echo "no client of MySQL in the image" >&2; exit 1; }

log() { echo "${0##*/}: $*" >&2; }

# now is the time in seconds, to count how long something has taken.
now() { date +%s; }

# ask runs statements with the credentials of an option file, which no list of processes shows, and writes bare values.
ask() { "$client" --defaults-file="$1" --batch --skip-column-names --execute "$2"; }

# admin asks the administration, which answers to localhost only and knows the password that ProxySQL started with.
admin() { ask "$RUN/admin.cnf" "$1"; }

# shop asks as the storefront does, through the port that the Service leads to.
shop() { ask "$CONFIG/client.cnf" "$1"; }
