package dev.muster.node;

import java.util.LinkedHashMap;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import tools.jackson.databind.json.JsonMapper;

/**
 * A line of the Supervisor's log as people of Habitat know it,
 * {@code muster-sup(MR): text}, or one JSON object a line. Lines of services are written
 * as they are.
 */
public final class SupervisorLayout extends LayoutBase<ILoggingEvent> {

    /** The logger whose messages are whole lines already. */
    static final String LINES = "muster.lines";

    private static final String PREAMBLE = "muster-sup";

    private static final String OURS = "dev.muster.";

    private static final Map<String, String> KEYS = Map.of("node", "MR", "ring", "MB", "rumor", "RU", "group", "CE",
            "service", "SR", "process", "SV", "store", "ST", "gateway", "AG", "key", "KY");

    private static final JsonMapper JSON = new JsonMapper();

    private static volatile boolean json;

    private final ThrowableProxyConverter throwables = new ThrowableProxyConverter();

    /** Set once, from the command line, before the first line. */
    static void json(boolean asJson) {
        json = asJson;
    }

    @Override
    public void start() {
        this.throwables.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        boolean whole = event.getLoggerName().equals(LINES);
        String key = whole ? "" : key(event.getLoggerName());
        String text = event.getFormattedMessage();
        if (!whole && event.getLevel().isGreaterOrEqual(Level.WARN)) {
            text = event.getLevel() + " " + text;
        }
        String trace = (event.getThrowableProxy() != null) ? this.throwables.convert(event) : "";
        if (!json) {
            String line = whole ? text : PREAMBLE + '(' + key + "): " + text;
            return line + '\n' + trace;
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("time", event.getInstant().toString());
        object.put("level", event.getLevel().toString());
        object.put("preamble", whole ? preamble(text) : PREAMBLE);
        object.put("logkey", whole ? logkey(text) : key);
        object.put("content", (whole ? content(text) : text) + (trace.isEmpty() ? "" : "\n" + trace));
        return JSON.writeValueAsString(object) + '\n';
    }

    private static String key(String logger) {
        if (!logger.startsWith(OURS)) {
            return "SY";
        }
        int dot = logger.indexOf('.', OURS.length());
        String name = (dot > 0) ? logger.substring(OURS.length(), dot) : "";
        return KEYS.getOrDefault(name, "MN");
    }

    private static String preamble(String line) {
        int open = line.indexOf('(');
        return (open > 0) ? line.substring(0, open) : PREAMBLE;
    }

    private static String logkey(String line) {
        int open = line.indexOf('(');
        int close = line.indexOf("): ", Math.max(open, 0));
        return (open > 0 && close > open) ? line.substring(open + 1, close) : "MR";
    }

    private static String content(String line) {
        int close = line.indexOf("): ");
        return (close > 0) ? line.substring(close + 3) : line;
    }

}
