package dev.muster.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class BindCycleTest {

    /** {@code a>b} is strict, {@code a~b} relaxed. */
    private static Map<String, List<Tie>> graph(String text) {
        Map<String, List<Tie>> ties = new HashMap<>();
        for (String edge : text.split(" ")) {
            String[] ends = edge.split("[>~]");
            ties.computeIfAbsent(ends[0] + ".p", (name) -> new ArrayList<>())
                .add(new Tie("to-" + ends[1], ends[1] + ".p", edge.indexOf('>') > 0));
        }
        return ties;
    }

    private static Optional<BindCycle> through(String group, Map<String, List<Tie>> ties) {
        return BindCycle.through(group, (name) -> ties.getOrDefault(name, List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a>b                 |
            a>b b>c b>d         |
            a>b b>c c>b         |
            a>a                 | a
            a>b b>a             | a b
            a>b b>c c>d d>a     | a b c d
            a>b b>c c>a b>a     | a b
            a~b b>a a>c c>d d>a | a c d
            a~b b>a             | a b
            """)
    void theShortestCircleIsFoundStrictOnesFirst(String edges, String circle) {
        List<String> expected = (circle == null) ? List.of() : List.of(circle.split(" "));
        assertThat(through("a.p", graph(edges)).map(BindCycle::groups).orElse(List.of()))
            .isEqualTo(expected.stream().map((name) -> name + ".p").toList());
    }

    @Test
    void itIsNamedWithWhatToDo() {
        assertThat(through("app.p", graph("app>db db>app")).orElseThrow().warning())
            .isEqualTo("groups wait for each other: app.p binds db.p (to-db) binds app.p (to-app); while none of them"
                    + " runs, none can start: let one go first with 'muster svc update app --binding-mode relaxed'");
        assertThat(through("app.p", graph("app>db db~app")).orElseThrow().warning())
            .isEqualTo("groups are bound in a circle: app.p binds db.p (to-db) binds app.p (to-app); a change of one"
                    + " renders all of them again");
    }

    @Test
    void inGraphsOfAnyShapeItEndsWhereItBegan() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            Map<String, List<Tie>> ties = new HashMap<>();
            for (int i = 0; i < 12; i++) {
                String to = "g" + random.nextInt(8) + ".p";
                ties.computeIfAbsent("g" + random.nextInt(8) + ".p", (name) -> new ArrayList<>())
                    .add(new Tie("t", to, random.nextBoolean()));
            }
            through("g0.p", ties).ifPresent((cycle) -> {
                assertThat(cycle.groups().get(0)).isEqualTo("g0.p");
                assertThat(cycle.groups()).doesNotHaveDuplicates();
                for (int i = 0; i < cycle.groups().size(); i++) {
                    assertThat(ties.get(cycle.groups().get(i))).contains(cycle.binds().get(i));
                    assertThat(cycle.binds().get(i).group())
                        .isEqualTo(cycle.groups().get((i + 1) % cycle.groups().size()));
                }
            });
            assertThat(through("g0.p", ties).isPresent()).isEqualTo(reaches("g0.p", "g0.p", ties, 8));
        }
    }

    private static boolean reaches(String from, String to, Map<String, List<Tie>> ties, int steps) {
        return steps > 0 && ties.getOrDefault(from, List.of())
            .stream()
            .anyMatch((tie) -> tie.group().equals(to) || reaches(tie.group(), to, ties, steps - 1));
    }

}
