package dev.muster.service;

import java.util.List;

/**
 * A bind as other members hear of it.
 *
 * @param name what the package calls it
 * @param group that the service is bound to
 * @param strict whether a first start waits for it
 */
public record Tie(String name, String group, boolean strict) {

    /** All binds of a service that is loaded so. */
    public static List<Tie> of(ServiceSpec spec) {
        boolean strict = spec.bindingMode() == BindingMode.STRICT;
        return Bind.of(spec).stream().map((bind) -> new Tie(bind.name(), bind.group(), strict)).toList();
    }

}
