package orphans

import "regexp"

// gone is how the AWS CLI says that what a command names does not exist. Each service has a code of its own, in one of
// two forms: NoSuchHostedZone, NoSuchEntity, NoSuchBucket; InvalidVpcID.NotFound, LoadBalancerNotFound,
// ResourceNotFoundException, DBClusterNotFoundFault (the services' API references, "Common errors" of each operation).
var gone = regexp.MustCompile(`An error occurred \((NoSuch\w+|[\w.]*NotFound\w*)\) when calling the \w+ operation`)

// isGone reports whether an answer means that what was asked about is not there: it was removed by hand, and
// nothing can be left in it. Anything else that fails is no such answer.
func isGone(err error) bool { return gone.MatchString(err.Error()) }
