package dev.muster.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import dev.muster.service.Account;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OsAccountsTest {

    @Test
    void theNodesOwnAccountIsTheOneItsFilesGet() throws IOException {
        Account self = new OsAccounts().self();
        Path file = Files.createTempFile("account", ".test");
        try {
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo((int) self.uid());
            assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo((int) self.gid());
            assertThat(self.user()).isEqualTo(System.getProperty("user.name"));
        }
        finally {
            Files.delete(file);
        }
    }

    @Test
    void usersAndGroupsAreFoundByName() throws IOException {
        OsAccounts accounts = new OsAccounts();
        Account root = accounts.find("root", Optional.empty()).orElseThrow();
        assertThat(root.uid()).isZero();
        assertThat(root.gid()).isZero();
        assertThat(root.group()).isEqualTo("root");
        assertThat(accounts.find("root", Optional.of("daemon")).orElseThrow().group()).isEqualTo("daemon");
        assertThat(accounts.find("no-such-user", Optional.empty())).isEmpty();
        assertThat(accounts.find("root", Optional.of("no-such-group"))).isEmpty();
    }

}
