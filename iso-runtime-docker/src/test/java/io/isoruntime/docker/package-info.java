/** Tests on a real engine. */
package io.isoruntime.docker;
