package dev.muster.service;

/** The service is loaded in another way than asked; nothing was changed. */
public class ServiceConflictException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String service;

    private final String loadedGroup;

    ServiceConflictException(String service, String loadedGroup) {
        super("one " + service + " per Supervisor, loaded as " + loadedGroup + "; use --force or svc update");
        this.service = service;
        this.loadedGroup = loadedGroup;
    }

    public String service() {
        return this.service;
    }

    public String loadedGroup() {
        return this.loadedGroup;
    }

}
