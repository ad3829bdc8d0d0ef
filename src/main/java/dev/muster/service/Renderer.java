package dev.muster.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.muster.config.Environment;
import dev.muster.config.InvalidEnvironmentException;
import dev.muster.config.InvalidTomlException;
import dev.muster.config.Layer;
import dev.muster.config.Layers;
import dev.muster.config.RenderException;
import dev.muster.config.SecretKeys;
import dev.muster.config.Templates;
import dev.muster.config.Toml;
import dev.muster.pack.InstalledPackage;
import dev.muster.pack.PackageIdent;

/**
 * Puts the layers of a service over one another and renders every template of its
 * package.
 */
final class Renderer {

    private static final String RUN = "run";

    private final Surroundings around;

    private final ServiceDirectory directory;

    Renderer(Surroundings around, ServiceDirectory directory) {
        this.around = around;
        this.directory = directory;
    }

    /**
     * @throws StartException when a layer cannot be read or a template not be rendered;
     * nothing was written, nothing is changed by this in any case
     */
    Rendering render(Order order, InstalledPackage pack, Account account) throws StartException {
        Map<String, Object> cfg = Layers.merge(layers(order, pack).stream().map(Layer::tree).toList());
        SecretKeys secrets = secrets(order, pack);
        return render(order, pack, account, cfg, secrets, TemplateData.exports(pack, cfg, secrets),
                this.around.context());
    }

    /**
     * As {@link #render}, from what may be shown of the configuration and of other
     * members: whatever the templates do, no secret is in the files.
     * @throws StartException as {@link #render}, also when a template wants something
     * else than a text where a secret is
     */
    Rendering renderShown(Order order, InstalledPackage pack, Account account) throws StartException {
        Map<String, Object> cfg = Layers.merge(layers(order, pack).stream().map(Layer::tree).toList());
        SecretKeys secrets = secrets(order, pack);
        return render(order, pack, account, secrets.redact(cfg), secrets,
                Exports.of(TemplateData.exports(pack, cfg, secrets).shown()), new ShownContext(this.around.context()));
    }

    /**
     * Which values of its configuration are: what its package marks, and what the
     * revision does.
     */
    static SecretKeys secrets(Order order, InstalledPackage pack) {
        return pack.secretKeys().and(order.applied().map(AppliedConfig::secrets).orElse(SecretKeys.NONE));
    }

    private Rendering render(Order order, InstalledPackage pack, Account account, Map<String, Object> cfg,
            SecretKeys secrets, Exports exports, ServiceContext context) throws StartException {
        Map<String, Object> data = TemplateData.of(order.spec(), this.around.organisation(), pack, account,
                this.directory, cfg, exports, context);
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
            throw new StartException(ex.getMessage());
        }
        if (pack.plainRun().isPresent()) {
            files.put(Rendering.HOOKS + RUN, copy(pack.plainRun().get()));
        }
        return new Rendering(files, cfg, secrets, exports);
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
        order.applied().ifPresent((applied) -> layers.add(new Layer(applied.revisionId(), applied.layer())));
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
