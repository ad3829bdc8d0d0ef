package dev.muster.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import dev.muster.pack.InstalledPackage;

/**
 * Another group that a service needs, under the name that its package has for it.
 *
 * @param name what the package calls it
 * @param group {@code postgres.prod}, with an organisation {@code postgres.prod@org}
 */
record Bind(String name, String group) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    private static final Pattern GROUP = Pattern.compile(NAME + "\\." + NAME + "(?:@" + NAME + ")?");

    /**
     * @param text {@code name:service.group[@org]}, as a spec has it; an {@code app.env#}
     * before the group, which old files have, means nothing
     * @throws MalformedSpecException when it is none
     */
    static Bind parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.indexOf(':', colon + 1) >= 0) {
            throw new MalformedSpecException("A bind reads name:service.group, not: " + text);
        }
        String name = text.substring(0, colon);
        String group = text.substring(text.indexOf('#', colon) < 0 ? colon + 1 : text.indexOf('#', colon) + 1);
        if (!NAME.matcher(name).matches()) {
            throw new MalformedSpecException("The bind " + text + " needs a name before its colon, of 1 to 63 letters,"
                    + " digits, _ and -, starting with a letter or digit, as database:postgres.prod");
        }
        if (!GROUP.matcher(group).matches()) {
            throw new MalformedSpecException(
                    "The bind " + name + " names no service group: '" + group + "' must be SERVICE.GROUP, as "
                            + suggestion(group) + ", with @ORGANISATION where its Supervisors have one");
        }
        String organisation = group.substring(group.indexOf('@') + 1);
        if (ServiceSpec.RESERVED_ORGANISATIONS.contains(organisation)) {
            throw new MalformedSpecException("The bind " + text + " names the organisation " + organisation
                    + ", which no Supervisor can have, because it is a word of the read gateway's paths");
        }
        return new Bind(name, group);
    }

    private static String suggestion(String group) {
        String bare = group.substring(group.lastIndexOf('/') + 1);
        if (GROUP.matcher(bare).matches()) {
            return bare;
        }
        return NAME.matcher(bare).matches() ? bare + ".default" : "postgres.prod";
    }

    static List<Bind> of(ServiceSpec spec) {
        return spec.binds().stream().map(Bind::parse).toList();
    }

    /**
     * @throws MalformedSpecException when one is none, or two have one name
     */
    static void check(List<String> binds) {
        Map<String, String> groups = new LinkedHashMap<>();
        for (String text : binds) {
            Bind bind = parse(text);
            String before = groups.put(bind.name, bind.group);
            if (before != null) {
                throw new MalformedSpecException("The bind " + bind.name + " is given twice, for " + before
                        + " and for " + bind.group + ": a bind has one group");
            }
        }
    }

    static boolean binds(ServiceSpec spec, String group) {
        return of(spec).stream().anyMatch((bind) -> bind.group.equals(group));
    }

    /**
     * @throws MalformedSpecException when the package needs a bind that the spec does not
     * map, or the spec maps one that the package does not know
     */
    static void check(InstalledPackage pack, ServiceSpec spec) {
        Optional<String> problem = problem(pack, spec);
        if (problem.isPresent()) {
            throw new MalformedSpecException(problem.get());
        }
    }

    /** Why a package cannot run by a spec; empty when it can. */
    static Optional<String> problem(InstalledPackage pack, ServiceSpec spec) {
        TreeSet<String> mapped = of(spec).stream().map(Bind::name).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> missing = new TreeSet<>(pack.binds().keySet());
        missing.removeAll(mapped);
        if (!missing.isEmpty()) {
            return Optional.of(pack.ident() + " needs the binds " + String.join(", ", missing)
                    + ": name the group for each with --bind " + missing.first() + ":SERVICE.GROUP");
        }
        mapped.removeAll(pack.binds().keySet());
        mapped.removeAll(pack.optionalBinds().keySet());
        if (mapped.isEmpty()) {
            return Optional.empty();
        }
        TreeSet<String> known = new TreeSet<>(pack.binds().keySet());
        known.addAll(pack.optionalBinds().keySet());
        return Optional.of(pack.ident() + " has no bind " + String.join(", ", mapped)
                + (known.isEmpty() ? "; it has none" : "; it has " + String.join(", ", known)));
    }

    /** What of the group's members a package needs under this name. */
    List<String> exports(InstalledPackage pack) {
        return pack.binds().getOrDefault(this.name, pack.optionalBinds().getOrDefault(this.name, List.of()));
    }

}
