package dev.muster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What {@code docs/security.md} says is shown by tests, and those are there. */
class SecurityDocumentTest {

    private static final Path DOCUMENT = Path.of("docs/security.md");

    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+Tests?)(?:\\.(\\w+))?`");

    private static List<String> missing(String document) throws IOException {
        Map<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED.matcher(document);
        while (named.find()) {
            String source = sources.get(named.group(1));
            String method = named.group(2);
            if (source == null || (method != null && !isTest(source, method))) {
                missing.add(named.group());
            }
        }
        return missing;
    }

    private static boolean isTest(String source, String method) {
        int at = source.indexOf("void " + method + "(");
        // What belongs to it stands behind the end of the method before it.
        return at >= 0 && source.substring(source.lastIndexOf("\n    }\n", at) + 1, at)
            .matches("(?s).*@(Parameterized)?Test\\b.*");
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
                // Two packages may have tests of one name.
                sources.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file),
                        String::concat);
            }
        }
        return sources;
    }

    @Test
    void everyTestThatItNamesIsThere() throws IOException {
        String document = Files.readString(DOCUMENT);
        assertThat(NAMED.matcher(document).results()).hasSizeGreaterThan(40);
        assertThat(missing(document)).isEmpty();
    }

    @Test
    void oneThatIsNotThereIsFound() throws IOException {
        assertThat(
                missing("`SecurityDocumentTest.oneThatIsNotThereIsFound` `SecurityDocumentTest.missing` `NoSuchTest`"))
            .containsExactly("`SecurityDocumentTest.missing`", "`NoSuchTest`");
    }

    /** A paragraph that promises something names who has seen it. */
    @Test
    void everyStatementHasATestOrIsNotPromised() throws IOException {
        String document = Files.readString(DOCUMENT);
        String promises = document.substring(document.indexOf("## The ring"),
                document.indexOf("## What is not promised"));
        assertThat(Arrays.stream(promises.split("\n(?=- |\n)")).map(String::strip).toList())
            .filteredOn((statement) -> !statement.isEmpty() && !statement.startsWith("#"))
            .isNotEmpty()
            .allSatisfy((statement) -> assertThat(NAMED.matcher(statement).find()).as(statement).isTrue());
    }

}
