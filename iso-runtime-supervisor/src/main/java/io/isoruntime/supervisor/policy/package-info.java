/**
 * What a policy says of one call, as code without effects: counts, and takes out what must not be
 * told. Asking for an approval and running the tool are done elsewhere.
 */
@NullMarked
package io.isoruntime.supervisor.policy;

import org.jspecify.annotations.NullMarked;
