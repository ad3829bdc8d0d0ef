package dev.muster.gateway;

import java.util.Optional;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** How a gateway deals with whoever connects, before anything of ours is asked. */
final class GatewayConnector {

    /**
     * A client waits 30 s for an answer: should idle connections take all the room, they
     * are closed before it gives up.
     */
    private static final int PATIENCE_MILLIS = 20_000;

    /**
     * To open a connection again costs less than to keep one for somebody who is gone.
     */
    private static final int KEEP_ALIVE_MILLIS = 10_000;

    /**
     * For the next piece of a body; a stranger's holds a thread.
     */
    private static final int UPLOAD_MILLIS = 10_000;

    /**
     * Each may hold some 50 KB of headers and buffers; more would be memory for
     * strangers. Those above wait, without memory of ours, until one of these is closed.
     */
    private static final int CONNECTIONS = Crowd.PLACES;

    private static final int WAITING = 256;

    /** A secret, a key of a request, conditions: no request of ours has a tenth of it. */
    private static final int HEADER_BYTES = 16 * 1024;

    private static final int HEADERS = 64;

    private static final int PARAMETERS = 64;

    /** No form is ever sent to a gateway. */
    private static final int FORM_BYTES = 64 * 1024;

    /**
     * So much of a body that was refused is read all the same: who still sends does not
     * read, and would miss the reason.
     */
    private static final int SWALLOWED_BYTES = 2 * 1024 * 1024;

    private GatewayConnector() {
    }

    static void prepare(Connector connector, Optional<GatewayTls> tls) {
        connector.setMaxParameterCount(PARAMETERS);
        connector.setMaxPostSize(FORM_BYTES);
        connector.setAllowTrace(false);
        AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
        protocol.setConnectionTimeout(PATIENCE_MILLIS);
        protocol.setDisableUploadTimeout(false);
        protocol.setConnectionUploadTimeout(UPLOAD_MILLIS);
        protocol.setKeepAliveTimeout(KEEP_ALIVE_MILLIS);
        protocol.setMaxConnections(CONNECTIONS);
        protocol.setAcceptCount(WAITING);
        protocol.setMaxHttpRequestHeaderSize(HEADER_BYTES);
        protocol.setMaxHeaderCount(HEADERS);
        protocol.setMaxSwallowSize(SWALLOWED_BYTES);
        tls.ifPresent((with) -> secure(connector, protocol, with));
    }

    private static void secure(Connector connector, AbstractHttp11Protocol<?> protocol, GatewayTls tls) {
        connector.setScheme("https");
        connector.setSecure(true);
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.3+TLSv1.2");
        host.setHonorCipherOrder(true);
        host.setCertificateVerification(tls.asksForClientCertificates() ? "required" : "none");
        SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(host,
                SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setSslContext(new CurrentTls(tls));
        host.addCertificate(certificate);
        protocol.addSslHostConfig(host);
        protocol.setSSLEnabled(true);
    }

}
