/**
 * Tool calls: what a registry looks like from Python, and how a call becomes the invocation of a
 * Java function within deadline, concurrency and size. Nothing here knows sandboxes or the channel.
 */
@NullMarked
package io.isoruntime.supervisor.tools;

import org.jspecify.annotations.NullMarked;
