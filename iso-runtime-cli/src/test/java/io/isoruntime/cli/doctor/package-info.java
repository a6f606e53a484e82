/** Tests of the doctor's judgement, on made-up hosts. */
@org.jspecify.annotations.NullMarked
package io.isoruntime.cli.doctor;
