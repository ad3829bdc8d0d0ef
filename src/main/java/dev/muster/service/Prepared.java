package dev.muster.service;

import dev.muster.pack.InstalledPackage;

/**
 * A service that can be started, or one that runs.
 *
 * @param pack the release it is made of
 * @param runAs as whom its hooks and processes run
 * @param rendering its files
 */
record Prepared(InstalledPackage pack, RunAs runAs, Rendering rendering) {

    boolean has(Hook hook) {
        return this.rendering.hasHook(hook.fileName());
    }

}
