package dev.muster.content;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FileNameTest {

    private static final String LONGEST = "ä".repeat(127) + "a";

    @ParameterizedTest
    @ValueSource(strings = { "a", "users.acl", ".hidden", "..two", "a..", "a b", "-rf", "~", "ключ.pem", "a:b;c%2e",
            "😀", "con", "$(id)" })
    void whatStaysInItsDirectoryIsAName(String text) {
        assertThat(new FileName(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = { "", ".", "..", "...", "/", "/etc/passwd", "a/b", "../a", "a/..", "a/", "\\", "..\\a",
            "C:\\a", "a\0b", "\0", "a\nb", "a\r", "\t", "a\u007f", "\u0085", "\u2028", "\ud800", "a\udc00" })
    void whatCouldLeadElsewhereOrCannotBeStoredIsNone(String text) {
        assertThatThrownBy(() -> new FileName(text)).isInstanceOf(InvalidFileNameException.class)
            .satisfies((refused) -> assertThat(refused.getMessage().chars().filter(Character::isISOControl)).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = { "b", "ä" })
    void aNameHasAtMostSoManyBytes(String more) {
        assertThat(new FileName(LONGEST).text()).isEqualTo(LONGEST);
        assertThatThrownBy(() -> new FileName(LONGEST + more)).isInstanceOf(InvalidFileNameException.class)
            .hasMessageContaining("the most is 255")
            .hasMessageContaining("--name");
    }

}
