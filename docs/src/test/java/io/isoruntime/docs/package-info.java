/**
 * Tests that need to see every module: the architecture and what the documentation promises. What
 * one module can show about itself is tested there. Nothing here is published.
 */
package io.isoruntime.docs;
