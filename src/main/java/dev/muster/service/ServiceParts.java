package dev.muster.service;

import dev.muster.loop.Loop;

/**
 * What the phases of a service's life share.
 *
 * @param ready something ended, and the next order can be given; never called within one
 * @param report something that a status shows is different, and more will follow
 */
record ServiceParts(Loop loop, Standing standing, Memory memory, Preparation preparation, Placement placement,
        Hooks hooks, HealthWatch health, PostRun postRun, Milestones milestones, Restarts restarts,
        InstallsUnderWay installs, Fencing fencing, Runnable ready, Runnable report) {

    Progress progress() {
        return this.milestones.progress();
    }

}
