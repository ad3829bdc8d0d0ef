package dev.muster.demo;

import java.util.List;

/**
 * One of the four Supervisors, as it is meant to be.
 *
 * @param name also of its directory and its log
 * @param number last part of its address
 * @param group where its Redis belongs
 * @param peered whether it joins the first one's ring
 */
record Member(String name, int number, String group, boolean peered) {

    static final String SERVICE = "redis";

    /** The one that is told of the change. */
    static final Member A = new Member("a", 2, "prod", false);

    /** In the same group. */
    static final Member B = new Member("b", 3, "prod", true);

    /** In the same ring, in another group. */
    static final Member C = new Member("c", 4, "dev", true);

    /** In a group of the same name, in a ring of its own. */
    static final Member D = new Member("d", 5, "prod", false);

    static final List<Member> ALL = List.of(A, B, C, D);

    String serviceGroup() {
        return SERVICE + "." + this.group;
    }

    /** How many Supervisors it has to see, itself included. */
    int ringSize() {
        return equals(D) ? 1 : ALL.size() - 1;
    }

}
