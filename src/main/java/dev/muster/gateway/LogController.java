package dev.muster.gateway;

import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import dev.muster.service.LineLog;
import dev.muster.service.Services;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What the services of this node and their hooks wrote, and write. */
@RestController
@RequestMapping("/v1/services/{name}/logs")
final class LogController {

    private static final int MOST_LINES = 10_000;

    private final Services services;

    private final LogFollowers followers;

    LogController(Services services, LogFollowers followers) {
        this.services = services;
        this.followers = followers;
    }

    @GetMapping(produces = MediaType.APPLICATION_JSON_VALUE, params = "follow!=true")
    List<LogLine> lines(@PathVariable String name, @RequestParam(defaultValue = "100") String lines,
            @RequestParam(defaultValue = "false") String follow) {
        return tail(name, lines, follow).stream().map(LogLine::of).toList();
    }

    @GetMapping(produces = MediaType.TEXT_PLAIN_VALUE + ";charset=utf-8", params = "follow!=true")
    String text(@PathVariable String name, @RequestParam(defaultValue = "100") String lines,
            @RequestParam(defaultValue = "false") String follow) {
        return tail(name, lines, follow).stream().map((entry) -> entry + "\n").collect(Collectors.joining());
    }

    @GetMapping(params = "follow=true")
    void follow(@PathVariable String name, @RequestParam(defaultValue = "100") String lines, HttpServletRequest request,
            HttpServletResponse response) {
        int number = number(lines);
        this.followers.follow(name, this.services.lines(name), number, request, response);
    }

    private List<LineLog.Entry> tail(String name, String lines, String follow) {
        if (!follow.equals("false")) {
            throw new ProblemException(ProblemType.BAD_REQUEST, "follow is true or false, not '" + follow + "'");
        }
        int number = number(lines);
        return this.services.lines(name).tail(number);
    }

    private static int number(String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= MOST_LINES) {
                return number;
            }
        }
        catch (NumberFormatException ex) {
            throw notANumber(text);
        }
        throw notANumber(text);
    }

    private static ProblemException notANumber(String text) {
        return new ProblemException(ProblemType.BAD_REQUEST,
                "lines is a number from 1 to " + MOST_LINES + ", not '" + text + "'");
    }

    /**
     * One line.
     *
     * @param stream {@code O} for standard output, {@code E} for standard error,
     * {@code HK} for a hook
     * @param hook its name, null for the service itself
     */
    record LogLine(Instant time, String stream, @Nullable String hook, String text) {

        static LogLine of(LineLog.Entry entry) {
            return new LogLine(entry.at(), entry.stream().name(), entry.hook(), entry.text());
        }

    }

}
