package dev.muster.service;

import org.jspecify.annotations.Nullable;

/**
 * Hears what services and hooks write. Called on threads that must not be made to wait.
 */
@FunctionalInterface
public interface ServiceOutput {

    void line(Line line);

    /** Where a line comes from; the name is the key that stands in brackets. */
    enum Stream {

        /** A service's standard output. */
        O,
        /** A service's standard error. */
        E,
        /** A hook, both streams. */
        HK

    }

    /**
     * One line of output.
     *
     * @param hook the hook's name, null for the service itself
     */
    record Line(String group, Stream stream, @Nullable String hook, String text) {

        /** As the Supervisor prints it: {@code redis.prod(O): Ready}. */
        @Override
        public String toString() {
            String source = (this.hook != null) ? this.group + " hook[" + this.hook + "]:" : this.group;
            return source + "(" + this.stream + "): " + this.text;
        }

    }

}
