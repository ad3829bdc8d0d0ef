package dev.muster.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.muster.pack.PackageIdent;
import dev.muster.pack.PackagePath;

/** Writes a package directory, file by file. */
public final class TestPackage {

    private final Path directory;

    public TestPackage(Path pkgs, String ident) {
        this.directory = pkgs.resolve(ident);
        with("TARGET", new PackagePath(List.of(pkgs)).target());
    }

    /** The usual one: a service {@code web} with one setting in one file. */
    public static TestPackage web(Path pkgs) {
        return new TestPackage(pkgs, "test/web/1.0/20260101000000").with("default.toml", "port = 80\n")
            .with("config/web.conf", "listen {{cfg.port}}\n")
            .with("hooks/run", "#!/bin/sh\nexec sleep 600\n")
            .with("EXPORTS", "port=port\nnone=no.such.key");
    }

    public TestPackage with(String file, String text) {
        try {
            Path path = this.directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public TestPackage without(String file) {
        try {
            Files.delete(this.directory.resolve(file));
            return this;
        }
        catch (IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    public static PackageIdent ident(String name) {
        return PackageIdent.parse("test/" + name);
    }

}
