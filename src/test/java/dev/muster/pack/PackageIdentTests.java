package dev.muster.pack;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class PackageIdentTests {

    @ParameterizedTest
    @ValueSource(strings = { "core/redis", "core/redis/6.2.11", "core/redis/6.2.11/20230301000000", "7z_o-1/lib.c++/1a",
            "chef/my_App-2/1.0.0-rc1" })
    void anIdentIsItsText(String text) {
        assertThat(PackageIdent.parse(text)).hasToString(text).isEqualTo(PackageIdent.parse(text));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"',
            value = { "redis,missing", "\"\",missing", "core/redis/1/2/3,at most 4", "core/,name is empty",
                    "/redis,origin is empty", "core/redis/,version is empty", "core/redis/1/,release is empty",
                    "Core/redis,origin 'Core'", "-core/redis,origin '-core'", "core/re dis,name 're dis'",
                    "core/..,name '..'", "core/redis/..,version '..'", "core/redis/../20230301000000,version '..'",
                    "core/redis/1/2023,14 digits", "core/redis/1/..,release '..'", "core/redis.prod/x/y,release 'y'" })
    void aMistakeIsNamedWithValuePartAndExample(String text, String problem) {
        assertThatExceptionOfType(InvalidIdentException.class).isThrownBy(() -> PackageIdent.parse(text))
            .withMessageStartingWith("'" + text + "' is no package ident: ")
            .withMessageContaining(problem)
            .withMessageContaining("as core/redis or core/redis/6.2.11/20230301000000");
    }

    @Test
    void aReleaseNeedsAVersion() {
        assertThatExceptionOfType(InvalidIdentException.class)
            .isThrownBy(() -> new PackageIdent("core", "redis", null, "20230301000000"))
            .withMessageContaining("no version");
    }

    @ParameterizedTest
    @CsvSource({ "core/redis,true", "core/redis/6.2,true", "core/redis/6.2/20230301000000,true", "core/redis/6.3,false",
            "core/redis/6.2/20230301000001,false", "chef/redis,false", "core/redis2,false" })
    void anIdentSatisfiesWhatAsksForNoMore(String wanted, boolean satisfied) {
        assertThat(PackageIdent.parse("core/redis/6.2/20230301000000").satisfies(PackageIdent.parse(wanted)))
            .isEqualTo(satisfied);
    }

    @Test
    void aVersionLeftOpenSatisfiesNoGivenOne() {
        assertThat(PackageIdent.parse("core/redis").satisfies(PackageIdent.parse("core/redis/6.2"))).isFalse();
    }

    @Test
    void versionsAreOrderedByTheirNumbersAndASuffixIsOlder() {
        List<String> oldestFirst = List.of("master", "nightly", "0.9", "1.0", "1.0.0-alpha", "1.0.0-rc1", "1.0.0",
                "1.0.1a", "1.0.1b", "1.0.1", "1.2", "1.10", "2-beta", "2", "6.2.7", "6.2.11", "20200101",
                "99999999999999999999");
        for (int i = 0; i < oldestFirst.size(); i++) {
            for (int j = 0; j < oldestFirst.size(); j++) {
                assertThat(Integer.signum(new VersionOrder().compare(oldestFirst.get(i), oldestFirst.get(j))))
                    .as(oldestFirst.get(i) + " and " + oldestFirst.get(j))
                    .isEqualTo(Integer.compare(i, j));
            }
        }
    }

}
