package dev.muster.service;

import java.util.Collection;

/** No service of this name is loaded here; trying again does not help. */
public class UnknownServiceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String service;

    UnknownServiceException(String service, Collection<String> loaded) {
        super("Service " + service + " is not loaded here; " + (loaded.isEmpty()
                ? "no service is, load one with svc load" : "loaded: " + String.join(", ", loaded)));
        this.service = service;
    }

    public String service() {
        return this.service;
    }

}
