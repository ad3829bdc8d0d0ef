package dev.muster.ring;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

import org.jgroups.Address;
import org.jgroups.Message;
import org.jgroups.ObjectMessage;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** JGroups has messages that hold objects of Java, which nobody here says. */
class ForeignObjectsTests {

    private static Address address(TestNode node) {
        return node.ring.channel().getAddress();
    }

    @Test
    void areNotReadWhoeverSendsThem() throws Exception {
        try (TestNode a = TestNode.start(TestNode.tcp("a", TestNode.free("127.44.1.2")));
                TestNode b = TestNode.start(TestNode.tcp("b", TestNode.free("127.44.1.3"), a.config.bind()))) {
            TestNode.together(a, b);
            for (int number = 0; number < 5; number++) {
                a.ring.channel().send(new ObjectMessage(address(b), new Canary()).setFlag(Message.Flag.NO_RELIABILITY));
            }
            a.send(b, "after");
            await().until(() -> b.received.contains(a.said("after")));
            assertThat(Canary.READ).hasValue(0);
            assertThat(b.sees(a)).isTrue();
        }
    }

    /** Tells when it is made of bytes. */
    private static final class Canary implements Serializable {

        static final AtomicInteger READ = new AtomicInteger();

        private static final long serialVersionUID = 1;

        private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
            in.defaultReadObject();
            READ.incrementAndGet();
        }

    }

}
