package dev.muster.service;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.config.SecretKeys;

/**
 * What all templates of a package came to, in memory.
 *
 * @param files content by name below the service's directory: {@code config/redis.conf},
 * {@code hooks/run}
 * @param cfg the effective configuration that went in, as it may be shown
 * @param secrets which of its values are secret
 * @param exports what others are told of it
 * @param encrypted whether something in the files came encrypted: then nothing of them,
 * nor what hooks print that have read them, is told
 * @param role as what
 * @param binds what templates were given of the groups that the service is bound to, by
 * the names of the binds
 */
record Rendering(SortedMap<String, byte[]> files, Map<String, Object> cfg, SecretKeys secrets, Exports exports,
        boolean encrypted, Role role, Map<String, BoundGroup> binds) {

    static final String CONFIG = "config/";

    static final String HOOKS = "hooks/";

    Rendering {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
        cfg = secrets.redact(cfg);
        binds = Map.copyOf(binds);
    }

    boolean hasHook(String name) {
        return this.files.containsKey(HOOKS + name);
    }

    /**
     * Whether a hook is the one that stands among these hashes.
     */
    boolean sameHook(Hook hook, Map<String, String> hashes) {
        byte[] content = this.files.get(HOOKS + hook.fileName());
        String before = hashes.get(HOOKS + hook.fileName());
        return (content == null) ? before == null : hash(content).equals(before);
    }

    /**
     * SHA-256 of every file, in hexadecimal: enough to compare by, small enough to keep.
     */
    SortedMap<String, String> hashes() {
        SortedMap<String, String> hashes = new TreeMap<>();
        this.files.forEach((name, content) -> hashes.put(name, hash(content)));
        return hashes;
    }

    private static String hash(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(hash);
        }
        catch (NoSuchAlgorithmException ex) {
            throw new IllegalStateException("Every Java platform has SHA-256", ex);
        }
    }

}
