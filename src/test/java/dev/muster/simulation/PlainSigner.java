package dev.muster.simulation;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.muster.rumor.Fact.Signer;
import dev.muster.rumor.Hash;

/** Signs with a hash that anybody could make: fast, and enough where nobody forges. */
final class PlainSigner implements Signer {

    private final byte[] publicKey;

    PlainSigner(String name) {
        this.publicKey = Hash.of(name.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    static boolean verifies(byte[] publicKey, byte[] message, byte[] signature) {
        return Arrays.equals(signature, signature(publicKey, message));
    }

    private static byte[] signature(byte[] publicKey, byte[] message) {
        byte[] both = Arrays.copyOf(publicKey, publicKey.length + message.length);
        System.arraycopy(message, 0, both, publicKey.length, message.length);
        return Hash.of(both).bytes();
    }

    @Override
    public byte[] publicKey() {
        return this.publicKey.clone();
    }

    @Override
    public byte[] sign(byte[] message) {
        return signature(this.publicKey, message);
    }

}
