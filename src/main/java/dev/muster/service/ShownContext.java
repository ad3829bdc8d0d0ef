package dev.muster.service;

import java.util.List;
import java.util.Map;

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

}
