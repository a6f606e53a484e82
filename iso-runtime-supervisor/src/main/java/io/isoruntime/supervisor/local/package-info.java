/**
 * What back-ends on this machine share: who this process is, names that tell their owner, the Unix
 * socket to which one init connects, what a process said last, and the check of what a mount would
 * show.
 */
@NullMarked
package io.isoruntime.supervisor.local;

import org.jspecify.annotations.NullMarked;
