package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import dev.muster.service.Launch;
import dev.muster.service.RunAs;
import dev.muster.service.RunningProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names and arguments that a shell would take for more than they are: each would make a
 * file {@code evil} if one did.
 */
class OddNamesTest {

    private static final String ODD = "a b;touch evil\n`touch evil`$(touch evil)'touch evil'\"|>evil&touch evil #*?~\\";

    @TempDir
    Path scratch;

    private void assertNothingWasRun() throws IOException {
        try (Stream<Path> files = Files.walk(this.scratch)) {
            assertThat(files).noneMatch((file) -> file.getFileName().toString().equals("evil"));
        }
        assertThat(Path.of("evil")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = { true, false })
    void reachAProcessAsTheyAreWithAShimAndWithoutOne(boolean shim) throws IOException {
        Path directory = Files.createDirectory(this.scratch.resolve(ODD));
        Path hook = directory.resolve("hook " + ODD);
        Files.writeString(hook, "#!/bin/sh\nprintf '%s\\0' \"$0\" \"$@\" \"$ODD\" \"$PWD\"; echo oops >&2; exit 7\n");
        Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path out = directory.resolve("out " + ODD);
        Path record = directory.resolve("exit " + ODD);
        Launch launch = new Launch(List.of(hook.toString(), ODD, "", "-c", "$(touch evil)"),
                Map.of("PATH", "/usr/bin:/bin", "ODD", ODD), directory, out, directory.resolve("err " + ODD),
                new RunAs(new OsAccounts().self(), false, false), "token of " + ODD.replace('\n', ' '),
                shim ? Optional.of(record) : Optional.empty());
        OsProcesses processes = new OsProcesses();
        try {
            RunningProcess process = processes.start(launch);
            assertThat(Scripts.exit(process)).hasValue(7);
            assertThat(Files.readString(out).split("\0", -1)).containsExactly(hook.toString(), ODD, "", "-c",
                    "$(touch evil)", ODD, directory.toString(), "");
            assertThat(directory.resolve("err " + ODD)).content().isEqualTo("oops\n");
            if (shim) {
                assertThat(ExitRecord.read(record, launch.token())).hasValue(7);
            }
        }
        finally {
            processes.close();
        }
        assertNothingWasRun();
    }

    @ParameterizedTest
    @ValueSource(strings = { ODD, "root;touch evil", "$(touch evil)", "-s", "--service=files", "../root", "root:x:0:0",
            "root\nroot", "" })
    void ofUsersAndGroupsAreNames(String name) throws IOException {
        OsAccounts accounts = new OsAccounts();
        assertThat(accounts.find(name, Optional.empty())).isEmpty();
        assertThat(accounts.find("root", Optional.of(name))).isEmpty();
        assertNothingWasRun();
    }

    @Test
    void aUserIsHandedOverByItsNumber() throws IOException {
        assertThat(Starter.switchTo(new OsAccounts().find("nobody", Optional.empty()).orElseThrow()))
            .allMatch((word) -> word.matches("/[a-z/]+|--[a-z-]+(=[0-9]+|=-all)?"));
    }

}
