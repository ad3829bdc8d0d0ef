package dev.muster.config;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class LiteralTests {

    @ParameterizedTest
    @CsvSource({ "1.0,1.0", "0.1,0.1", "100.0,100.0", "-2.5,-2.5", "2e23,2e23", "1e21,1e21", "1e15,1000000000000000.0",
            "1e16,1e16", "1.5e17,1.5e17", "0.00001,0.00001", "0.000001,1e-6", "123456.789,123456.789",
            "4.9e-324,5e-324", "1.7976931348623157e308,1.7976931348623157e308", "3.141592653589793,3.141592653589793" })
    void aNumberHasTheFewestDigitsThatReadBack(double number, String text) {
        assertThat(Literal.plain(number)).isEqualTo(text);
        assertThat(Double.parseDouble(Literal.plain(number))).isEqualTo(number);
    }

    @Test
    void aNumberThatIsNoneHasTheWordsOfToml() {
        assertThat(Literal.plain(Double.NaN)).isEqualTo("nan");
        assertThat(Literal.plain(Double.POSITIVE_INFINITY)).isEqualTo("inf");
        assertThat(Literal.plain(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    }

}
