package dev.muster.pack;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Older versions first: numbers between dots are compared as numbers, a version with a
 * suffix is older than the same without ({@code 1.0.0-rc1} before {@code 1.0.0}), and
 * suffixes are compared as text. A version that does not begin with a number is older
 * than all that do.
 */
final class VersionOrder implements Comparator<String> {

    private static final Pattern PARTS = Pattern.compile("([0-9]+(?:\\.[0-9]+)*)(.*)");

    @Override
    public int compare(String left, String right) {
        Matcher first = PARTS.matcher(left);
        Matcher second = PARTS.matcher(right);
        boolean firstCounts = first.matches();
        boolean secondCounts = second.matches();
        if (!firstCounts || !secondCounts) {
            return (firstCounts == secondCounts) ? left.compareTo(right) : Boolean.compare(firstCounts, secondCounts);
        }
        int order = compareNumbers(first.group(1).split("\\."), second.group(1).split("\\."));
        if (order != 0) {
            return order;
        }
        String firstSuffix = first.group(2);
        String secondSuffix = second.group(2);
        if (firstSuffix.isEmpty() || secondSuffix.isEmpty()) {
            return Boolean.compare(firstSuffix.isEmpty(), secondSuffix.isEmpty());
        }
        return firstSuffix.compareTo(secondSuffix);
    }

    private static int compareNumbers(String[] left, String[] right) {
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = new BigInteger(left[i]).compareTo(new BigInteger(right[i]));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

}
