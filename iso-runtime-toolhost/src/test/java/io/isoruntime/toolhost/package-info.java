/** Tests of tool hosts, with real interpreters. */
package io.isoruntime.toolhost;
