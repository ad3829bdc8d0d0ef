package dev.muster.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import dev.muster.key.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class AccessTest {

    private static Map<String, Access> documented() throws IOException {
        Map<String, Access> documented = new TreeMap<>();
        try (InputStream in = AccessTest.class.getResourceAsStream("openapi.json")) {
            JsonNode document = new JsonMapper().readTree(in);
            document.get("paths").properties().forEach((path) -> path.getValue().propertyNames().forEach((verb) -> {
                String method = verb.toUpperCase(Locale.ROOT);
                documented.put(method + " " + path.getKey(), Access.of(method, "/v1" + path.getKey()));
            }));
        }
        return documented;
    }

    @Test
    void everyRouteThatIsDocumentedNeedsARoleThatSomebodyHasThoughtOf() throws IOException {
        assertThat(documented()).hasSizeGreaterThan(30)
            .allSatisfy((route, access) -> assertThat(access).as(route).isNotSameAs(Access.UNKNOWN));
    }

    @Test
    void whatChangesSomethingIsNotForViewers() throws IOException {
        assertThat(documented()).allSatisfy((route, access) -> assertThat(access.role() == Role.VIEW).as(route)
            .isEqualTo(route.startsWith("GET ") && !route.matches("GET /(tokens|ring/keys|audit)")));
    }

    @Test
    void aForgottenRouteIsForAdminsOfEverything() {
        assertThat(Access.of("POST", "/v1/forgotten")).isEqualTo(new Access(Role.ADMIN, Access.Scope.EVERYWHERE));
        assertThat(Access.of("TRACE", "/v1/groups/{group}/config")).isSameAs(Access.UNKNOWN);
        assertThat(Access.of("HEAD", "/v1/node")).isEqualTo(Access.of("GET", "/v1/node"));
    }

}
