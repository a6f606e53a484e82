/**
 * What a back-end implements: make a sandbox and answer with a pair of byte streams, tell what the
 * host can attest of it, kill it and prove it empty. No descriptor, process id or path of the host
 * stands in a signature, so that a container engine or a cluster fits as well as a process.
 */
@NullMarked
package io.isoruntime.supervisor.spi;

import org.jspecify.annotations.NullMarked;
