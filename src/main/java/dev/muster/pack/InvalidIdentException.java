package dev.muster.pack;

/** A text does not name a package. */
public final class InvalidIdentException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String value;

    InvalidIdentException(String value, String problem) {
        super("'" + value + "' is no package ident: " + problem
                + ". An ident is origin/name[/version[/release]], as core/redis or core/redis/6.2.11/20230301000000");
        this.value = value;
    }

    public String value() {
        return this.value;
    }

}
