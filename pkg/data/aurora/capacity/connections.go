package capacity

const (
	// memoryPerConnection is what one connection is planned with, in MiB: its thread, its buffers for sorting,
	// joining and sending, and its share of temporary tables (ATK, sizing: about 10 MB a connection). Most
	// connections need a tenth of that most of the time; the plan is for when they all work.
	memoryPerConnection = 10

	// engineMemory is what the engine takes before the first connection, in MiB: dictionary, performance
	// schema, log buffers, the storage client. An estimate; with it, 1 ACU carries 89 connections, and AWS
	// itself gives 90 to an instance of at most 1 ACU (AUG, table of max_connections).
	engineMemory = 256

	// bufferPoolShare is the part of the rest that stays with the buffer pool, in percent. Serverless v2 sizes
	// the pool itself (a value in a parameter group is ignored, AUG) and takes pages from it when sessions
	// need memory; below half of the memory a store would read from storage what it had in memory.
	bufferPoolShare = 50

	// MaxConnectionsLimit is the largest value that Aurora MySQL accepts (AUG, "Maximum connections").
	MaxConnectionsLimit = 16000
)

// MaxConnections is the max_connections for the instance parameter group: what the memory of the minimum carries
// with every connection at work and half of the memory left to the buffer pool.
//
//	minimum ACU       0.5    1    2    4    8    16    32    64    128    256
//	memory in GiB       1    2    4    8   16    32    64   128    256    512
//	this function      38   89  192  396  806  1625  3264  6540  13094  16000
//	AWS, as maximum     –   90    –  135 1000  2000  3000  4000   5000      –
//
// AWS derives its default from the maximum of the range and keeps it while the instance scales down, so that
// an instance of 0.5–64 ACU has 4,000 connections at 1 GiB: an idle store is then one burst of new connections
// away from running out of memory, before it has had the seconds to grow. It also changes with the maximum, but
// only after a reboot, which nobody expects of a setting about cost. A value from the minimum holds at every
// capacity in the range, because more capacity only adds memory, and is the same for every maximum.
//
// It is a constant in the parameter group and not a formula: {DBInstanceClassMemory} is the memory of the maximum.
// The parameter behaves as a static one on Serverless v2 (AUG): after a change of the minimum, reboot the
// instances before ProxySQL's limits are raised.
func MaxConnections(r Range) int {
	connections := (r.Min.MemoryMiB() - engineMemory) * (100 - bufferPoolShare) / 100 / memoryPerConnection
	return min(max(connections, 0), MaxConnectionsLimit)
}
