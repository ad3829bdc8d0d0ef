package dev.muster.demo;

import java.util.List;

/**
 * One of the Supervisors, as it is meant to be.
 *
 * @param name also of its directory and its log
 * @param number last part of its address
 * @param group where its Redis belongs
 * @param peers last parts of the addresses that it looks for others at
 * @param ringSize how many Supervisors it has to see, itself included
 */
record Member(String name, int number, String group, List<Integer> peers, int ringSize) {

    static final String SERVICE = "redis";

    /** The one that is told of the change. */
    static final Member A = new Member("a", 2, "prod", List.of(), 3);

    /** In the same group. */
    static final Member B = new Member("b", 3, "prod", List.of(2), 3);

    /** In the same ring, in another group. */
    static final Member C = new Member("c", 4, "dev", List.of(2), 3);

    /** In a group of the same name, in a ring of its own. */
    static final Member D = new Member("d", 5, "prod", List.of(), 1);

    /** Those that a change is shown with. */
    static final List<Member> ALL = List.of(A, B, C, D);

    /** Three of one group, each of which may be away and come back. */
    static final List<Member> VOTERS = List.of(new Member("a", 2, "prod", List.of(3, 4), 3),
            new Member("b", 3, "prod", List.of(2, 4), 3), new Member("c", 4, "prod", List.of(2, 3), 3));

    Member {
        peers = List.copyOf(peers);
    }

    String serviceGroup() {
        return SERVICE + "." + this.group;
    }

}
