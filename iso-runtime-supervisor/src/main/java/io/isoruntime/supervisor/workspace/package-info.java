/**
 * The workspace's directory on the host: its layout, its records, and how files come into it. Only
 * names that were checked here are ever created, and nothing is followed.
 */
@NullMarked
package io.isoruntime.supervisor.workspace;

import org.jspecify.annotations.NullMarked;
