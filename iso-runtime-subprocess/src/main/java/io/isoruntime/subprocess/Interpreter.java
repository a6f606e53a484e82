package io.isoruntime.subprocess;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What a Python interpreter says of itself.
 *
 * @param executable the real one, behind links and version managers' shims
 * @param version such as {@code 3.11.2}
 * @param versionInfo its three numbers
 * @param prefix where its environment is
 * @param basePrefix where its installation is
 * @param execPrefix the same for platform-dependent files
 * @param baseExecPrefix the same for platform-dependent files
 * @param path its module search path
 * @param libraries directories of shared libraries that it loads from unusual places
 * @param code init's modules, compiled for it and marshalled
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@SuppressWarnings("ArrayRecordComponent") // never compared
record Interpreter(
    @JsonProperty(required = true) String executable,
    @JsonProperty(required = true) String version,
    @JsonProperty(required = true) List<Integer> versionInfo,
    @JsonProperty(required = true) String prefix,
    @JsonProperty(required = true) String basePrefix,
    @JsonProperty(required = true) String execPrefix,
    @JsonProperty(required = true) String baseExecPrefix,
    @JsonProperty(required = true) List<String> path,
    @JsonProperty(required = true) List<String> libraries,
    @JsonProperty(required = true) byte[] code) {}
