package dev.muster.service;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.muster.election.ElectionStanding;

/**
 * Other members as they may be shown, for what is rendered to be looked at.
 */
record ShownContext(ServiceContext real) implements ServiceContext {

    @Override
    public Map<String, Object> sys() {
        return this.real.sys();
    }

    @Override
    public List<GroupMember> others(String serviceGroup) {
        return this.real.others(serviceGroup).stream().map(GroupMember::shown).toList();
    }

    @Override
    public List<GroupMember> members(String serviceGroup) {
        return this.real.members(serviceGroup).stream().map(GroupMember::shown).toList();
    }

    @Override
    public ElectionStanding election(String serviceGroup) {
        return this.real.election(serviceGroup);
    }

    @Override
    public Optional<String> leader(String serviceGroup) {
        return this.real.leader(serviceGroup);
    }

    @Override
    public Duration leaseLeft(String serviceGroup) {
        return this.real.leaseLeft(serviceGroup);
    }

    @Override
    public void released(String serviceGroup) {
        // Nothing runs by what is only shown.
    }

}
