/**
 * Sandboxes made of sibling containers. {@link io.isoruntime.docker.DockerRuntime} is the entrance.
 * What a container is to be is decided as a value ({@code ContainerPlan}); {@code Engine} alone
 * talks to the engine; what came of it is checked by inspection, and by init's attestation.
 */
@NullMarked
package io.isoruntime.docker;

import org.jspecify.annotations.NullMarked;
