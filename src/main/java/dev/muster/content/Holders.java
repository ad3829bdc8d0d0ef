package dev.muster.content;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import dev.muster.rumor.Hash;
import dev.muster.rumor.MemberId;

/**
 * Who is to hold a content: the members of its group; where fewer than two of them are
 * present, also the lowest other present members by hash of content and member.
 */
public final class Holders {

    private static final int COPIES = 2;

    private Holders() {
    }

    /** Those that are present and have to hold it. */
    public static Set<MemberId> of(Hash content, Collection<MemberId> group, Collection<MemberId> present) {
        Set<MemberId> holders = new HashSet<>(group);
        holders.retainAll(new HashSet<>(present));
        for (MemberId member : ranked(content, present)) {
            if (holders.size() >= COPIES) {
                break;
            }
            holders.add(member);
        }
        return holders;
    }

    /** The lowest first; the same order on all members. */
    public static List<MemberId> ranked(Hash content, Collection<MemberId> members) {
        List<MemberId> ranked = new ArrayList<>(members);
        ranked.sort(Comparator.comparing((member) -> rank(content, member)));
        return ranked;
    }

    private static Hash rank(Hash content, MemberId member) {
        MessageDigest digest = Hash.digest();
        digest.update(content.bytes());
        digest.update(member.hex().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return Hash.wrap(digest.digest());
    }

}
