package dev.muster.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The keys that a package without a schema is known to use: those of its defaults, and
 * those that its templates name.
 */
public final class KnownKeys implements KeyRules {

    private final Node root = new Node();

    /**
     * @param defaults {@code default.toml}
     * @param templates texts of all templates
     * @param exports paths of values that the package exports
     */
    public KnownKeys(Map<String, Object> defaults, Collection<String> templates, Collection<String> exports) {
        this.root.add(defaults);
        // Defaults without anything in them are no table that anything may be put into.
        this.root.open = false;
        templates.forEach((template) -> TemplatePaths.of(template).forEach(this::use));
        exports.forEach((path) -> use(new TemplatePaths.Use(List.of(path.split("\\.")), false)));
    }

    private void use(TemplatePaths.Use use) {
        Node node = this.root;
        for (String key : use.path()) {
            node = node.children.computeIfAbsent(key, (name) -> new Node());
        }
        node.open |= use.whole();
    }

    /** Only a schema can mark one. */
    @Override
    public SecretKeys secrets() {
        return SecretKeys.NONE;
    }

    @Override
    public List<Finding> check(Map<String, Object> layer) {
        List<Finding> findings = new ArrayList<>();
        check(this.root, layer, new ArrayList<>(), findings);
        return findings;
    }

    private void check(Node known, Map<?, ?> table, List<String> path, List<Finding> findings) {
        table.forEach((key, value) -> {
            path.add((String) key);
            Node child = known.children.get(key);
            if (child != null) {
                check(child, value, path, findings);
            }
            else if (!known.open) {
                findings.add(unknown(known, path));
            }
            path.remove(path.size() - 1);
        });
    }

    private void check(Node known, Object value, List<String> path, List<Finding> findings) {
        ValueType usual = known.type();
        ValueType given = ValueType.of(value);
        if (value instanceof Map<?, ?> table && (usual == null || usual == ValueType.TABLE)) {
            if (!known.children.isEmpty()) {
                check(known, table, path, findings);
            }
        }
        else if (usual != null && !given.serves(usual)) {
            findings.add(new Finding(Finding.Kind.WARNING, path,
                    Literal.path(path) + " is " + given.words() + " here; in the package it is " + usual.words(),
                    null));
        }
    }

    private Finding unknown(Node among, List<String> path) {
        String key = path.get(path.size() - 1);
        List<String> table = path.subList(0, path.size() - 1);
        Optional<String> sibling = Nearest.to(key, among.children.keySet()).map((name) -> {
            List<String> meant = new ArrayList<>(table);
            meant.add(name);
            return Literal.path(meant);
        });
        List<String> elsewhere = new ArrayList<>();
        this.root.find(key, new ArrayList<>(), elsewhere);
        String suggestion = sibling.orElse((elsewhere.size() == 1) ? elsewhere.get(0) : null);
        return new Finding(Finding.Kind.UNKNOWN_KEY, path, "nothing in the package uses the key " + Literal.path(path),
                suggestion);
    }

    @Override
    public Optional<ValueType> type(KeyPath key) {
        Node node = this.root;
        for (String name : key.keys()) {
            node = (node != null) ? node.children.get(name) : null;
        }
        return (node != null) ? Optional.ofNullable(node.type()) : Optional.empty();
    }

    private static final class Node {

        private final Map<String, Node> children = new TreeMap<>();

        private @Nullable ValueType standard;

        /** Whether anything may lie below: it is used as a whole. */
        private boolean open;

        private void add(Map<?, ?> table) {
            this.standard = ValueType.TABLE;
            this.open = table.isEmpty();
            table.forEach((key, value) -> {
                Node child = this.children.computeIfAbsent((String) key, (name) -> new Node());
                if (value instanceof Map<?, ?> inner) {
                    child.add(inner);
                }
                else {
                    child.standard = ValueType.of(value);
                }
            });
        }

        /** A key whose keys templates use is a table, whatever else is known of it. */
        private @Nullable ValueType type() {
            return (this.standard == null && !this.children.isEmpty()) ? ValueType.TABLE : this.standard;
        }

        private void find(String key, List<String> path, List<String> found) {
            this.children.forEach((name, child) -> {
                path.add(name);
                if (name.equals(key)) {
                    found.add(Literal.path(path));
                }
                child.find(key, path, found);
                path.remove(path.size() - 1);
            });
        }

    }

}
