package dev.muster.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line typed into the shell, in words: blanks part them, {@code "} and {@code '} and a
 * backslash keep them together.
 *
 * @param words without quotes; none for an empty line or a comment
 * @param until what ends the lines below that are the command's input, where the line
 * ends with {@code <<WORD}
 */
record ShellLine(List<String> words, Optional<String> until) {

    static ShellLine parse(String line) throws UsageException {
        List<String> words = split(line);
        int last = words.size() - 1;
        if (last > 0 && words.get(last).startsWith("<<") && words.get(last).length() > 2) {
            return new ShellLine(words.subList(0, last), Optional.of(words.get(last).substring(2)));
        }
        if (last > 1 && words.get(last - 1).equals("<<")) {
            return new ShellLine(words.subList(0, last - 1), Optional.of(words.get(last)));
        }
        return new ShellLine(words, Optional.empty());
    }

    private static List<String> split(String line) throws UsageException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = '\0';
        for (int at = 0; at < line.length(); at++) {
            char character = line.charAt(at);
            if (quote != '\0' && character == quote) {
                quote = '\0';
            }
            else if (character == '\\' && quote != '\'' && at + 1 < line.length()) {
                word.append(line.charAt(++at));
                inWord = true;
            }
            else if (quote != '\0') {
                word.append(character);
            }
            else if (character == '"' || character == '\'') {
                quote = character;
                inWord = true;
            }
            else if (character == '#' && !inWord) {
                break;
            }
            else if (Character.isWhitespace(character)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            }
            else {
                word.append(character);
                inWord = true;
            }
        }
        if (quote != '\0') {
            throw new UsageException("The line ends within " + quote + ": close it");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

}
