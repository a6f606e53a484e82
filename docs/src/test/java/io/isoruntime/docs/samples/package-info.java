/**
 * The Java samples of the pages. What stands between {@code // begin} and {@code // end} is what a
 * page shows, and it runs here as a test.
 */
package io.isoruntime.docs.samples;
