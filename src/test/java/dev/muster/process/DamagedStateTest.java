package dev.muster.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import dev.muster.service.ProcessState;
import dev.muster.service.Rung;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a killed node left of a service's state was damaged, or is no longer true. */
class DamagedStateTest {

    @TempDir
    Path root;

    private LinuxNode node;

    /** Lives in a group of its own, as a service would. */
    private Process bystander;

    @BeforeEach
    void begin() throws IOException {
        this.bystander = new ProcessBuilder("setsid", "sleep", "600").start();
        this.node = new LinuxNode(this.root);
        this.node.pack("web");
        this.node.load("web");
        this.node.awaitRung("web", Rung.HEALTHY);
    }

    @AfterEach
    void end() throws InterruptedException {
        this.node.close();
        this.bystander.destroyForcibly().waitFor();
    }

    /** A way to damage what is there. */
    enum Damage {

        EMPTY_STATE {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.writeString(service.resolve("STATE"), "");
            }
        },
        TRUNCATED_STATE {
            @Override
            void to(Path service, long foreign) throws IOException {
                String text = Files.readString(service.resolve("STATE"));
                Files.writeString(service.resolve("STATE"), text.substring(0, text.length() / 2));
            }
        },
        GARBAGE_IN_STATE {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.write(service.resolve("STATE"), "\0\377pid = = [\uffff".getBytes(StandardCharsets.ISO_8859_1));
            }
        },
        WRONG_TYPES_IN_STATE {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.writeString(service.resolve("STATE"), "pid = \"x\"\nsince = \"yesterday\"\nrung = 7\nowed = 1\n");
            }
        },
        STATE_OF_A_NUMBER_THAT_IS_SOMEONE_ELSES {
            @Override
            void to(Path service, long foreign) throws IOException {
                replace(service, "pid = .*", "pid = " + foreign);
            }
        },
        STATE_OF_ANOTHER_BOOT {
            @Override
            void to(Path service, long foreign) throws IOException {
                replace(service, "pid = .*", "pid = " + foreign);
                replace(service, "start_ticks = .*",
                        "start_ticks = " + Scripts.stat(foreign).orElseThrow().startTicks());
                replace(service, "boot_id = .*", "boot_id = 'another'");
            }
        },
        STATE_WITHOUT_START {
            @Override
            void to(Path service, long foreign) throws IOException {
                replace(service, "pid = .*", "pid = " + foreign);
                replace(service, "start_ticks = .*", "start_ticks = -1");
            }
        },
        GARBAGE_IN_PID {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.writeString(service.resolve("PID"), "-1\n");
            }
        },
        PID_OF_SOMEONE_ELSE {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.writeString(service.resolve("PID"), foreign + "\n");
            }
        },
        GARBAGE_IN_EXIT {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.write(service.resolve("EXIT"), new byte[] { 0, -1, 10, 13 });
            }
        },
        TRUNCATED_EXIT {
            @Override
            void to(Path service, long foreign) throws IOException {
                String text = Files.readString(service.resolve("EXIT"));
                Files.writeString(service.resolve("EXIT"), text.substring(0, text.length() - 2));
            }
        },
        A_DIRECTORY_AS_EXIT {
            @Override
            void to(Path service, long foreign) throws IOException {
                Files.delete(service.resolve("EXIT"));
                Files.createDirectory(service.resolve("EXIT"));
            }
        },
        NO_FILE_AT_ALL {
            @Override
            void to(Path service, long foreign) throws IOException {
                for (String name : new String[] { "STATE", "PID", "EXIT" }) {
                    Files.delete(service.resolve(name));
                }
            }
        };

        abstract void to(Path service, long foreign) throws IOException;

        private static void replace(Path service, String pattern, String text) throws IOException {
            Path state = service.resolve("STATE");
            String before = Files.readString(state);
            assertThat(before).containsPattern(pattern);
            Files.writeString(state, before.replaceAll(pattern, text));
        }

    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void aServiceThatIsGoneIsStartedAnewAndNobodyElseIsSignalled(Damage damage) throws IOException {
        long before = this.node.pid("web");
        this.node.kill();
        new Signals().send("KILL", List.of(-before));
        await().atMost(LinuxNode.SOON).until(() -> !Scripts.alive(before));
        damage.to(this.node.file("web", ""), this.bystander.pid());
        this.node.follow();
        this.node.awaitState("web", ProcessState.UP);
        assertThat(this.node.pid("web")).isNotIn(before, this.bystander.pid());
        assertThat(this.node.file("web", "PID")).hasContent(Long.toString(this.node.pid("web")));
        this.node.services().stop("web", Optional.empty());
        this.node.awaitState("web", ProcessState.DOWN);
        assertThat(this.node.file("web", "PID")).doesNotExist();
        assertThat(this.bystander.isAlive()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Damage.class,
            names = { "EMPTY_STATE", "TRUNCATED_STATE", "GARBAGE_IN_STATE", "WRONG_TYPES_IN_STATE", "NO_FILE_AT_ALL",
                    "GARBAGE_IN_PID", "PID_OF_SOMEONE_ELSE", "GARBAGE_IN_EXIT", "TRUNCATED_EXIT" })
    void aServiceThatRunsIsNeverStartedTwice(Damage damage) throws IOException {
        long before = this.node.pid("web");
        this.node.kill();
        damage.to(this.node.file("web", ""), this.bystander.pid());
        this.node.follow();
        try {
            // What was taken back without its state is started again to be known.
            await().atMost(LinuxNode.SOON)
                .until(() -> this.node.status("web").state() == ProcessState.UP
                        && this.node.status("web").rung() == Rung.HEALTHY);
            // It may be replaced between two looks; one that was started beside it would
            // stay.
            await().atMost(LinuxNode.SOON)
                .untilAsserted(() -> assertThat(Scripts.alive(before)).as("the process of the node before")
                    .isEqualTo(this.node.pid("web") == before));
            this.node.services().stop("web", Optional.empty());
            this.node.awaitState("web", ProcessState.DOWN);
            assertThat(Scripts.alive(before)).isFalse();
            assertThat(this.bystander.isAlive()).isTrue();
        }
        finally {
            new Signals().send("KILL", List.of(-before));
        }
    }

    @Test
    void aStaleNumberInTheProcessesFileIsCorrectedByTheNextNode() throws IOException {
        this.node.kill();
        Files.writeString(this.node.file("web", "PID"), this.bystander.pid() + "\n");
        this.node.follow();
        this.node.awaitState("web", ProcessState.UP);
        await().atMost(LinuxNode.SOON)
            .untilAsserted(
                    () -> assertThat(this.node.file("web", "PID")).hasContent(Long.toString(this.node.pid("web"))));
    }

}
