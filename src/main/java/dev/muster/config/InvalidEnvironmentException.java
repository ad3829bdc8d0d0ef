package dev.muster.config;

/**
 * The environment variable of a package is neither TOML nor JSON. It stays so until this
 * process is started with another.
 */
public final class InvalidEnvironmentException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String variable;

    InvalidEnvironmentException(String variable, String format, InvalidTomlException cause) {
        super("The environment variable " + variable + " is neither TOML nor JSON; read as " + format + ": "
                + cause.getMessage() + ". Correct or unset it and start again", cause);
        this.variable = variable;
    }

    public String variable() {
        return this.variable;
    }

}
