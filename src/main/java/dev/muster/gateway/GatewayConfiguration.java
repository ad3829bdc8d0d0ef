package dev.muster.gateway;

import java.time.Duration;
import java.time.InstantSource;

import dev.muster.group.ServiceGroupRegistry;
import dev.muster.key.Tokens;
import dev.muster.service.Services;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.catalina.connector.Connector;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.thread.Threading;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Both gateways: control is the main connector, reading is a second one of the same
 * server.
 */
@Configuration(proxyBeanMethods = false)
@Import({ Intake.class, GroupController.class, RevisionController.class, RolloutController.class,
        ElectionController.class, EffectiveConfigController.class, ServiceController.class, LogController.class,
        NodeController.class, MemberController.class, PackageController.class, FileController.class,
        ContentController.class, BroughtContents.class, TokenController.class, AuditController.class,
        ReadController.class, ProblemAdvice.class, RevisionContents.class, ConfigChangeController.class,
        HistoryController.class, CandidateChecks.class, ReleaseChecks.class })
public class GatewayConfiguration {

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> readGateway(GatewayProperties properties,
            GatewayCertificates certificates, Environment environment) {
        return (factory) -> {
            Connector connector = new Connector(GatewayProtocol.class.getName());
            connector.setPort(properties.httpPort());
            connector.setProperty("address", properties.httpHost());
            connector.setProperty("maxThreads", "32");
            connector.setProperty("minSpareThreads", "1");
            GatewayConnector.prepare(connector, certificates.reading());
            if (Threading.VIRTUAL.isActive(environment)) {
                connector.getProtocolHandler().setExecutor(new VirtualThreadTaskExecutor("muster-read-"));
            }
            factory.setProtocol(GatewayProtocol.class.getName());
            factory.addEngineValves(new UnreadBodies());
            factory.addAdditionalConnectors(connector);
            factory.addConnectorCustomizers((main) -> GatewayConnector.prepare(main, certificates.control()));
            // Not in the system's directory for temporary files, where a killed node
            // would leave
            // them.
            factory.setBaseDirectory(properties.directory().toFile());
            factory.setDocumentRoot(properties.directory().toFile());
        };
    }

    @Bean
    CertificateWatch certificateWatch(GatewayCertificates certificates) {
        return new CertificateWatch(certificates);
    }

    @Bean
    Denials denials(MeterRegistry meters, InstantSource clock) {
        return new Denials(meters, clock);
    }

    @Bean
    WebMvcConfigurer accessChecked(Services services) {
        return new WebMvcConfigurer() {

            @Override
            public void addInterceptors(InterceptorRegistry registry) {
                registry.addInterceptor(new AccessCheck(services)).order(Ordered.HIGHEST_PRECEDENCE);
            }

        };
    }

    @Bean
    FilterRegistrationBean<Doorkeeper> doorkeeper(GatewayProperties properties, Tokens tokens, Denials denials,
            FilterRegistrationBean<AuditTrail> trail, JsonMapper json) {
        FilterRegistrationBean<Doorkeeper> registration = new FilterRegistrationBean<>(
                new Doorkeeper(properties, tokens, denials, trail.getFilter(), json));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        return registration;
    }

    @Bean
    FilterRegistrationBean<AuditTrail> auditTrail(AuditControl audit, Services services, InstantSource clock) {
        FilterRegistrationBean<AuditTrail> registration = new FilterRegistrationBean<>(
                new AuditTrail(audit, services, clock));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
        return registration;
    }

    @Bean
    EventStreams eventStreams() {
        return new EventStreams(Duration.ofSeconds(15));
    }

    @Bean
    LogFollowers logFollowers(EventStreams streams, Services services, JsonMapper json) {
        return new LogFollowers(streams, services, json);
    }

    @Bean
    RevisionFollowers revisionFollowers(EventStreams streams, ServiceGroupRegistry registry, JsonMapper json) {
        return new RevisionFollowers(streams, registry, json);
    }

    @Bean
    FilterRegistrationBean<FirstAnswers> firstAnswers(InstantSource clock) {
        FilterRegistrationBean<FirstAnswers> registration = new FilterRegistrationBean<>(new FirstAnswers(clock));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 2);
        return registration;
    }

}
