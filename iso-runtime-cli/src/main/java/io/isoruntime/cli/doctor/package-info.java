/**
 * Whether a host is ready: readings of it, a trial run, and the rows that follow from both. Files
 * are read and programs run in {@code HostReader} and {@code Trial}; all that judges is a function
 * of values. Nothing here prints, and nothing changes the host.
 */
@NullMarked
package io.isoruntime.cli.doctor;

import org.jspecify.annotations.NullMarked;
