/** The Python that runs beside and inside every sandbox, as it stands in this jar. */
@NullMarked
package io.isoruntime.supervisor.python;

import org.jspecify.annotations.NullMarked;
