// Package offline is the embedded cloud: it runs the Pulumi programs of an environment in process, without
// an account and without the engine, and records every resource that they would make.
//
// The programs run under Pulumi's mock monitor as a preview does: an output is known only when the embedded
// cloud made it up, everything else stays unknown. It is strict, since a plan that guesses proves nothing: a
// type or a function that it was not taught, an unknown value that reaches a resource or a stack output, a
// duplicate URN, a default provider and a stack that nobody declared to read are all errors.
//
// What it does not do, because the mock monitor does not: hooks, transforms that run in the engine, the
// outputs that components register, and the checks of a provider on its inputs. A run of the real engine proves those.
package offline
