package io.isoruntime.toolhost;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One tool host.
 *
 * @param placement where it runs
 * @param bundles what it loads
 * @param environment what its bundles find in their environment, beyond the place's own
 * @param parallel how many calls it runs at a time
 * @param resultBytes how large a result may be
 * @param startTime how long it may take to import its bundles
 */
record HostPlan(
    Placement placement,
    List<BundleSelection> bundles,
    Map<String, String> environment,
    int parallel,
    int resultBytes,
    Duration startTime) {}
