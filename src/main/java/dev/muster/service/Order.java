package dev.muster.service;

import java.util.Optional;

/**
 * By what a service is to run.
 *
 * @param group the service group by that spec
 * @param applied the group's current configuration, if it has one
 */
record Order(ServiceSpec spec, String group, Optional<AppliedConfig> applied) {

    GroupFileSet files() {
        return this.applied.map(AppliedConfig::files).orElse(GroupFileSet.NONE);
    }

}
