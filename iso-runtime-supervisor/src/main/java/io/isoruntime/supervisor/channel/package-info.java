/**
 * The framed byte stream between supervisor and init (docs/protocol.md): encoding, decoding, and
 * nothing about what the frames mean for an execution.
 */
@NullMarked
package io.isoruntime.supervisor.channel;

import org.jspecify.annotations.NullMarked;
