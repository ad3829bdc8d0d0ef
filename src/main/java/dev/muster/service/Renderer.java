package dev.muster.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

import dev.muster.config.Environment;
import dev.muster.config.InvalidEnvironmentException;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.Layer;
import dev.muster.config.Layers;
import dev.muster.config.RenderException;
import dev.muster.config.SecretKeys;
import dev.muster.config.Templates;
import dev.muster.config.Toml;
import dev.muster.election.ElectionStanding;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the layers of a service over one another and renders every template of its
 * package.
 */
final class Renderer {

    private static final Logger log = LoggerFactory.getLogger(Renderer.class);

    private static final String RUN = "run";

    private final Surroundings around;

    private final ServiceDirectory directory;

    /** Exports of which it was said already that they are not told. */
    private Set<String> untold = Set.of();

    private final EncryptedLayer encryptedLayer = new EncryptedLayer();

    private final KeptBinds keptBinds;

    Renderer(Surroundings around, ServiceDirectory directory) {
        this.around = around;
        this.directory = directory;
        this.keptBinds = new KeptBinds(directory);
    }

    /** What a process has of the groups that its service is bound to. */
    KeptBinds keptBinds() {
        return this.keptBinds;
    }

    /**
     * @throws StartException when a layer cannot be read or a template not be rendered;
     * nothing was written, nothing is changed by this in any case
     */
    Rendering render(Order order, InstalledPackage pack, Account account) throws StartException {
        List<Layer> layers = layers(order, pack);
        boolean encrypted = layers.stream().anyMatch(Layer::encrypted);
        Map<String, Object> cfg = Layers.merge(layers.stream().map(Layer::tree).toList());
        SecretKeys secrets = secrets(order, pack);
        Exports exports = TemplateData.exports(pack, cfg, secrets);
        Rendering rendered = render(order, pack, account, cfg, secrets, exports, this.around.context(), this.keptBinds,
                encrypted);
        if (!encrypted) {
            return rendered;
        }
        Map<String, Object> shown = Layers.shown(layers);
        return new Rendering(rendered.files(), shown, secrets,
                told(order, exports, TemplateData.exports(pack, shown, secrets)), true, rendered.role(),
                rendered.binds());
    }

    /** Why it failed may have a value in it. */
    private static String place(RenderException why) {
        return "The template " + why.template() + " cannot be rendered with what came encrypted: line " + why.line()
                + ", column " + why.column();
    }

    /** Others are told of no value that came encrypted. */
    private Exports told(Order order, Exports exports, Exports shown) {
        Map<String, Object> told = new LinkedHashMap<>(shown.values());
        told.entrySet().removeIf((export) -> !export.getValue().equals(exports.values().get(export.getKey())));
        Set<String> kept = new TreeSet<>(exports.values().keySet());
        kept.removeAll(told.keySet());
        if (!kept.equals(this.untold)) {
            this.untold = kept;
            log.warn("Exports are not told to others, for their values came encrypted: group={} exports={}",
                    order.group(), kept);
        }
        Set<String> secret = new TreeSet<>(exports.secret());
        secret.retainAll(told.keySet());
        return new Exports(told, secret);
    }

    /**
     * As {@link #render}, from what may be shown of the configuration and of other
     * members: whatever the templates do, no secret is in the files.
     * @throws StartException as {@link #render}, also when a template wants something
     * else than a text where a secret is
     */
    Rendering renderShown(Order order, InstalledPackage pack, Account account) throws StartException {
        List<Layer> layers = layers(order, pack);
        Map<String, Object> cfg = Layers.shown(layers);
        SecretKeys secrets = secrets(order, pack);
        return render(order, pack, account, secrets.redact(cfg), secrets,
                Exports.of(TemplateData.exports(pack, cfg, secrets).shown()), new ShownContext(this.around.context()),
                this.keptBinds.shown(), layers.stream().anyMatch(Layer::encrypted));
    }

    /**
     * Which values of its configuration are: what its package marks, and what the
     * revision does.
     */
    static SecretKeys secrets(Order order, InstalledPackage pack) {
        return pack.secretKeys().and(order.applied().map(AppliedConfig::secrets).orElse(SecretKeys.NONE));
    }

    private Rendering render(Order order, InstalledPackage pack, Account account, Map<String, Object> cfg,
            SecretKeys secrets, Exports exports, ServiceContext context, KeptBinds kept, boolean encrypted)
            throws StartException {
        // Asked once: all files are of one role.
        ElectionStanding election = context.election(order.group());
        Bindings bindings = Bindings.look(pack, order.spec(), context, kept);
        Map<String, Object> data = TemplateData.of(order.spec(), this.around.organisation(), pack, account,
                this.directory, cfg, exports, context, election, bindings);
        Templates templates = new Templates((ident) -> dependency(pack, PackageIdent.parse(ident)));
        SortedMap<String, byte[]> files = new TreeMap<>();
        try {
            pack.configTemplates()
                .forEach((name, template) -> files.put(Rendering.CONFIG + name,
                        render(templates, Rendering.CONFIG + name, template, data)));
            Map<String, Object> staged = TemplateData.staged(data, this.directory);
            pack.hooks()
                .forEach((name, template) -> files.put(Rendering.HOOKS + name, render(templates, Rendering.HOOKS + name,
                        template, name.equals(Hook.CHECK.fileName()) ? staged : data)));
        }
        catch (RenderException ex) {
            throw new StartException(encrypted ? place(ex) : ex.getMessage());
        }
        if (pack.plainRun().isPresent()) {
            files.put(Rendering.HOOKS + RUN, copy(pack.plainRun().get()));
        }
        return new Rendering(files, cfg, secrets, exports, encrypted, Role.of(election), bindings.used());
    }

    /**
     * Of what the configuration is merged, the weakest first; an applied layer is called
     * as its revision is.
     * @throws StartException when one cannot be read
     */
    List<Layer> layers(Order order, InstalledPackage pack) throws StartException {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Layer("default.toml", pack.defaults()));
        layers
            .add(new Layer("environment " + Environment.variable(order.spec().name()), environmentLayer(order.spec())));
        layers.add(new Layer("user.toml", userLayer()));
        if (order.applied().isPresent()) {
            AppliedConfig applied = order.applied().get();
            Optional<Encrypted> encrypted = applied.encrypted();
            if (encrypted.isPresent()) {
                this.encryptedLayer.check(applied, encrypted.get(), pack);
            }
            layers.add(new Layer(applied.revisionId(), applied.layer(), encrypted.isPresent()));
        }
        return layers;
    }

    /** The directory of a package that this one needs to run, if it is installed. */
    private Optional<String> dependency(InstalledPackage pack, PackageIdent wanted) {
        return pack.dependencies()
            .stream()
            .filter((needed) -> needed.satisfies(wanted))
            .findFirst()
            .flatMap(this.around.packages()::locate)
            .map(Path::toString);
    }

    private static byte[] render(Templates templates, String name, String template, Map<String, Object> data) {
        return templates.render(name, template, data).getBytes(StandardCharsets.UTF_8);
    }

    private Map<String, Object> environmentLayer(ServiceSpec spec) throws StartException {
        try {
            return Environment.layer(spec.name(), this.around.environment());
        }
        catch (InvalidEnvironmentException ex) {
            throw new StartException(ex.getMessage());
        }
    }

    private Map<String, Object> userLayer() throws StartException {
        Path file = this.directory.userFile();
        try {
            return Toml.parse(Files.readString(file));
        }
        catch (NoSuchFileException ex) {
            return Map.of();
        }
        catch (IOException | InvalidTomlException ex) {
            throw new StartException(file + ": " + ex.getMessage());
        }
    }

    /** It may be any program, so nothing is rendered. */
    private static byte[] copy(Path run) throws StartException {
        try {
            return Files.readAllBytes(run);
        }
        catch (IOException ex) {
            throw new StartException("cannot read " + run + ": " + ex);
        }
    }

}
