/**
 * Tool hosts: trusted processes that run Python bundles with network and credentials, and make
 * tools of them. What is generated never runs here, and nothing here knows of sandboxes; a place
 * other than a local process is another {@link io.isoruntime.toolhost.Placement}.
 */
@NullMarked
package io.isoruntime.toolhost;

import org.jspecify.annotations.NullMarked;
