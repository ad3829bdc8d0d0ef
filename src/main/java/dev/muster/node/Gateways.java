package dev.muster.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

import dev.muster.gateway.GatewayCertificates;
import dev.muster.gateway.GatewayProperties;
import dev.muster.gateway.NodeControl;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.tomcat.ConnectorStartFailedException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;

/** Puts a node's gateways on the network: the Spring application around it. */
final class Gateways {

    private Gateways() {
    }

    /**
     * Opens both gateways of a node; they answer when this returns.
     * @param home the distribution's directory
     * @param control ends the node when it is asked to
     * @throws AddressInUseException when one of them cannot listen
     * @throws IOException when the node's secret cannot be read
     */
    static ConfigurableApplicationContext open(Node node, Path home, NodeControl control) throws IOException {
        return open(node, home, control, GatewayCertificates.NONE);
    }

    /** As above, with TLS where there are certificates. */
    static ConfigurableApplicationContext open(Node node, Path home, NodeControl control,
            GatewayCertificates certificates) throws IOException {
        NodeOptions options = node.options();
        Path directory = Files.createDirectories(node.root().layout().supervisor().resolve("web"));
        GatewayProperties properties = new GatewayProperties(options.ctl().port(), options.http().host(),
                options.http().port(), directory, node.root().controlSecret(), node.gatewayToken());
        SpringApplication application = new SpringApplication(NodeApplication.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        application.setEnvironment(new SealedEnvironment(options, home.resolve("config"), Version.TEXT));
        application.setAddCommandLineProperties(false);
        application.setRegisterShutdownHook(false);
        application.setLogStartupInfo(false);
        application.addInitializers((context) -> {
            context.getBeanFactory().registerSingleton("gatewayProperties", properties);
            context.getBeanFactory().registerSingleton("gatewayCertificates", certificates);
            context.getBeanFactory().registerSingleton("node", node);
            context.getBeanFactory().registerSingleton("nodeControl", control);
        });
        try {
            return application.run();
        }
        catch (RuntimeException ex) {
            throw listening(ex, options);
        }
    }

    /** A port that is taken is no failure of the program; it is told in its own words. */
    private static RuntimeException listening(RuntimeException failure, NodeOptions options) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            int port = (cause instanceof PortInUseException inUse) ? inUse.getPort() : connectorPort(cause);
            if (port > 0) {
                boolean ctl = port == options.ctl().port();
                return new AddressInUseException((ctl ? "Cannot listen for control on "
                        : "Cannot listen for readers on ") + (ctl ? options.ctl() : options.http())
                        + ": the address is in use or not this host's; stop what uses it, or choose another with "
                        + (ctl ? "--listen-ctl" : "--listen-http") + " HOST[:PORT]", failure);
            }
        }
        // Which of the two it is nobody says.
        return isDenied(failure) ? new AddressInUseException("Cannot listen for control on " + options.ctl()
                + ", or for readers on " + options.http() + ": low ports are for root alone; start the node as root,"
                + " or choose others with --listen-ctl and --listen-http HOST[:PORT]", failure) : failure;
    }

    private static boolean isDenied(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
            .anyMatch((cause) -> String.valueOf(cause.getMessage()).contains("Permission denied"));
    }

    private static int connectorPort(Throwable cause) {
        return (cause instanceof ConnectorStartFailedException failed) ? failed.getPort() : 0;
    }

}
