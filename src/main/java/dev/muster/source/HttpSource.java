package dev.muster.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

import dev.muster.pack.PackageIdent;
import dev.muster.update.PackageSource;

/**
 * A server of files. Redirects are not followed: where packages come from is what
 * somebody has written down. A server that has begun to answer and then says nothing, or
 * goes on for ever, is given up.
 */
final class HttpSource implements PackageSource {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /** Until the answer begins. */
    private static final Duration ANSWER = Duration.ofSeconds(20);

    private static final int OK = 200;

    private static final int NOT_FOUND = 404;

    private static final HttpClient CLIENT = HttpClient.newBuilder()
        .connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();

    private final URI base;

    private final Patience patience;

    HttpSource(URI address) {
        this(address, Patience.USUAL);
    }

    HttpSource(URI address, Patience patience) {
        if (address.getHost() == null || address.getRawUserInfo() != null || address.getRawQuery() != null
                || address.getRawFragment() != null) {
            throw new IllegalArgumentException("it has no host, or more than scheme, host, port and path");
        }
        String text = address.toString();
        this.base = URI.create(text.endsWith("/") ? text : text + "/");
        this.patience = patience;
    }

    @Override
    public byte[] channel(String name) throws IOException {
        URI place = this.base.resolve("channels/" + name + ".txt");
        try (InputStream in = find(place, this.patience.text())
            .orElseThrow(() -> new IOException("there is no " + place))) {
            return Sources.channel(in, place);
        }
    }

    @Override
    public InputStream archive(PackageIdent release, String target) throws IOException {
        String name = Sources.fileName(release, target);
        for (String ending : Sources.ENDINGS) {
            Optional<InputStream> found = find(this.base.resolve("packages/" + name + ending), this.patience.archive());
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new IOException(
                this.base.resolve("packages/") + " has no " + name + " with " + String.join(", ", Sources.ENDINGS));
    }

    /** Empty where the server says that there is nothing. */
    private Optional<InputStream> find(URI place, Duration whole) throws IOException {
        HttpResponse<InputStream> answer;
        try {
            HttpRequest request = HttpRequest.newBuilder(place).timeout(ANSWER).build();
            answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
        }
        catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException(place + " is no longer asked, the node ends", ex);
        }
        catch (IOException ex) {
            String why = (ex.getMessage() != null) ? ex.getMessage() : ex.getClass().getSimpleName();
            throw new IOException(place + " does not answer: " + why, ex);
        }
        if (answer.statusCode() == OK) {
            return Optional.of(new TimedStream(answer.body(), place.toString(), this.patience.silence(), whole));
        }
        answer.body().close();
        if (answer.statusCode() == NOT_FOUND) {
            return Optional.empty();
        }
        String elsewhere = answer.headers()
            .firstValue("Location")
            .filter((location) -> answer.statusCode() / 100 == 3)
            .map((location) -> " and sends to " + location + "; redirects are not followed, name that one with --url")
            .orElse("");
        throw new IOException(place + " answers " + answer.statusCode() + elsewhere);
    }

    /** TLS, or a server on this host. */
    @Override
    public boolean isTrusted() {
        try {
            return this.base.getScheme().equalsIgnoreCase("https")
                    || InetAddress.getByName(this.base.getHost()).isLoopbackAddress();
        }
        catch (UnknownHostException ex) {
            return false;
        }
    }

    /**
     * How long a server may take.
     *
     * @param silence between two parts of an answer
     * @param text for all of a channel
     * @param archive for all of a package
     */
    record Patience(Duration silence, Duration text, Duration archive) {

        static final Patience USUAL = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofHours(1));

    }

}
