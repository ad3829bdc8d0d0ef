package dev.muster.pack;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class VersionOrderTests {

    @ParameterizedTest
    @CsvSource({ "1,2", "9,10", "1.9,1.10", "1.2,1.2.0", "1.2.3,1.10.0", "1.0.0-alpha,1.0.0", "1.0.0-alpha,1.0.0-beta",
            "1.0.0-rc1,1.0.0-rc2", "1.0.0-rc.1,1.0.1", "1.0.0-zz,1.0.1-aa", "0.0.9,0.1", "01.2,1.3",
            "20230301000000,20230401000000", "1.0.2k,1.0.2", "1.0.2k,1.0.2l", "1.2.3_p1,1.2.3",
            "99999999999999999999,100000000000000000000", "latest,0", "abc,abd", "1.2~rc1,1.2", "1.2+b1,1.2+b2" })
    void theFirstIsOlder(String older, String newer) {
        VersionOrder order = new VersionOrder();
        assertThat(order.compare(older, newer)).isNegative();
        assertThat(order.compare(newer, older)).isPositive();
    }

    @ParameterizedTest
    @CsvSource({ "1.0.0,1.0.0", "1.0.0-rc1,1.0.0-rc1", "01.2,1.2", "x,x" })
    void theyAreAsOldAsOneAnother(String left, String right) {
        assertThat(new VersionOrder().compare(left, right)).isZero();
    }

}
