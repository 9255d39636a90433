package proxysql

import "github.com/magestack/magestack/pkg/data/proxysql"

// What a pod's memory is made of. The first two are estimates from ProxySQL's source; a pod that is killed for its memory
// drops all clients, so they are generous. Watch container_memory_working_set_bytes before making them smaller.
const (
	// baseMiB is ProxySQL without clients, its tables and the digests of a shop's statements; and the clients of
	// MySQL that probes start.
	baseMiB = 256

	// clientKiB is a client that has nothing to say: a session with a queue of 16 KiB each way (PXS,
	// include/MySQL_Data_Stream.h), its buffers released.
	clientKiB = 32

	// connectionKiB is a connection to the database, and what of a result is in the pod at one time. ProxySQL begins to send
	// a result on when it has 4 MiB of it (mysql-threshold_resultset_size); few of a shop's are a tenth of that.
	connectionKiB = 512

	// stepMiB keeps small changes of the pool from replacing the pods.
	stepMiB = 64

	// sidecarMiB is a shell and, now and then, a client of MySQL.
	sidecarMiB = 32
)

// memoryMiB returns the memory of a pod's ProxySQL with a pool of so many connections to each of so many instances.
func memoryMiB(pool, instances int) int {
	const perMiB = 1024
	kib := baseMiB*perMiB + proxysql.MaxClients*clientKiB + pool*instances*connectionKiB
	step := stepMiB * perMiB
	return (kib + step - 1) / step * stepMiB
}
