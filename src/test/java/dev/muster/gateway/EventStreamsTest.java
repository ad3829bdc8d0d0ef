package dev.muster.gateway;

import java.io.UnsupportedEncodingException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import jakarta.servlet.ServletOutputStream;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class EventStreamsTest {

    private static MockHttpServletRequest request() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.setAsyncSupported(true);
        return request;
    }

    private static String text(MockHttpServletResponse response) {
        try {
            return response.getContentAsString();
        }
        catch (UnsupportedEncodingException ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** As a server's that has been used for another request meanwhile. */
    @Test
    void anAnswerThatFailsInAnyWayIsOverAndTheOthersGoOn() {
        AtomicBoolean takenBack = new AtomicBoolean();
        MockHttpServletResponse broken = new MockHttpServletResponse() {

            @Override
            public ServletOutputStream getOutputStream() {
                if (takenBack.get()) {
                    throw new NullPointerException("recycled");
                }
                return super.getOutputStream();
            }

        };
        MockHttpServletResponse sound = new MockHttpServletResponse();
        Semaphore places = new Semaphore(2);
        AtomicBoolean told = new AtomicBoolean();
        EventStreams streams = new EventStreams(Duration.ofMillis(5));
        streams.open(places, "full", request(), broken).whenGone(() -> told.set(true));
        streams.open(places, "full", request(), sound);
        assertThat(places.availablePermits()).isZero();
        takenBack.set(true);
        await().until(() -> places.availablePermits() == 1);
        assertThat(told).isTrue();
        int before = text(sound).length();
        await().until(() -> text(sound).length() > before + 20);
        streams.stop();
        assertThat(places.availablePermits()).isEqualTo(2);
    }

}
