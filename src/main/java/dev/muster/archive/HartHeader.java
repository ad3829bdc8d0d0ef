package dev.muster.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The five lines before the payload of a {@code .hart}: format, name of the key, way of
 * hashing, the payload's hash with its signature before it in base64, and nothing.
 *
 * @param signature 64 bytes
 * @param signed what was signed: the payload's hash in lower-case hex
 */
record HartHeader(String key, byte[] signature, byte[] signed) {

    static final byte[] MAGIC = "HART-1\n".getBytes(StandardCharsets.US_ASCII);

    private static final String HASH = "BLAKE2b";

    private static final int SIGNATURE_BYTES = 64;

    private static final int HASH_DIGITS = 64;

    private static final int LONGEST_LINE = 512;

    /**
     * Reads the header; the payload comes next.
     * @throws InvalidArchiveException naming the line that is wrong
     */
    static HartHeader read(InputStream in) throws IOException {
        String format = line(in, 1);
        if (!format.equals("HART-1")) {
            throw new InvalidArchiveException("The archive begins with '" + format + "' and not with HART-1");
        }
        String key = line(in, 2);
        String hash = line(in, 3);
        if (!hash.equals(HASH)) {
            throw new InvalidArchiveException(
                    "Line 3 of the archive says it is hashed with '" + hash + "'; a HART-1 is hashed with " + HASH);
        }
        byte[] attached = attached(line(in, 4));
        if (!line(in, 5).isEmpty()) {
            throw new InvalidArchiveException("Line 5 of the archive is not empty, so it is no HART-1");
        }
        byte[] signature = java.util.Arrays.copyOf(attached, SIGNATURE_BYTES);
        byte[] signed = java.util.Arrays.copyOfRange(attached, SIGNATURE_BYTES, attached.length);
        return new HartHeader(key, signature, signed);
    }

    private static byte[] attached(String text) {
        try {
            byte[] attached = Base64.getDecoder().decode(text);
            if (attached.length == SIGNATURE_BYTES + HASH_DIGITS) {
                return attached;
            }
            throw new InvalidArchiveException("The signature in line 4 of the archive has " + attached.length
                    + " bytes; it should be " + (SIGNATURE_BYTES + HASH_DIGITS));
        }
        catch (IllegalArgumentException ex) {
            throw new InvalidArchiveException("The signature in line 4 of the archive is no base64", ex);
        }
    }

    private static String line(InputStream in, int number) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new InvalidArchiveException("The archive ends in line " + number + " of its header: it was cut");
            }
            if (c < ' ' || c > '~' || line.length() == LONGEST_LINE) {
                throw new InvalidArchiveException(
                        "Line " + number + " of the archive is no line of text, so it is no HART-1");
            }
            line.append((char) c);
        }
        return line.toString();
    }

}
